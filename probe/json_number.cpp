#include "probe/json_number.h"

#include "core/near_name.h"
#include "core/param_type.h"

#include <charconv>
#include <string>
#include <vector>

namespace sequitur {
namespace {

// Sign and size apart, so that every integer of JSON fits.
struct Integer {
    bool is_negative = false;
    std::uint64_t magnitude = 0;
};

tl::unexpected<Error> bad(std::string message) {
    return fail(Error::Code::kBadInput, std::move(message));
}

std::string quoted(std::string_view text) { return "'" + std::string(text) + "'"; }

bool parse_integer(std::string_view text, bool is_octal, Integer& out) {
    out.is_negative = text.starts_with('-');
    if (out.is_negative) text.remove_prefix(1);
    int base = is_octal ? 8 : 10;
    if (text.starts_with("0x") || text.starts_with("0X")) {
        base = 16;
        text.remove_prefix(2);
    } else if (text.starts_with("0o")) {
        base = 8;
        text.remove_prefix(2);
    } else if (text.size() > 1 && text.starts_with('0')) {
        base = 8;
    }
    const char* end = text.data() + text.size();
    const auto result = std::from_chars(text.data(), end, out.magnitude, base);
    return result.ec == std::errc() && result.ptr == end && !text.empty();
}

Result<Integer> read_integer(const JsonValue& value, bool is_octal) {
    switch (value.kind) {
        case JsonValue::Kind::kInt:
            return Integer{value.i < 0, value.i < 0 ? 0 - static_cast<std::uint64_t>(value.i)
                                                    : static_cast<std::uint64_t>(value.i)};
        case JsonValue::Kind::kUint: return Integer{false, value.u};
        case JsonValue::Kind::kDouble: return bad("wants a whole number");
        case JsonValue::Kind::kText: {
            Integer integer;
            if (parse_integer(value.text, is_octal, integer)) return integer;
            return bad(quoted(value.text) + " is no number");
        }
        case JsonValue::Kind::kNull:
        case JsonValue::Kind::kBool:
        case JsonValue::Kind::kList:
        case JsonValue::Kind::kObject: break;
    }
    return wrong_kind("a number", value);
}

std::string text_of(const Integer& integer) {
    return (integer.is_negative ? "-" : "") + std::to_string(integer.magnitude);
}

// One name, number or "raw:" number of a flag or enumeration parameter.
Result<std::uint64_t> read_flag(const EventTypeInfo& info, const ParamInfo& param,
                                const FlagTable& table, std::string_view text) {
    const std::int64_t known = flag_value(table, text);
    if (known >= 0) return static_cast<std::uint64_t>(known);

    const bool is_raw = text.starts_with("raw:");
    Integer integer;
    if (parse_integer(is_raw ? text.substr(4) : text, is_mode(param), integer) &&
        !integer.is_negative) {
        if (is_raw) return integer.magnitude;
        const auto converted = from_linux(info, param, integer.magnitude);
        if (converted) return *converted;
    }
    std::vector<std::string_view> names;
    for (const FlagValue& flag : table.values) names.push_back(flag.name);
    return bad(quoted(text) + " is none of " + std::string(table.name) +
               or_did_you_mean(text, names));
}

}  // namespace

tl::unexpected<Error> wrong_kind(std::string_view wanted, const JsonValue& value) {
    return bad("wants " + std::string(wanted) + ", this is " + std::string(kind_name(value.kind)));
}

Result<std::uint64_t> read_number(const JsonValue& value, const NumberRange& range) {
    const Result<Integer> integer = read_integer(value, range.is_octal);
    if (!integer) return tl::unexpected(integer.error());
    const std::uint64_t magnitude = integer->magnitude;
    const std::size_t bits = 8 * range.bytes;
    const std::uint64_t all = ~std::uint64_t{0} >> (64 - bits);
    if (integer->is_negative && magnitude != 0) {
        if (range.allows_minus_one && magnitude == 1) return all;
        if (!range.is_signed) return bad(text_of(*integer) + " is negative");
        if (magnitude <= (all >> 1) + 1) return 0 - magnitude;
    } else if (magnitude <= (range.is_signed ? all >> 1 : all)) {
        return magnitude;
    }
    return bad(text_of(*integer) + " does not fit into " + std::to_string(bits) + " bits");
}

Result<std::uint64_t> read_flags(const EventTypeInfo& info, const ParamInfo& param,
                                 const JsonValue& value) {
    // Modes without a table of their own take the names of permission bits as well.
    const FlagTable* table = param.flags != nullptr ? param.flags : flag_table("chmod_mode");
    const std::size_t width = fixed_width(param.type);
    std::uint64_t result = 0;

    if (value.kind == JsonValue::Kind::kText) {
        std::string_view rest = value.text;
        while (true) {
            const std::size_t bar = is_enumeration(param.type) ? rest.npos : rest.find('|');
            const auto flag = read_flag(info, param, *table, rest.substr(0, bar));
            if (!flag) return flag;
            result |= *flag;
            if (bar == rest.npos) break;
            rest.remove_prefix(bar + 1);
        }
    } else if (value.kind == JsonValue::Kind::kList && !is_enumeration(param.type)) {
        for (const JsonValue& item : value.items) {
            if (item.kind != JsonValue::Kind::kText) return wrong_kind("names in its list", item);
            const auto flag = read_flag(info, param, *table, item.text);
            if (!flag) return flag;
            result |= *flag;
        }
    } else if (value.kind == JsonValue::Kind::kInt || value.kind == JsonValue::Kind::kUint) {
        const Result<std::uint64_t> number = read_number(value, {.bytes = 8});
        if (!number) return number;
        const auto converted = from_linux(info, param, *number);
        if (!converted) {
            return bad(std::to_string(*number) + " is none of " + std::string(table->name) +
                       "; use a name");
        }
        result = *converted;
    } else {
        return wrong_kind(is_enumeration(param.type) ? "a name or a number"
                                                     : "names, a list of names or a number",
                          value);
    }
    if (width < 8 && result >> (8 * width) != 0) {
        return bad(std::to_string(result) + " does not fit into " + std::to_string(8 * width) +
                   " bits");
    }
    return result;
}

Result<std::uint64_t> read_device(const JsonValue& value) {
    const std::size_t colon =
        value.kind == JsonValue::Kind::kText ? value.text.find(':') : std::string_view::npos;
    if (colon == std::string_view::npos) return read_number(value, {.bytes = 4});
    Integer major;
    Integer minor;
    if (!parse_integer(value.text.substr(0, colon), false, major) ||
        !parse_integer(value.text.substr(colon + 1), false, minor) || major.is_negative ||
        minor.is_negative || major.magnitude > 0xfff || minor.magnitude > 0xfffff) {
        return bad(quoted(value.text) + " is no device; wants MAJOR:MINOR");
    }
    return (minor.magnitude & 0xff) | major.magnitude << 8 |
           (minor.magnitude & ~std::uint64_t{0xff}) << 12;
}

}  // namespace sequitur
