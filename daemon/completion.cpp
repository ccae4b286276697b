#include "daemon/completion.h"

#include <CLI/CLI.hpp>

#include <vector>

namespace sequitur {
namespace {

// In single quotes, for any of the three shells.
std::string in_quotes(std::string_view text) {
    std::string out = "'";
    for (const char c : text) {
        if (c == '\'') out += "'\\''";
        else out += c;
    }
    return out + '\'';
}

struct OptionWords {
    std::vector<std::string> names;   // with their dashes
    std::vector<std::string> values;  // that it is limited to; empty: anything
    std::string meaning;
    bool takes_value = false;
};

// "text or json" of the meaning names the values: what IsMember checks is not readable.
std::vector<std::string> values_in(std::string_view meaning) {
    std::vector<std::string> values;
    std::string word;
    for (const char c : std::string(meaning) + ' ') {
        const bool is_letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        if (is_letter) {
            word += c;
            continue;
        }
        if (word != "or" && !word.empty()) values.push_back(word);
        word.clear();
    }
    return values;
}

std::vector<OptionWords> options_of(const CLI::App& verb) {
    std::vector<OptionWords> result;
    for (const CLI::Option* option : verb.get_options()) {
        OptionWords words;
        for (const std::string& name : option->get_snames()) words.names.push_back('-' + name);
        for (const std::string& name : option->get_lnames()) words.names.push_back("--" + name);
        if (words.names.empty()) continue;  // A positional argument.
        words.meaning = option->get_description();
        words.takes_value = option->get_items_expected_max() > 0;
        if (words.names.back() == "--format") words.values = values_in(words.meaning);
        result.push_back(std::move(words));
    }
    return result;
}

std::string joined(const std::vector<std::string>& words, std::string_view between) {
    std::string out;
    for (const std::string& word : words) {
        if (!out.empty()) out += between;
        out += word;
    }
    return out;
}

std::vector<const CLI::App*> verbs_of(const CLI::App& app) {
    return app.get_subcommands([](const CLI::App*) { return true; });
}

std::string for_bash(const CLI::App& app) {
    std::vector<std::string> verbs;
    std::string cases;
    for (const CLI::App* verb : verbs_of(app)) {
        verbs.push_back(verb->get_name());
        std::vector<std::string> names;
        std::string values;
        for (const OptionWords& option : options_of(*verb)) {
            names.insert(names.end(), option.names.begin(), option.names.end());
            if (option.values.empty()) continue;
            values += "                " + joined(option.names, "|") +
                      ") words=" + in_quotes(joined(option.values, " ")) + " ;;\n";
        }
        cases += "        " + verb->get_name() +
                 ")\n            words=" + in_quotes(joined(names, " ")) + '\n';
        if (!values.empty()) {
            cases += "            case \"$before\" in\n" + values + "            esac\n";
        }
        cases += "            ;;\n";
    }
    return "# bash completion for sequitur\n"
           "_sequitur() {\n"
           "    local word=\"${COMP_WORDS[COMP_CWORD]}\" before=\"${COMP_WORDS[COMP_CWORD-1]}\" "
           "words\n"
           "    if [ \"$COMP_CWORD\" -eq 1 ]; then\n"
           "        COMPREPLY=($(compgen -W " +
           in_quotes(joined(verbs, " ") + " --help --version") +
           " -- \"$word\"))\n"
           "        return\n"
           "    fi\n"
           "    case \"${COMP_WORDS[1]}\" in\n" +
           cases +
           "    esac\n"
           "    if [[ \"$word\" == -* || \"$words\" != *--* ]]; then\n"
           "        COMPREPLY=($(compgen -W \"$words\" -- \"$word\"))\n"
           "    fi\n"
           "}\n"
           "complete -o default -F _sequitur sequitur\n";
}

std::string for_zsh(const CLI::App& app) {
    std::string verbs, cases;
    for (const CLI::App* verb : verbs_of(app)) {
        verbs += "        " + in_quotes(verb->get_name() + ':' + verb->get_description()) + '\n';
        cases += "        " + verb->get_name() + ")\n            _arguments \\\n";
        for (const OptionWords& option : options_of(*verb)) {
            for (const std::string& name : option.names) {
                std::string spec = name + '[' + option.meaning + ']';
                if (!option.values.empty()) spec += ":value:(" + joined(option.values, " ") + ')';
                else if (option.takes_value) spec += ":value:_files";
                cases += "                " + in_quotes(spec) + " \\\n";
            }
        }
        cases += "                '*:file:_files' ;;\n";
    }
    return "#compdef sequitur\n"
           "_sequitur() {\n"
           "    local -a verbs=(\n" +
           verbs +
           "    )\n"
           "    if (( CURRENT == 2 )); then\n"
           "        _describe verb verbs\n"
           "        return\n"
           "    fi\n"
           "    local verb=\"${words[2]}\"\n"
           "    words=(\"${words[@]:1}\")\n"
           "    (( CURRENT-- ))\n"
           "    case \"$verb\" in\n" +
           cases +
           "    esac\n"
           "}\n"
           "_sequitur \"$@\"\n";
}

std::string for_fish(const CLI::App& app) {
    std::string out = "# fish completion for sequitur\n";
    for (const CLI::App* verb : verbs_of(app)) {
        out += "complete -c sequitur -n __fish_use_subcommand -a " + verb->get_name() + " -d " +
               in_quotes(verb->get_description()) + '\n';
        for (const OptionWords& option : options_of(*verb)) {
            out +=
                "complete -c sequitur -n '__fish_seen_subcommand_from " + verb->get_name() + '\'';
            for (const std::string& name : option.names) {
                const bool is_long = name.starts_with("--");
                out += (is_long ? " -l " : " -s ") + name.substr(is_long ? 2 : 1);
            }
            if (!option.values.empty()) out += " -x -a " + in_quotes(joined(option.values, " "));
            else if (option.takes_value) out += " -r";
            out += " -d " + in_quotes(option.meaning) + '\n';
        }
    }
    return out;
}

}  // namespace

std::string completion_script(const CLI::App& app, std::string_view shell) {
    if (shell == "bash") return for_bash(app);
    if (shell == "zsh") return for_zsh(app);
    if (shell == "fish") return for_fish(app);
    return {};
}

}  // namespace sequitur
