// A YAML map read key by key against its table of keys: typed values, and every fault said.
#pragma once

#include "dsl/diagnostic.h"
#include "dsl/keys.h"
#include "dsl/objects.h"
#include "dsl/yaml_reader.h"

#include <optional>
#include <string>
#include <vector>

namespace sequitur::dsl {

// Looks at `node`, which must be a map, as an object of `kind`. Each getter gives nothing for a key
// that is not there, and reports one whose value is of the wrong shape.
class MapReader {
public:
    MapReader(const YamlNode& node, ObjectKind kind, Diagnostics& diagnostics)
        : node_(node), kind_(kind), diagnostics_(diagnostics) {}

    // Keys that the kind does not have: an error, or a warning where Falco's files may have more.
    void check_keys(bool is_strict) const;
    // One unknown key; its entry is not looked at further.
    void report_unknown(const YamlEntry& entry, bool is_strict) const;
    // Reports the key as missing, at `place`.
    void report_missing(std::string_view key, const Range& place) const;

    bool has(std::string_view key) const { return node_.find(key) != nullptr; }
    const YamlNode* value(std::string_view key) const;
    Range key_range(std::string_view key) const;
    Range value_range(std::string_view key) const;

    std::optional<LocatedText> text(std::string_view key) const;  // any scalar, not empty
    std::optional<bool> boolean(std::string_view key) const;
    std::optional<std::int64_t> number(std::string_view key, std::int64_t min,
                                       std::int64_t max) const;
    std::optional<Duration> duration(std::string_view key, bool may_be_unbounded) const;
    std::optional<std::vector<LocatedText>> text_list(std::string_view key) const;
    std::optional<std::vector<LocatedText>> text_or_list(std::string_view key) const;
    Overrides overrides(std::string_view key) const;
    // The required keys of the kind that the map has, whatever their values.
    std::vector<std::string_view> given_required() const;

    Failed wrong_kind(const YamlNode& found, std::string_view key, std::string_view wanted) const;

private:
    std::optional<std::vector<LocatedText>> texts_of(const YamlNode& list,
                                                     std::string_view key) const;

    const YamlNode& node_;
    ObjectKind kind_;
    Diagnostics& diagnostics_;
};

// true/false as YAML writes them; nullopt otherwise.
std::optional<bool> parse_bool(std::string_view text);

}  // namespace sequitur::dsl
