#include "daemon/config/structured.h"

#include "core/near_name.h"
#include "daemon/config/settings.h"
#include "daemon/config/value.h"
#include "dsl/map_reader.h"

#include <algorithm>
#include <array>

namespace sequitur {
namespace {

using dsl::Code;
using dsl::YamlEntry;
using dsl::YamlNode;

std::vector<std::string_view> output_names() {
    std::vector<std::string_view> names;
    for (const OutputSetting& row : output_settings()) names.push_back(row.name);
    return names;
}

bool is_of_type(const OutputSetting& row, std::string_view type) {
    const auto types = words_of(row.types);
    return types.empty() || std::find(types.begin(), types.end(), type) != types.end();
}

// Names end up in paths, labels and messages.
bool is_name(std::string_view text) {
    return !text.empty() && text.size() <= 64 && text.front() != '.' &&
           text.find_first_not_of(
               "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
               "_-.") == std::string_view::npos;
}

class OutputReader {
public:
    OutputReader(const StructuredContext& context, OutputSettings& output)
        : context_(context), output_(output), owner_("outputs." + output.name + '.') {}

    void read(const YamlNode& map) {
        // What else may stand there depends on the type.
        for (const YamlEntry& entry : map.entries) {
            if (entry.key.text == "type") read_entry(entry);
        }
        for (const YamlEntry& entry : map.entries) {
            if (entry.key.text != "type") read_entry(entry);
        }
    }

private:
    void read_entry(const YamlEntry& entry) {
        for (const OutputSetting& row : output_settings()) {
            if (row.name != entry.key.text) continue;
            if (!output_.type.empty() && !is_of_type(row, output_.type)) {
                context_.faults.error(Code::kUnknownKey, entry.key.range(),
                                      '\'' + owner_ + entry.key.text + "' is no setting of " +
                                          output_.type + " outputs");
                return;
            }
            read_value(row, entry.value,
                       ValueContext{context_.folder, false, owner_, context_.faults}, output_);
            return;
        }
        context_.faults.error(Code::kUnknownKey, entry.key.range(),
                              "there is no setting '" + owner_ + entry.key.text + '\'',
                              did_you_mean(entry.key.text, output_names()));
    }

