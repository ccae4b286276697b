#include "daemon/configuration.h"

#include "core/near_name.h"
#include "dsl/diagnostic.h"
#include "dsl/frontend.h"
#include "dsl/map_reader.h"
#include "dsl/yaml_reader.h"

#include <array>
#include <charconv>
#include <cstdio>

namespace sequitur {
namespace {

using dsl::Code;
using dsl::Diagnostics;
using dsl::YamlEntry;
using dsl::YamlNode;

constexpr std::array<std::string_view, 3> kKeys = {"json_output", "rules_files", "shards"};
constexpr std::size_t kShardsMax = 64;

void read_rules_files(const YamlNode& value, Configuration& configuration,
                      Diagnostics& diagnostics) {
    if (value.kind != YamlNode::Kind::kSequence) {
        diagnostics.error(Code::kWrongKind, value.range, "'rules_files' is a list of paths");
        return;
    }
    for (const YamlNode& item : value.items) {
        if (item.kind == YamlNode::Kind::kScalar) {
            configuration.rules_files.push_back(item.text.text);
        } else {
            diagnostics.error(Code::kWrongKind, item.range, "a path is text");
        }
    }
}

void read_entry(const YamlEntry& entry, Configuration& configuration, Diagnostics& diagnostics) {
    const std::string& key = entry.key.text;
    const std::string& text = entry.value.text.text;
    if (key == "rules_files") {
        read_rules_files(entry.value, configuration, diagnostics);
    } else if (key == "json_output") {
        const auto is_json = dsl::parse_bool(text);
        if (!is_json) {
            diagnostics.error(Code::kBadValue, entry.value.range, "'json_output' is true or false");
        }
        configuration.json_output = is_json.value_or(false);
    } else if (key == "shards") {
        std::size_t shards = 0;
        const auto end = std::from_chars(text.data(), text.data() + text.size(), shards);
        const bool is_number = end.ec == std::errc() && end.ptr == text.data() + text.size();
        if (!is_number || shards < 1 || shards > kShardsMax) {
            diagnostics.error(Code::kBadValue, entry.value.range,
                              "'shards' is a number from 1 to 64");
            return;
        }
        configuration.shards = shards;
    } else {
        diagnostics.error(Code::kUnknownKey, entry.key.range(),
                          "there is no setting '" + key + '\'', did_you_mean(key, kKeys));
    }
}

}  // namespace

Result<Configuration> read_configuration(const std::string& path) {
    auto files = dsl::read_rule_files({path});
    if (!files) return tl::unexpected<Error>(files.error());
    Diagnostics diagnostics;
    Configuration configuration;
    for (const dsl::RuleFile& file : *files) {
        const dsl::FileIndex index = diagnostics.sources().add(file.name, file.text);
        const auto documents = dsl::read_yaml(index, diagnostics);
        if (!documents) continue;
        for (const YamlNode& document : *documents) {
            if (document.kind == YamlNode::Kind::kNull) continue;
            if (document.kind != YamlNode::Kind::kMap) {
                diagnostics.error(Code::kWrongKind, document.range,
                                  "a configuration is a map of settings");
            }
            for (const YamlEntry& entry : document.entries) {
                read_entry(entry, configuration, diagnostics);
            }
        }
    }
    if (diagnostics.has_errors()) {
        std::fputs(diagnostics.to_text().c_str(), stderr);
        return fail(Error::Code::kBadInput, "the configuration was refused");
    }
    return configuration;
}

}  // namespace sequitur
