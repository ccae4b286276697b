#include "daemon/config/value.h"

#include "core/near_name.h"
#include "dsl/duration.h"
#include "dsl/map_reader.h"

#include <algorithm>
#include <charconv>
#include <filesystem>

namespace sequitur {
namespace {

using dsl::Code;
using dsl::YamlNode;

std::optional<std::uint64_t> parse_count(std::string_view text) {
    std::uint64_t value = 0;
    const auto end = std::from_chars(text.data(), text.data() + text.size(), value);
    if (text.empty() || end.ec != std::errc() || end.ptr != text.data() + text.size()) {
        return std::nullopt;
    }
    return value;
}

// "0" is a duration too.
std::optional<Duration> parse_time(std::string_view text) {
    if (text == "0") return Duration(0);
    const auto parsed = dsl::parse_duration(text);
    if (!parsed || *parsed > dsl::kDurationMax) return std::nullopt;
    return parsed;
}

std::string range_text(SettingKind kind, std::uint64_t min, std::uint64_t max) {
    const auto text = [&](std::uint64_t value) {
        if (kind == SettingKind::kTime) return dsl::to_text(Duration(value));
        if (kind == SettingKind::kBytes && value >= 1024) {
            return value % (1024 * 1024) == 0 ? std::to_string(value >> 20) + "mb"
                                              : std::to_string(value >> 10) + "kb";
        }
        return std::to_string(value);
    };
    return text(min) + " to " + text(max);
}

template <typename Target>
class Reader {
public:
    Reader(const SettingRow<Target>& row, const YamlNode& value, const ValueContext& context,
           Target& target)
        : row_(row), value_(value), context_(context), target_(target) {}

    bool read() {
        switch (row_.kind) {
            case SettingKind::kFlag: return read_flag();
            case SettingKind::kText: return read_text();
            case SettingKind::kChoice: return read_choice();
            case SettingKind::kCount: return read_count();
            case SettingKind::kBytes: return read_bytes();
            case SettingKind::kTime: return read_time();
            case SettingKind::kPriority: return read_priority();
            case SettingKind::kTexts: return read_list();
            case SettingKind::kPaths: return read_list();
            case SettingKind::kPath: return read_text();
        }
        return false;
    }

private:
    bool refuse(Code code, const std::string& what, std::string hint = {}) {
        return refuse_at(value_.range, code, what, std::move(hint));
    }
    bool refuse_at(const dsl::Range& range, Code code, const std::string& what,
                   std::string hint = {}) {
        context_.faults.error(
            code, range,
            '\'' + std::string(context_.owner) + std::string(row_.name) + "' is " + what,
            std::move(hint));
        return false;
    }
    bool is_scalar() const {
        return value_.kind == YamlNode::Kind::kScalar || value_.kind == YamlNode::Kind::kNull;
    }
    const std::string& text() const { return value_.text.text; }

    template <typename Value>
    void put(Value value) {
        if (const auto* place = std::get_if<Value Target::*>(&row_.place)) {
            target_.** place = std::move(value);
        }
    }
    void put_number(std::uint64_t value) {
        if constexpr (std::is_same_v<Target, Configuration>) {
            if (const auto* place = std::get_if<std::size_t Limits::*>(&row_.place)) {
                target_.limits.** place = value;
                return;
            }
        }
        put(value);
    }

