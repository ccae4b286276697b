#include "probe/json_object_line.h"

#include "core/json_text.h"
#include "core/json_view.h"
#include "core/time_text.h"

#include <charconv>
#include <limits>
#include <optional>
#include <string>

namespace sequitur {
namespace {

constexpr std::size_t kShownMax = 40;  // bytes of a bad value in a message

// Of what is too large for its type, the largest.
std::optional<Timestamp> whole_ns(std::string_view text) {
    std::int64_t ns = 0;
    const char* const end = text.data() + text.size();
    const auto [rest, fault] = std::from_chars(text.data(), end, ns);
    if (rest != end || text.empty()) return std::nullopt;
    if (fault == std::errc::result_out_of_range) {
        return text.front() == '-' ? Timestamp::min() : Timestamp::max();
    }
    return fault == std::errc() ? std::optional(Timestamp(Duration(ns))) : std::nullopt;
}

Result<std::uint64_t> time_at(std::string_view object, std::string_view pointer) {
    const std::string name = pointer.empty() ? "the object" : std::string(pointer);
    const auto found = find_json(object, pointer);
    if (!found || *found == "null") {
        return fail(Error::Code::kBadInput, name + ": there is no time");
    }
    std::string_view text = *found;
    if (text.size() >= 2 && text.front() == '"') text = text.substr(1, text.size() - 2);
    auto time = whole_ns(text);
    if (!time) time = parse_rfc3339(text);
    const std::string shown = name + ": '" + std::string(text.substr(0, kShownMax)) + "' is ";
    if (!time) {
        return fail(Error::Code::kBadInput,
                    shown + "neither whole nanoseconds since 1970 nor an RFC 3339 time");
    }
    if (*time < Timestamp() || *time > timestamp_from_ns(kLatestNs)) {
        return fail(Error::Code::kBadInput, shown + "not between 1970 and the year 2116");
    }
    return ns_of(*time);
}

std::string_view trimmed(std::string_view line) {
    const std::size_t first = line.find_first_not_of(" \t\r");
    if (first == std::string_view::npos) return {};
    return line.substr(first, line.find_last_not_of(" \t\r") - first + 1);
}

}  // namespace

// Recursion is bounded by the reader's depth.
void append_json(const JsonValue& value, std::string& out) {
    const auto append_items = [&](char open, char close, bool has_keys) {
        out.push_back(open);
        for (const JsonValue& item : value.items) {
            if (&item != value.items.data()) out.push_back(',');
            if (has_keys) {
                append_json_string(item.key, out);
                out.push_back(':');
            }
            append_json(item, out);
        }
        out.push_back(close);
    };
    switch (value.kind) {
        case JsonValue::Kind::kNull: out += "null"; return;
        case JsonValue::Kind::kBool: out += value.b ? "true" : "false"; return;
        case JsonValue::Kind::kInt: append_json_number(value.i, out); return;
        case JsonValue::Kind::kUint: append_json_number(value.u, out); return;
        case JsonValue::Kind::kDouble: append_json_double(value.d, out); return;
        case JsonValue::Kind::kText: append_json_string(value.text, out); return;
        case JsonValue::Kind::kList: append_items('[', ']', false); return;
        case JsonValue::Kind::kObject: append_items('{', '}', true); return;
    }
}

void begin_object_record(std::uint64_t ts_ns, std::string_view object, RecordBuilder& builder) {
    constexpr std::uint64_t kNoThread = std::numeric_limits<std::uint64_t>::max();
    builder.begin(ts_ns, kNoThread, EventType::kPluginevent);
    builder.add_int(0);  // of no plugin
    builder.add_bytes(std::as_bytes(std::span(object)));
}

Result<RecordView> encode_object_line(std::string_view line, std::string_view time_pointer,
                                      JsonReader& reader, RecordBuilder& builder) {
    if (auto object = reader.check_object(line); !object) return tl::unexpected(object.error());
    const std::string_view object = trimmed(line);
    const auto ts_ns = time_at(object, time_pointer);
    if (!ts_ns) return tl::unexpected(ts_ns.error());
    begin_object_record(*ts_ns, object, builder);
    return builder.finish();
}

}  // namespace sequitur
