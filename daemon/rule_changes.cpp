#include "daemon/rule_changes.h"

#include "core/glob.h"
#include "core/json_text.h"
#include "dsl/diagnostic.h"
#include "dsl/yaml_reader.h"

#include <algorithm>
#include <map>
#include <set>

namespace sequitur {
namespace {

using dsl::YamlNode;

// What a rule or sequence says of itself, over all files.
struct Named {
    bool is_sequence = false;
    std::string name, source = "syscall";
    std::set<std::string> tags;
};

std::string text_of(const YamlNode& map, std::string_view key) {
    const dsl::YamlEntry* entry = map.find(key);
    return entry == nullptr ? std::string() : entry->value.text.text;
}

void read_object(const YamlNode& object, std::vector<Named>& all) {
    if (object.kind != YamlNode::Kind::kMap) return;
    Named read;
    read.name = text_of(object, "rule");
    if (read.name.empty()) {
        read.name = text_of(object, "sequence");
        read.is_sequence = true;
    }
    if (read.name.empty()) return;
    auto known = std::find_if(all.begin(), all.end(), [&](const Named& each) {
        return each.name == read.name && each.is_sequence == read.is_sequence;
    });
    if (known == all.end()) known = all.insert(all.end(), read);
    if (const std::string source = text_of(object, "source"); !source.empty()) {
        known->source = source;
    }
    const dsl::YamlEntry* tags = object.find("tags");
    if (tags == nullptr) return;
    for (const YamlNode& tag : tags->value.items) known->tags.insert(tag.text.text);
}

std::vector<Named> read_objects(const std::vector<dsl::RuleFile>& files) {
    std::vector<Named> all;
    dsl::Diagnostics faults;
    for (const dsl::RuleFile& file : files) {
        const auto documents = dsl::read_yaml(faults.sources().add(file.name, file.text), faults);
        if (!documents) continue;
        for (const YamlNode& document : *documents) {
            for (const YamlNode& object : document.items) read_object(object, all);
        }
    }
    return all;
}

std::string head_of(const Named& object) {
    return std::string("- ") + (object.is_sequence ? "sequence: " : "rule: ") +
           json_string(object.name) + '\n';
}

}  // namespace

std::string rule_changes(const std::vector<dsl::RuleFile>& files,
                         const std::vector<RuleSelection>& selections,
                         const std::vector<OutputAddition>& additions) {
    if (selections.empty() && additions.empty()) return "";
    std::string out;
    for (const Named& object : read_objects(files)) {
        // The last word counts.
        const RuleSelection* last = nullptr;
        for (const RuleSelection& selection : selections) {
            const bool matches = selection.rule.empty() ? object.tags.contains(selection.tag)
                                                        : glob_matches(selection.rule, object.name);
            if (matches) last = &selection;
        }
        if (last != nullptr) {
            out += head_of(object) + "  enabled: " + (last->is_enabled ? "true" : "false") +
                   "\n  override: {enabled: replace}\n";
        }
        for (const OutputAddition& addition : additions) {
            const bool matches = (addition.rule.empty() || addition.rule == object.name) &&
                                 (addition.tag.empty() || object.tags.contains(addition.tag)) &&
                                 (addition.source.empty() || addition.source == object.source);
            if (!matches) continue;
            out += head_of(object) + "  output: " + json_string(addition.text) +
                   "\n  override: {output: append}\n";
        }
    }
    return out;
}

}  // namespace sequitur
