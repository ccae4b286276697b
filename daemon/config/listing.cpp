#include "daemon/config/listing.h"

#include "daemon/config/reader.h"
#include "daemon/config/settings.h"
#include "daemon/config/structured.h"
#include "daemon/config/value.h"

#include <algorithm>

namespace sequitur {
namespace {

constexpr std::size_t kWidth = 100;

// `text` in lines of at most kWidth, each behind `prefix`.
std::string wrapped(std::string_view text, const std::string& prefix) {
    std::string out;
    std::string line = prefix;
    for (const std::string_view word : words_of(text)) {
        if (line.size() + 1 + word.size() > kWidth) {
            out += line + '\n';
            line = prefix;
        }
        line += (line.size() == prefix.size() ? "" : " ") + std::string(word);
    }
    return out + line + '\n';
}

std::string kind_text(SettingKind kind) {
    switch (kind) {
        case SettingKind::kFlag: return "true, false";
        case SettingKind::kText: return "text";
        case SettingKind::kChoice: return "a word";
        case SettingKind::kCount: return "number";
        case SettingKind::kBytes: return "size";
        case SettingKind::kTime: return "time";
        case SettingKind::kPriority: return "priority";
        case SettingKind::kTexts: return "list";
        case SettingKind::kPaths: return "list of paths";
        case SettingKind::kPath: return "path";
    }
    return "";
}

// "state.dir" as "dir" below the line "state:", which is written once.
class Nesting {
public:
    // The lines of headings that are not open yet.
    std::string open(std::string_view name, const std::string& before) {
        const std::size_t dot = name.find('.');
        const std::string_view group = dot == std::string_view::npos ? "" : name.substr(0, dot);
        const bool is_new = group != group_;
        group_ = group;
        return is_new && !group.empty() ? before + std::string(group) + ":\n" : "";
    }
    std::string indent() const { return group_.empty() ? "" : "  "; }
    std::string_view leaf(std::string_view name) const {
        return group_.empty() ? name : name.substr(group_.size() + 1);
    }

private:
    std::string_view group_;
};

std::string as_comment(std::string_view text) {
    std::string out;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        out += "#" + std::string(text.substr(0, end)) + '\n';
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return out;
}

// "|" would end a cell.
std::string cell(std::string_view text) {
    std::string out;
    for (const char c : text) out += c == '|' ? std::string("\\|") : std::string(1, c);
    return out;
}

std::string words_as_choices(std::string_view choices) {
    std::string out;
    for (const std::string_view word : words_of(choices)) {
        out += (out.empty() ? "`" : ", `") + std::string(word) + '`';
    }
    return out;
}

std::string shown_fallback(std::string_view value) {
    return value == "\"\"" || value == "[]" || value.empty() ? "" : '`' + std::string(value) + '`';
}

}  // namespace

std::string commented_configuration() {
    const Configuration defaults = default_configuration();
    std::string out =
        "# Settings of `sequitur run`. What stands here in comments is the default.\n"
        "#\n"
        "# `sequitur config check` checks this file and its drop-ins, `sequitur config show` says\n"
        "# what is in force. Single settings can be given on the command line: -o NAME=VALUE, "
        "with\n"
        "# dots for the levels (-o state.dir=/var/lib/sequitur). Sizes: 64kb, 64mb, 1gb; times:\n"
        "# 200ms, 5s, 1h. Relative paths start at the folder of the file that names them.\n";
    Nesting nesting;
    for (const Setting& row : settings()) {
        out += '\n' + nesting.open(row.name, "#");
        out += wrapped(row.meaning, "# " + nesting.indent());
        out += "#" + nesting.indent() + std::string(nesting.leaf(row.name)) + ": " +
               setting_text(row, defaults) + '\n';
    }
    for (const ListSetting& row : list_settings()) {
        out += '\n' + wrapped(row.meaning, "# ") + as_comment(row.example);
    }
    out += "\n# The settings of an output, with their defaults:\n";
    const OutputSettings output = default_output("");
    for (const OutputSetting& row : output_settings()) {
        out += "#\n";
        const std::string types = row.types.empty() ? "" : "(" + std::string(row.types) + ") ";
        out += wrapped(types + std::string(row.meaning), "#     # ");
        out += "#     " + std::string(row.name) + ": " + setting_text(row, output) + '\n';
    }
    return out;
}

std::string settings_markdown() {
    const Configuration defaults = default_configuration();
    std::string out = "| setting | value | default | meaning |\n|---|---|---|---|\n";
    for (const Setting& row : settings()) {
        const std::string value =
            row.choices.empty() ? kind_text(row.kind) : words_as_choices(row.choices);
        out += "| `" + std::string(row.name) + "` | " + value + " | " +
               shown_fallback(setting_text(row, defaults)) + " | " + cell(row.meaning) + " |\n";
    }
    for (const ListSetting& row : list_settings()) {
        out += "| `" + std::string(row.name) + "` | " + (row.name == "outputs" ? "map" : "list") +
               " | | " + cell(row.meaning) + " |\n";
    }
    out +=
        "\nOf each output:\n\n| setting | types | value | default | meaning |\n"
        "|---|---|---|---|---|\n";
    const OutputSettings output = default_output("");
    for (const OutputSetting& row : output_settings()) {
        const std::string value =
            row.choices.empty() ? kind_text(row.kind) : words_as_choices(row.choices);
        out += "| `" + std::string(row.name) + "` | " +
               (row.types.empty() ? "all" : std::string(row.types)) + " | " + value + " | " +
               shown_fallback(setting_text(row, output)) + " | " + cell(row.meaning) + " |\n";
    }
    return out;
}

std::string effective_configuration(const Configuration& configuration) {
    std::string out;
    const auto place_of = [&](std::string_view name) -> std::string {
        for (const auto& [given, place] : configuration.places) {
            if (given == name) return "  # " + place;
        }
        return "";
    };
    Nesting nesting;
    for (const Setting& row : settings()) {
        out += nesting.open(row.name, "");
        out += nesting.indent() + std::string(nesting.leaf(row.name)) + ": " +
               setting_text(row, configuration) + place_of(row.name) + '\n';
    }
    if (!configuration.outputs.empty()) out += "outputs:\n";
    for (const OutputSettings& output : configuration.outputs) {
        out += "  " + output.name + ':' + place_of("outputs." + output.name) + '\n';
        for (const OutputSetting& row : output_settings()) {
            const auto types = words_of(row.types);
            const bool has_it =
                types.empty() || std::find(types.begin(), types.end(), output.type) != types.end();
            const std::string value = setting_text(row, output);
            if (!has_it || value == "\"\"" || value == "[]") continue;
            out += "    " + std::string(row.name) + ": " + value + '\n';
        }
    }
    if (!configuration.rules.empty()) out += "rules:" + place_of("rules") + '\n';
    for (const RuleSelection& each : configuration.rules) {
        out += std::string("  - ") + (each.is_enabled ? "enable" : "disable") +
               (each.rule.empty() ? ": {tag: \"" + each.tag : ": {rule: \"" + each.rule) + "\"}\n";
    }
    if (!configuration.append_output.empty()) {
        out += "append_output:" + place_of("append_output") + '\n';
    }
    for (const OutputAddition& each : configuration.append_output) {
        out += "  - match: {rule: \"" + each.rule + "\", tag: \"" + each.tag + "\", source: \"" +
               each.source + "\"}\n    extra_output: \"" + each.text + "\"\n";
    }
    return out;
}

}  // namespace sequitur
