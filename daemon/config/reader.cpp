#include "daemon/config/reader.h"

#include "core/log.h"
#include "core/near_name.h"
#include "daemon/config/falco.h"
#include "daemon/config/settings.h"
#include "daemon/config/structured.h"
#include "daemon/config/value.h"
#include "dsl/frontend.h"
#include "dsl/yaml_reader.h"

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <system_error>

namespace sequitur {
namespace {

namespace fs = std::filesystem;
using dsl::Code;
using dsl::Diagnostics;
using dsl::YamlEntry;
using dsl::YamlNode;

// What may stand where: the parts of all names below `prefix` ("" or "state.").
std::vector<std::string_view> names_below(std::string_view prefix) {
    std::vector<std::string_view> names;
    const auto add = [&](std::string_view name) {
        if (!name.starts_with(prefix)) return;
        name.remove_prefix(prefix.size());
        name = name.substr(0, name.find('.'));
        if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
    };
    for (const Setting& row : settings()) add(row.name);
    for (const ListSetting& row : list_settings()) add(row.name);
    return names;
}

class FileReader {
public:
    FileReader(Configuration& configuration, Diagnostics& faults, std::string folder,
               bool is_override)
        : configuration_(configuration),
          faults_(faults),
          folder_(std::move(folder)),
          is_override_(is_override) {}

    void read(const std::string& name, const std::string& text) {
        const dsl::FileIndex index = faults_.sources().add(name, text);
        const auto documents = dsl::read_yaml(index, faults_);
        if (!documents) return;
        for (const YamlNode& document : *documents) {
            if (document.kind == YamlNode::Kind::kNull) continue;
            read_map(document, "");
        }
    }

private:
    void read_map(const YamlNode& map, const std::string& prefix) {
        if (map.kind == YamlNode::Kind::kNull) return;
        if (map.kind != YamlNode::Kind::kMap) {
            faults_.error(Code::kWrongKind, map.range,
                          prefix.empty() ? std::string("a configuration is a map of settings")
                                         : '\'' + prefix.substr(0, prefix.size() - 1) +
                                               "' is a map of settings");
            return;
        }
        for (const YamlEntry& entry : map.entries) read_entry(entry, prefix);
    }

    void read_entry(const YamlEntry& entry, const std::string& prefix) {
        const std::string name = prefix + entry.key.text;
        for (const Setting& row : settings()) {
            if (row.name == name) return read_setting(row, entry);
            if (row.name.starts_with(name + '.')) return read_map(entry.value, name + '.');
        }
        const StructuredContext context{folder_, is_override_, faults_};
        if (read_structured(name, entry.value, context, configuration_)) {
            return note_place(name, entry);
        }
        faults_.error(Code::kUnknownKey, entry.key.range(), "there is no setting '" + name + '\'',
                      did_you_mean(entry.key.text, names_below(prefix)));
    }

    void read_setting(const Setting& row, const YamlEntry& entry) {
        const bool was_given =
            std::any_of(configuration_.places.begin(), configuration_.places.end(),
                        [&](const auto& place) { return place.first == row.name; });
        const ValueContext context{folder_, was_given && !is_override_, "", faults_};
        if (read_value(row, entry.value, context, configuration_)) {
            note_place(std::string(row.name), entry);
        }
    }

    void note_place(const std::string& name, const YamlEntry& entry) {
        const dsl::Range range = entry.key.range();
        const dsl::SourceFile& file = faults_.sources().file(range.file);
        const std::string place =
            is_override_ ? file.name()
                         : file.name() + ':' + std::to_string(file.place_of(range.begin).line);
        std::erase_if(configuration_.places, [&](const auto& old) { return old.first == name; });
        configuration_.places.emplace_back(name, place);
    }