    const StructuredContext& context_;
    OutputSettings& output_;
    const std::string owner_;
};

void read_outputs(const YamlNode& value, const StructuredContext& context,
                  Configuration& configuration) {
    if (value.kind == YamlNode::Kind::kNull) return;
    if (value.kind != YamlNode::Kind::kMap) {
        context.faults.error(Code::kWrongKind, value.range,
                             "'outputs' is a map: each output's name, and its settings");
        return;
    }
    for (const YamlEntry& entry : value.entries) {
        const std::string& name = entry.key.text;
        if (!is_name(name)) {
            context.faults.error(Code::kBadValue, entry.key.range(),
                                 "an output's name is made of letters, digits, '_', '-' and '.'");
            continue;
        }
        if (entry.value.kind != YamlNode::Kind::kMap) {
            context.faults.error(Code::kWrongKind, entry.value.range,
                                 "'outputs." + name + "' is a map of settings");
            continue;
        }
        auto& outputs = configuration.outputs;
        auto output = std::find_if(outputs.begin(), outputs.end(),
                                   [&](const OutputSettings& each) { return each.name == name; });
        if (output == outputs.end()) output = outputs.insert(output, default_output(name));
        OutputReader(context, *output).read(entry.value);
        const bool is_new_place =
            std::none_of(configuration.places.begin(), configuration.places.end(),
                         [&](const auto& place) { return place.first == "outputs." + name; });
        if (is_new_place) {
            const dsl::Range range = entry.key.range();
            const dsl::SourceFile& file = context.faults.sources().file(range.file);
            configuration.places.emplace_back(
                "outputs." + name,
                file.name() + ':' + std::to_string(file.place_of(range.begin).line));
        }
    }
}

// A map of texts with at most the keys `names`; nullopt and a fault for anything else.
std::optional<std::vector<std::string>> read_texts(const YamlNode& map,
                                                   std::span<const std::string_view> names,
                                                   dsl::Diagnostics& faults) {
    std::vector<std::string> texts(names.size());
    if (map.kind != YamlNode::Kind::kMap) {
        faults.error(Code::kWrongKind, map.range, "this should be a map");
        return std::nullopt;
    }
    for (const YamlEntry& entry : map.entries) {
        const auto name = std::find(names.begin(), names.end(), entry.key.text);
        if (name == names.end()) {
            faults.error(Code::kUnknownKey, entry.key.range(),
                         "'" + entry.key.text + "' is not known here",
                         did_you_mean(entry.key.text, names));
            return std::nullopt;
        }
        if (entry.value.kind != YamlNode::Kind::kScalar) {
            faults.error(Code::kWrongKind, entry.value.range, "this should be text");
            return std::nullopt;
        }
        texts[static_cast<std::size_t>(name - names.begin())] = entry.value.text.text;
    }
    return texts;
}

void read_selection(const YamlNode& item, const StructuredContext& context,
                    Configuration& configuration) {
    const bool is_one =
        item.kind == YamlNode::Kind::kMap && item.entries.size() == 1 &&
        (item.entries[0].key.text == "enable" || item.entries[0].key.text == "disable");
    if (!is_one) {
        context.faults.error(Code::kWrongKind, item.range,
                             "an entry of 'rules' is 'enable' or 'disable' with a rule or a tag");
        return;
    }
    constexpr std::array<std::string_view, 2> kNames = {"rule", "tag"};
    const auto texts = read_texts(item.entries[0].value, kNames, context.faults);
    if (!texts) return;
    if ((*texts)[0].empty() == (*texts)[1].empty()) {
        context.faults.error(Code::kBadValue, item.entries[0].value.range,
                             "this names either a 'rule' or a 'tag'");
        return;
    }
    configuration.rules.push_back({item.entries[0].key.text == "enable", (*texts)[0], (*texts)[1]});
}

void read_addition(const YamlNode& item, const StructuredContext& context,
                   Configuration& configuration) {
    constexpr std::array<std::string_view, 2> kKeys = {"match", "extra_output"};
    constexpr std::array<std::string_view, 3> kNames = {"rule", "tag", "source"};
    if (item.kind != YamlNode::Kind::kMap || item.find("extra_output") == nullptr) {
        context.faults.error(
            Code::kMissingKey, item.range,
            "an entry of 'append_output' has 'extra_output', and may have 'match'");
        return;
    }
    OutputAddition addition;
    for (const YamlEntry& entry : item.entries) {
        if (entry.key.text == "extra_output") {
            addition.text = entry.value.text.text;
        } else if (entry.key.text == "match") {
            const auto texts = read_texts(entry.value, kNames, context.faults);
            if (!texts) return;
            addition.rule = (*texts)[0];
            addition.tag = (*texts)[1];
            addition.source = (*texts)[2];
        } else {
            context.faults.error(Code::kUnknownKey, entry.key.range(),
                                 "there is no setting 'append_output." + entry.key.text + '\'',
                                 did_you_mean(entry.key.text, kKeys));
            return;
        }
    }
    configuration.append_output.push_back(std::move(addition));
}

template <typename Read>
void read_items(std::string_view name, const YamlNode& value, const StructuredContext& context,
                Read read) {
    if (value.kind == YamlNode::Kind::kNull) return;
    if (value.kind != YamlNode::Kind::kSequence) {
        context.faults.error(Code::kWrongKind, value.range,
                             '\'' + std::string(name) + "' is a list");
        return;
    }
    for (const YamlNode& item : value.items) read(item);
}

}  // namespace

bool read_structured(std::string_view name, const YamlNode& value, const StructuredContext& context,
                     Configuration& configuration) {
    if (name == "outputs") {
        read_outputs(value, context, configuration);
    } else if (name == "rules") {
        if (context.is_override) configuration.rules.clear();
        read_items(name, value, context,
                   [&](const YamlNode& item) { read_selection(item, context, configuration); });
    } else if (name == "append_output") {
        if (context.is_override) configuration.append_output.clear();
        read_items(name, value, context,
                   [&](const YamlNode& item) { read_addition(item, context, configuration); });
    } else {
        return false;
    }
    return true;
}

OutputSettings default_output(std::string name) {
    OutputSettings output;
    for (const OutputSetting& row : output_settings()) read_fallback(row, output);
    output.name = std::move(name);
    return output;
}

void check_outputs(Configuration& configuration, dsl::Diagnostics& faults) {
    for (const OutputSettings& output : configuration.outputs) {
        const auto lacks = [&](const char* key) {
            std::string where;
            for (const auto& [name, place] : configuration.places) {
                if (name == "outputs." + output.name) where = place;
            }
            const dsl::FileIndex file = faults.sources().add(where, "");
            faults.error(Code::kMissingKey, {file, 0, 0},
                         "output '" + output.name + "' has no '" + key + '\'');
        };
        if (output.type.empty()) lacks("type");
        const bool wants_path = output.type == "file" || output.type == "unix";
        if (wants_path && output.path.empty()) lacks("path");
        if (output.type == "http" && output.url.empty()) lacks("url");
        if (output.type == "program" && output.command.empty()) lacks("command");
    }
    std::erase_if(configuration.outputs,
                  [](const OutputSettings& output) { return !output.is_enabled; });
}

}  // namespace sequitur