    bool read_flag() {
        const auto flag = dsl::parse_bool(text());
        if (!is_scalar() || !flag) return refuse(Code::kBadValue, "true or false");
        put(*flag);
        return true;
    }
    std::string path_of(const std::string& text) const {
        if (row_.kind == SettingKind::kTexts || text.empty() || text.front() == '/') return text;
        return (std::filesystem::path(context_.folder) / text).lexically_normal().string();
    }
    bool read_text() {
        if (!is_scalar()) return refuse(Code::kWrongKind, "text");
        put(row_.kind == SettingKind::kPath ? path_of(text()) : text());
        return true;
    }
    bool read_choice() {
        const auto choices = words_of(row_.choices);
        const bool is_known = std::find(choices.begin(), choices.end(), text()) != choices.end();
        if (is_scalar() && is_known) {
            put(text());
            return true;
        }
        std::string list;
        for (const std::string_view choice : choices) {
            list += (list.empty() ? "" : ", ") + std::string(choice);
        }
        return refuse(Code::kBadValue, "one of: " + list, did_you_mean(text(), choices));
    }
    bool read_bounded(std::optional<std::uint64_t> number, const std::string& what) {
        if (!is_scalar() || !number || *number < row_.min || *number > row_.max) {
            return refuse(Code::kBadValue,
                          what + " from " + range_text(row_.kind, row_.min, row_.max));
        }
        put_number(*number);
        return true;
    }
    bool read_count() { return read_bounded(parse_count(text()), "a number"); }
    bool read_bytes() { return read_bounded(parse_bytes(text()), "a size such as 64mb,"); }
    bool read_time() {
        const auto time = parse_time(text());
        const auto ns = static_cast<std::uint64_t>(time.value_or(Duration(0)).count());
        if (!is_scalar() || !time || ns < row_.min || ns > row_.max) {
            return refuse(Code::kBadValue,
                          "a time such as 10s, from " + range_text(row_.kind, row_.min, row_.max));
        }
        put(*time);
        return true;
    }
    bool read_priority() {
        const auto priority = parse_priority(text());
        if (!is_scalar() || !priority) {
            return refuse(Code::kBadValue,
                          "a priority: emergency, alert, critical, error, warning, notice, "
                          "informational, debug");
        }
        put(*priority);
        return true;
    }
    bool read_list() {
        const bool is_paths = row_.kind == SettingKind::kPaths;
        std::vector<std::string> items;
        if (value_.kind == YamlNode::Kind::kScalar && row_.kind == SettingKind::kTexts) {
            items.push_back(text());
        } else if (value_.kind == YamlNode::Kind::kMap || value_.kind == YamlNode::Kind::kScalar) {
            return refuse(Code::kWrongKind, is_paths ? "a list of paths" : "a list of texts");
        }
        for (const YamlNode& item : value_.items) {
            if (item.kind != YamlNode::Kind::kScalar) {
                context_.faults.error(Code::kWrongKind, item.range,
                                      is_paths ? "a path is text" : "this should be text");
                return false;
            }
            items.push_back(path_of(item.text.text));
        }
        if (const auto* place = std::get_if<std::vector<std::string> Target::*>(&row_.place)) {
            std::vector<std::string>& list = target_.**place;
            if (!context_.is_adding) list.clear();
            list.insert(list.end(), items.begin(), items.end());
        }
        return true;
    }

    const SettingRow<Target>& row_;
    const YamlNode& value_;
    const ValueContext& context_;
    Target& target_;
};

template <typename Target>
void read_fallback_of(const SettingRow<Target>& row, Target& target) {
    // A choice without a default has none to check.
    if (row.fallback.empty()) return;
    dsl::Diagnostics faults;
    YamlNode value;
    value.kind = YamlNode::Kind::kScalar;
    value.text.text = row.fallback;
    if (row.kind == SettingKind::kPaths || row.kind == SettingKind::kTexts) {
        YamlNode list;
        list.kind = YamlNode::Kind::kSequence;
        list.items.push_back(std::move(value));
        value = std::move(list);
    }
    Reader<Target>(row, value, ValueContext{"", false, "", faults}, target).read();
}

}  // namespace

bool read_value(const Setting& row, const YamlNode& value, const ValueContext& context,
                Configuration& target) {
    return Reader<Configuration>(row, value, context, target).read();
}

bool read_value(const OutputSetting& row, const YamlNode& value, const ValueContext& context,
                OutputSettings& target) {
    return Reader<OutputSettings>(row, value, context, target).read();
}

void read_fallback(const Setting& row, Configuration& target) { read_fallback_of(row, target); }
void read_fallback(const OutputSetting& row, OutputSettings& target) {
    read_fallback_of(row, target);
}

std::optional<std::uint64_t> parse_bytes(std::string_view text) {
    const std::size_t digits = std::min(text.find_first_not_of("0123456789"), text.size());
    const auto count = parse_count(text.substr(0, digits));
    if (!count) return std::nullopt;
    std::string unit;
    for (const char c : text.substr(digits)) {
        if (c != ' ') unit += static_cast<char>(c | 0x20);
    }
    if (unit.size() == 2 && unit[1] == 'b') unit.pop_back();
    int shift = 0;
    if (unit == "k") {
        shift = 10;
    } else if (unit == "m") {
        shift = 20;
    } else if (unit == "g") {
        shift = 30;
    } else if (!unit.empty() && unit != "b") {
        return std::nullopt;
    }
    if (*count > (~std::uint64_t{0} >> shift)) return std::nullopt;
    return *count << shift;
}

std::vector<std::string_view> words_of(std::string_view text) {
    std::vector<std::string_view> words;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find(' '), text.size());
        if (end > 0) words.push_back(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return words;
}

}  // namespace sequitur