    Configuration& configuration_;
    Diagnostics& faults_;
    const std::string folder_;
    const bool is_override_;
};

std::string folder_of(const std::string& file) {
    std::error_code error;
    const fs::path absolute = fs::absolute(file, error);
    return absolute.parent_path().string();
}

Result<void> read_files(const std::vector<std::string>& paths, Configuration& configuration,
                        Diagnostics& faults) {
    auto files = dsl::read_rule_files(paths);
    if (!files) return tl::unexpected<Error>(files.error());
    for (const dsl::RuleFile& file : *files) {
        configuration.files.push_back(file.name);
        FileReader(configuration, faults, folder_of(file.name), false).read(file.name, file.text);
    }
    return {};
}

Result<void> read_falco(const std::string& path, Configuration& configuration,
                        Diagnostics& faults) {
    auto files = dsl::read_rule_files({path});
    if (!files) return tl::unexpected<Error>(files.error());
    const std::string& text = files->front().text;
    const auto documents = dsl::read_yaml(faults.sources().add(path, text), faults);
    if (!documents || documents->empty()) return {};
    const FalcoTranslation translation = translate_falco(documents->front(), folder_of(path));
    std::string ignored;
    for (const std::string& name : translation.ignored) {
        ignored += (ignored.empty() ? "" : ", ") + name;
    }
    if (!ignored.empty()) log_warning(path + ": not used: " + ignored);
    configuration.files.push_back(path);
    FileReader(configuration, faults, folder_of(path), false)
        .read(path + " (translated)", translation.settings);
    return {};
}

// "a.b=c" as the YAML text "a:\n b: c".
void read_override(const std::string& text, Configuration& configuration, Diagnostics& faults) {
    const std::size_t equals = text.find('=');
    std::string yaml;
    std::string indent;
    std::size_t begin = 0;
    if (equals != std::string::npos) {
        for (std::size_t i = 0; i <= equals; ++i) {
            if (text[i] != '.' && i != equals) continue;
            yaml += indent + text.substr(begin, i - begin) + ':';
            begin = i + 1;
            if (i == equals) break;
            yaml += '\n';
            indent += ' ';
        }
        yaml += ' ' + text.substr(equals + 1) + '\n';
    }
    if (equals == std::string::npos || equals == 0) {
        const dsl::FileIndex file = faults.sources().add("-o " + text, text);
        faults.error(Code::kSyntax, {file, 0, static_cast<std::uint32_t>(text.size())},
                     "-o takes NAME=VALUE");
        return;
    }
    std::error_code error;
    FileReader(configuration, faults, fs::current_path(error).string(), true)
        .read("-o " + text, yaml);
}

// Drop-ins that are named and do not exist are none.
std::vector<std::string> existing(const std::vector<std::string>& paths) {
    std::vector<std::string> there;
    std::error_code error;
    for (const std::string& path : paths) {
        if (fs::exists(path, error)) there.push_back(path);
    }
    return there;
}

void place_defaults(const ConfigurationSource& source, Configuration& configuration) {
    if (source.file.empty()) {
        configuration.config_files.clear();
        return;
    }
    const fs::path folder = folder_of(source.file);
    for (std::string& path : configuration.config_files) {
        if (!path.starts_with('/')) path = (folder / path).string();
    }
}

}  // namespace

std::string chosen_configuration(const std::string& given) {
    constexpr const char* kSystem = "/etc/sequitur/sequitur.yaml";
    std::error_code error;
    return given.empty() && fs::exists(kSystem, error) ? kSystem : given;
}

Configuration default_configuration() {
    Configuration configuration;
    for (const Setting& row : settings()) read_fallback(row, configuration);
    return configuration;
}

Result<Configuration> read_configuration(const ConfigurationSource& source, Diagnostics& faults) {
    Configuration configuration = default_configuration();
    if (!source.file.empty()) {
        if (auto read = read_files({source.file}, configuration, faults); !read) {
            return tl::unexpected<Error>(read.error());
        }
    }
    place_defaults(source, configuration);
    if (!source.falco_file.empty()) {
        if (auto read = read_falco(source.falco_file, configuration, faults); !read) {
            return tl::unexpected<Error>(read.error());
        }
    }
    for (const std::string& text : source.overrides) {
        if (text.starts_with("config_files=")) read_override(text, configuration, faults);
    }
    const auto drop_ins = existing(configuration.config_files);
    if (!drop_ins.empty()) {
        if (auto read = read_files(drop_ins, configuration, faults); !read) {
            return tl::unexpected<Error>(read.error());
        }
    }
    for (const std::string& text : source.overrides) read_override(text, configuration, faults);
    check_outputs(configuration, faults);
    if (faults.has_errors()) {
        return fail(Error::Code::kBadInput, "the configuration was refused");
    }
    return configuration;
}

Result<Configuration> read_configuration(const ConfigurationSource& source) {
    Diagnostics faults;
    auto configuration = read_configuration(source, faults);
    std::fputs(faults.to_text().c_str(), stderr);
    return configuration;
}

}  // namespace sequitur
