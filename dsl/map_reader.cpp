#include "dsl/map_reader.h"

#include "core/near_name.h"
#include "dsl/duration.h"

#include <algorithm>
#include <charconv>

namespace sequitur::dsl {

namespace {

std::string quoted(std::string_view text) { return "'" + std::string(text) + "'"; }

}  // namespace

std::optional<bool> parse_bool(std::string_view text) {
    for (const std::string_view yes : {"true", "True", "TRUE", "yes", "on"}) {
        if (text == yes) return true;
    }
    for (const std::string_view no : {"false", "False", "FALSE", "no", "off"}) {
        if (text == no) return false;
    }
    return std::nullopt;
}

void MapReader::check_keys(bool is_strict) const {
    for (const YamlEntry& entry : node_.entries) {
        if (find_key(kind_, entry.key.text) == nullptr) report_unknown(entry, is_strict);
    }
}

void MapReader::report_unknown(const YamlEntry& entry, bool is_strict) const {
    std::vector<std::string_view> names;
    for (const KeyInfo& key : keys_of(kind_)) {
        if (!has(key.name)) names.push_back(key.name);
    }
    const std::string what(name_of(kind_));
    std::string message = "a " + what + " has no key " + quoted(entry.key.text);
    std::string hint = did_you_mean(entry.key.text, names);
    if (is_strict) {
        diagnostics_.error(Code::kUnknownKey, entry.key.range(), std::move(message),
                           std::move(hint));
    } else {
        diagnostics_.warning(Code::kIgnoredKey, entry.key.range(), message + "; it is ignored",
                             std::move(hint));
    }
}

void MapReader::report_missing(std::string_view key, const Range& place) const {
    diagnostics_.error(Code::kMissingKey, place,
                       "this " + std::string(name_of(kind_)) + " lacks " + quoted(key));
}

const YamlNode* MapReader::value(std::string_view key) const {
    const YamlEntry* entry = node_.find(key);
    return entry ? &entry->value : nullptr;
}

Range MapReader::key_range(std::string_view key) const {
    const YamlEntry* entry = node_.find(key);
    return entry ? entry->key.range() : node_.range;
}

Range MapReader::value_range(std::string_view key) const {
    const YamlEntry* entry = node_.find(key);
    if (entry == nullptr) return node_.range;
    return entry->value.kind == YamlNode::Kind::kScalar ? entry->value.text.range()
                                                        : entry->key.range();
}

Failed MapReader::wrong_kind(const YamlNode& found, std::string_view key,
                             std::string_view wanted) const {
    // A list or map begins at its first part, which is a poor place to point at; its key is a good
    // one.
    const Range range = found.kind == YamlNode::Kind::kScalar ? found.text.range() : key_range(key);
    return diagnostics_.error(Code::kWrongKind, range,
                              quoted(key) + " wants " + std::string(wanted) + ", here is " +
                                  std::string(kind_name(found)));
}

std::optional<LocatedText> MapReader::text(std::string_view key) const {
    const YamlNode* found = value(key);
    if (found == nullptr) return std::nullopt;
    if (found->kind != YamlNode::Kind::kScalar) {
        wrong_kind(*found, key, "text");
        return std::nullopt;
    }
    const bool is_blank = found->text.text.find_first_not_of(" \t\r\n") == std::string::npos;
    if (is_blank) {
        diagnostics_.error(Code::kBadValue, key_range(key), quoted(key) + " is empty");
        return std::nullopt;
    }
    return found->text;
}

std::optional<bool> MapReader::boolean(std::string_view key) const {
    const auto found = text(key);
    if (!found) return std::nullopt;
    const auto result = parse_bool(found->text);
    if (!result) {
        diagnostics_.error(Code::kBadValue, found->range(),
                           quoted(key) + " is true or false, not " + quoted(found->text));
    }
    return result;
}

std::optional<std::int64_t> MapReader::number(std::string_view key, std::int64_t min,
                                              std::int64_t max) const {
    const auto found = text(key);
    if (!found) return std::nullopt;
    std::int64_t result = 0;
    const char* end = found->text.data() + found->text.size();
    const auto [rest, fault] = std::from_chars(found->text.data(), end, result);
    if (fault != std::errc() || rest != end || result < min || result > max) {
        diagnostics_.error(Code::kBadValue, found->range(),
                           quoted(key) + " is a whole number from " + std::to_string(min) + " to " +
                               std::to_string(max) + ", not " + quoted(found->text));
        return std::nullopt;
    }
    return result;
}

std::optional<Duration> MapReader::duration(std::string_view key, bool may_be_unbounded) const {
    const auto found = text(key);
    if (!found) return std::nullopt;
    if (found->text == "unbounded" && may_be_unbounded) return kUnbounded;
    const auto result = parse_duration(found->text);
    if (result) return result;
    std::string hint = "a number with ns, us, ms, s, m, h or d, at most 3650d: 60s";
    if (may_be_unbounded) hint += ", or unbounded";
    if (found->text.find_first_not_of("0123456789") == std::string::npos) {
        hint = "with a unit: " + found->text + "s";
    }
    diagnostics_.error(Code::kBadWindow, found->range(), quoted(found->text) + " is not a duration",
                       std::move(hint));
    return std::nullopt;
}

std::optional<std::vector<LocatedText>> MapReader::texts_of(const YamlNode& list,
                                                            std::string_view key) const {
    std::vector<LocatedText> result;
    for (const YamlNode& item : list.items) {
        // The words for null are also names of things (a list of shells, of values).
        if (item.kind == YamlNode::Kind::kScalar ||
            (item.kind == YamlNode::Kind::kNull && !item.text.empty())) {
            result.push_back(item.text);
        } else {
            const Range range = item.range.end > item.range.begin ? item.range : key_range(key);
            diagnostics_.error(
                Code::kWrongKind, range,
                "an item of " + quoted(key) + " is text, here is " + std::string(kind_name(item)));
        }
    }
    return result;
}

std::optional<std::vector<LocatedText>> MapReader::text_list(std::string_view key) const {
    const YamlNode* found = value(key);
    if (found == nullptr) return std::nullopt;
    if (found->kind == YamlNode::Kind::kNull) return std::vector<LocatedText>{};
    if (found->kind != YamlNode::Kind::kSequence) {
        wrong_kind(*found, key, "a list");
        return std::nullopt;
    }
    return texts_of(*found, key);
}

std::optional<std::vector<LocatedText>> MapReader::text_or_list(std::string_view key) const {
    const YamlNode* found = value(key);
    if (found == nullptr) return std::nullopt;
    if (found->kind == YamlNode::Kind::kSequence) return texts_of(*found, key);
    if (found->kind != YamlNode::Kind::kScalar) {
        wrong_kind(*found, key, "text or a list of texts");
        return std::nullopt;
    }
    return std::vector<LocatedText>{found->text};
}

Overrides MapReader::overrides(std::string_view key) const {
    Overrides result;
    const YamlNode* found = value(key);
    if (found == nullptr) return result;
    for (const YamlEntry& entry : node_.entries) {
        if (entry.key.text != key) result.given_keys.push_back(entry.key);
    }
    if (found->kind != YamlNode::Kind::kMap) {
        wrong_kind(*found, key, "a map of keys to 'append' or 'replace'");
        result.is_refused = true;
        return result;
    }
    for (const YamlEntry& entry : found->entries) {
        const std::string& how = entry.value.text.text;
        if (entry.value.kind == YamlNode::Kind::kScalar && (how == "append" || how == "replace")) {
            result.entries.push_back({entry.key, how == "append"});
        } else {
            result.is_refused = true;
            diagnostics_.error(
                Code::kBadOverride,
                entry.value.text.runs.empty() ? entry.key.range() : entry.value.text.range(),
                "an override is 'append' or 'replace'");
        }
    }
    return result;
}

std::vector<std::string_view> MapReader::given_required() const {
    std::vector<std::string_view> result;
    for (const KeyInfo& key : keys_of(kind_)) {
        if (key.is_required && has(key.name)) result.push_back(key.name);
    }
    return result;
}

}  // namespace sequitur::dsl
