#include "core/json_text.h"
#include "core/param_type.h"
#include "core/record.h"
#include "core/socket_value.h"
#include "core/system_names.h"
#include "core/utf8.h"
#include "probe/dyn_form.h"
#include "probe/json_param.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <vector>

namespace sequitur {
namespace {

using Bytes = std::span<const std::byte>;

std::string_view text_of(Bytes bytes) {
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

// One text with its NUL at the end and nowhere else.
bool is_plain_text(Bytes bytes) {
    const std::string_view text = text_of(bytes);
    return !text.empty() && text.find('\0') == text.size() - 1 && is_utf8(text);
}

void append_raw(std::uint64_t number, std::string& out) {
    std::array<char, 24> text{};
    out += "\"raw:0x";
    out.append(text.data(), std::to_chars(text.data(), text.data() + text.size(), number, 16).ptr);
    out += '"';
}

void append_octal(std::uint64_t number, std::string& out) {
    std::array<char, 24> text{};
    out += number == 0 ? "\"" : "\"0";
    out.append(text.data(), std::to_chars(text.data(), text.data() + text.size(), number, 8).ptr);
    out += '"';
}

// Names, and what has none as a raw number: together exactly the bits of `number`.
void append_flags(const FlagTable& table, std::uint64_t number, std::string& out) {
    out += '[';
    const std::size_t start = out.size();
    for (const FlagValue& flag : table.values) {
        if (flag.value == 0 || (number & flag.value) != flag.value) continue;
        if (flag_value(table, flag.name) != static_cast<std::int64_t>(flag.value)) continue;
        if (out.size() != start) out += ',';
        append_json_string(flag.name, out);
        number &= ~flag.value;
    }
    if (number != 0) {
        if (out.size() != start) out += ',';
        append_raw(number, out);
    }
    out += ']';
}

void append_enumeration(const FlagTable& table, std::uint64_t number, std::string& out) {
    const auto found = std::ranges::find(table.values, number, &FlagValue::value);
    if (found == table.values.end()) {
        append_raw(number, out);
    } else {
        append_json_string(found->name, out);
    }
}

void append_list(Bytes bytes, std::string& out) {
    std::string_view rest = text_of(bytes);
    out += '[';
    while (!rest.empty()) {
        const std::size_t end = rest.find('\0');
        append_json_string(rest.substr(0, end), out);
        rest.remove_prefix(end + 1);
        if (!rest.empty()) out += ',';
    }
    out += ']';
}

void append_integer(const ParamInfo& param, Bytes bytes, std::string& out) {
    const auto number = uint_param<std::uint64_t>(bytes, 0);
    const auto with_sign = int_param<std::int64_t>(bytes, 0);
    const bool is_fd = param.type == ParamType::kFd || param.type == ParamType::kFd32;
    const bool is_account = param.type == ParamType::kUid || param.type == ParamType::kGid;
    std::string_view name;
    if (param.type == ParamType::kSigtype) name = signal_name(static_cast<std::uint32_t>(number));
    if (param.type == ParamType::kSyscallid)
        name = syscall_name(static_cast<std::uint16_t>(number));
    if (is_fd && with_sign == -100) name = "AT_FDCWD";
    if (!name.empty()) {
        append_json_string(name, out);
    } else if (is_signed(param.type) || (is_account && with_sign == -1)) {
        append_json_number(with_sign, out);
    } else {
        append_json_number(number, out);
    }
}

// The text of an address or connection, if reading it makes the same bytes again.
template <typename Value, typename Decode, typename Parse>
bool append_socket(Bytes bytes, Decode decode, Parse parse, std::string& out) {
    const std::optional<Value> value = decode(bytes, true);
    if (!value) return false;
    std::string text;
    append_text(*value, text);
    const std::optional<Value> again = parse(text);
    if (!again || !is_utf8(text)) return false;
    std::vector<std::byte> encoded;
    append_bytes(*again, encoded);
    if (!std::ranges::equal(encoded, bytes)) return false;
    append_json_string(text, out);
    return true;
}

bool append_fd_list(Bytes bytes, std::string& out) {
    if (bytes.size() < 2) return false;
    const std::size_t count = load_le<std::uint16_t>(bytes.data());
    if (bytes.size() != 2 + 10 * count) return false;
    out += '[';
    for (std::size_t i = 0; i < count; ++i) {
        const std::byte* at = bytes.data() + 2 + 10 * i;
        if (i != 0) out += ',';
        out += '[';
        append_json_number(load_le<std::int64_t>(at), out);
        out += ',';
        append_flags(*flag_table("poll_flags"), load_le<std::uint16_t>(at + 8), out);
        out += ']';
    }
    out += ']';
    return true;
}

bool append_dynamic(const ParamInfo& param, Bytes bytes, std::string& out) {
    const auto selector = std::to_integer<std::uint8_t>(bytes[0]);
    const Bytes rest = bytes.subspan(1);
    for (const DynForm& form : kDynForms) {
        if (form.kind != param.dyn || form.selector != selector) continue;
        const bool is_exact = form.bytes == 0 ? is_plain_text(rest) : rest.size() == form.bytes;
        if (!is_exact) return false;
        out += "{\"";
        out += form.name;
        out += "\":";
        if (form.bytes == 0) {
            append_json_string(text_of(rest.first(rest.size() - 1)), out);
        } else if (form.is_signed) {
            append_json_number(int_param<std::int64_t>(rest, 0), out);
        } else {
            append_json_number(uint_param<std::uint64_t>(rest, 0), out);
        }
        out += '}';
        return true;
    }
    return false;
}

// Appends the readable form where there is one that says exactly these bytes.
bool append_readable(const ParamInfo& param, Bytes bytes, std::string& out) {
    const std::size_t width = fixed_width(param.type);
    if (width != 0 && width != bytes.size()) return false;
    if (is_text(param.type)) {
        if (!is_plain_text(bytes)) return false;
        append_json_string(text_of(bytes.first(bytes.size() - 1)), out);
        return true;
    }
    if (is_text_list(param)) {
        if (bytes.back() != std::byte{0} || !is_utf8(text_of(bytes))) return false;
        append_list(bytes, out);
        return true;
    }
    if (is_mode(param)) {
        append_octal(uint_param<std::uint64_t>(bytes, 0), out);
        return true;
    }
    if (param.flags != nullptr) {
        const auto number = uint_param<std::uint64_t>(bytes, 0);
        if (is_enumeration(param.type)) {
            append_enumeration(*param.flags, number, out);
        } else {
            append_flags(*param.flags, number, out);
        }
        return true;
    }
    if (param.type == ParamType::kBytebuf) {
        if (!is_utf8(text_of(bytes))) return false;
        append_json_string(text_of(bytes), out);
        return true;
    }
    if (param.type == ParamType::kSockaddr) {
        return append_socket<SocketAddress>(bytes, socket_address, parse_socket_address, out);
    }
    if (param.type == ParamType::kSocktuple) {
        return append_socket<SocketTuple>(bytes, socket_tuple, parse_socket_tuple, out);
    }
    if (param.type == ParamType::kFdlist) return append_fd_list(bytes, out);
    if (param.type == ParamType::kDyn) return append_dynamic(param, bytes, out);
    if (param.type == ParamType::kIpv4addr ||
        (param.type == ParamType::kIpv6addr && bytes.size() == 16)) {
        std::string text;
        append_ip({reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()}, text);
        append_json_string(text, out);
        return true;
    }
    if (width == 0 || param.type == ParamType::kDouble) return false;
    append_integer(param, bytes, out);
    return true;
}

}  // namespace

void append_param(const ParamInfo& param, Bytes bytes, std::string& out) {
    const std::size_t start = out.size();
    if (append_readable(param, bytes, out)) return;
    out.resize(start);
    append_json_bytes(bytes, out);
}

}  // namespace sequitur
