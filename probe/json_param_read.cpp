#include "core/json_text.h"
#include "core/near_name.h"
#include "core/param_type.h"
#include "core/socket_value.h"
#include "core/system_names.h"
#include "probe/dyn_form.h"
#include "probe/json_number.h"
#include "probe/json_param.h"

#include <string_view>
#include <vector>

namespace sequitur {
namespace {

tl::unexpected<Error> bad(std::string message) {
    return fail(Error::Code::kBadInput, std::move(message));
}

std::string quoted(std::string_view text) { return "'" + std::string(text) + "'"; }

std::span<const std::byte> bytes_of(std::string_view text) {
    return std::as_bytes(std::span(text.data(), text.size()));
}

template <typename T>
void append_value(T value, std::vector<std::byte>& out) {
    const auto bytes = std::as_bytes(std::span(&value, 1));
    out.insert(out.end(), bytes.begin(), bytes.end());
}

bool is_hex_form(const JsonValue& value) {
    return value.kind == JsonValue::Kind::kObject && value.items.size() == 1 &&
           value.items[0].key == "hex" && value.items[0].kind == JsonValue::Kind::kText;
}

bool holds_nul(std::string_view text) { return text.find('\0') != std::string_view::npos; }

Result<void> add_hex(std::string_view digits, RecordBuilder& builder) {
    std::vector<std::byte> bytes;
    if (!parse_hex(digits, bytes)) return bad("hex: " + quoted(digits) + " is not hexadecimal");
    builder.add_bytes(bytes);
    return {};
}

Result<void> add_text(const JsonValue& value, RecordBuilder& builder) {
    if (value.kind != JsonValue::Kind::kText) return wrong_kind("a text", value);
    if (holds_nul(value.text))
        return bad("a text here cannot hold \\u0000; write its bytes as hex");
    builder.add_text(value.text);
    return {};
}

Result<void> add_list(const JsonValue& value, RecordBuilder& builder) {
    if (value.kind != JsonValue::Kind::kList) return wrong_kind("a list of texts", value);
    std::vector<std::string_view> texts;
    texts.reserve(value.items.size());
    for (const JsonValue& item : value.items) {
        if (item.kind != JsonValue::Kind::kText) return wrong_kind("texts in its list", item);
        if (holds_nul(item.text)) {
            return bad("a text here cannot hold \\u0000; write the list's bytes as hex");
        }
        texts.push_back(item.text);
    }
    builder.add_list(texts);
    return {};
}

Result<void> add_bytes(const JsonValue& value, RecordBuilder& builder) {
    if (value.kind != JsonValue::Kind::kText) return wrong_kind("a text or {\"hex\":...}", value);
    builder.add_bytes(bytes_of(value.text));
    return {};
}

// Names that stand for numbers in parameters of plain integer types.
bool known_name(const ParamInfo& param, std::string_view text, std::int64_t& number) {
    if (param.type == ParamType::kSigtype) {
        number = signal_number(text);
        return number != 0;
    }
    if (param.type == ParamType::kSyscallid) {
        number = syscall_id(text);
        return number >= 0;
    }
    const bool is_fd = param.type == ParamType::kFd || param.type == ParamType::kFd32;
    if (is_fd && text == "AT_FDCWD") {
        number = -100;
        return true;
    }
    if (!is_fd && param.type != ParamType::kErrno && param.type != ParamType::kPid) return false;
    if (text.starts_with('-')) text.remove_prefix(1);
    number = -errno_number(text);
    return number != 0;
}

Result<void> add_integer(const ParamInfo& param, const JsonValue& value, RecordBuilder& builder) {
    if (value.kind == JsonValue::Kind::kText) {
        std::int64_t named = 0;
        if (known_name(param, value.text, named)) {
            builder.add_int(named);
            return {};
        }
    }
    if (param.name == "dev") {
        const auto device = read_device(value);
        if (!device) return tl::unexpected(device.error());
        builder.add_int(*device);
        return {};
    }
    const bool is_account = param.type == ParamType::kUid || param.type == ParamType::kGid ||
                            param.name.ends_with("uid") || param.name.ends_with("gid");
    const auto number = read_number(value, {.bytes = fixed_width(param.type),
                                            .is_signed = is_signed(param.type),
                                            .allows_minus_one = is_account});
    if (!number) return tl::unexpected(number.error());
    builder.add_int(*number);
    return {};
}

Result<void> add_socket_address(const JsonValue& value, RecordBuilder& builder) {
    if (value.kind != JsonValue::Kind::kText) return wrong_kind("an address", value);
    const auto address = parse_socket_address(value.text);
    if (!address) {
        return bad(quoted(value.text) + " is no address; wants 1.2.3.4:80, [::1]:80 or /path");
    }
    std::vector<std::byte> bytes;
    append_bytes(*address, bytes);
    builder.add_bytes(bytes);
    return {};
}

Result<void> add_socket_tuple(const JsonValue& value, RecordBuilder& builder) {
    if (value.kind != JsonValue::Kind::kText) return wrong_kind("a connection", value);
    const auto tuple = parse_socket_tuple(value.text);
    if (!tuple) {
        return bad(quoted(value.text) +
                   " is no connection; wants 1.2.3.4:1234->5.6.7.8:80 or 0->0 /path");
    }
    std::vector<std::byte> bytes;
    append_bytes(*tuple, bytes);
    builder.add_bytes(bytes);
    return {};
}

Result<void> add_ip(const ParamInfo& param, const JsonValue& value, RecordBuilder& builder) {
    if (value.kind != JsonValue::Kind::kText) return wrong_kind("an IP address", value);
    std::array<std::uint8_t, 16> ip{};
    std::uint8_t family = 0;
    const bool wants_v4 = param.type == ParamType::kIpv4addr;
    if (!parse_ip(value.text, ip, family) || (family == kFamilyInet) != wants_v4) {
        return bad(quoted(value.text) + (wants_v4 ? " is no IPv4 address" : " is no IPv6 address"));
    }
    builder.add_bytes(std::as_bytes(std::span(ip)).first(wants_v4 ? 4 : 16));
    return {};
}

// [[fd, events], ...]
Result<void> add_fd_list(const EventTypeInfo& info, const JsonValue& value,
                         RecordBuilder& builder) {
    static const ParamInfo kEvents{"events", ParamType::kFlags16, PrintFormat::kHex,
                                   flag_table("poll_flags")};
    if (value.kind != JsonValue::Kind::kList) return wrong_kind("a list of [fd, events]", value);
    std::vector<std::byte> bytes;
    append_value(static_cast<std::uint16_t>(value.items.size()), bytes);
    for (const JsonValue& item : value.items) {
        if (item.kind != JsonValue::Kind::kList || item.items.size() != 2) {
            return wrong_kind("[fd, events] in its list", item);
        }
        const auto fd = read_number(item.items[0], {.bytes = 8, .is_signed = true});
        if (!fd) return tl::unexpected(fd.error());
        const auto events = read_flags(info, kEvents, item.items[1]);
        if (!events) return tl::unexpected(events.error());
        append_value(*fd, bytes);
        append_value(static_cast<std::uint16_t>(*events), bytes);
    }
    builder.add_bytes(bytes);
    return {};
}

// {"u32": 5}, or a plain number or text for the kind's usual type.
Result<void> add_dynamic(const ParamInfo& param, const JsonValue& value, RecordBuilder& builder) {
    const bool is_object = value.kind == JsonValue::Kind::kObject && value.items.size() == 1;
    const bool is_text = value.kind == JsonValue::Kind::kText;
    std::string known;
    for (const DynForm& form : kDynForms) {
        if (form.kind != param.dyn) continue;
        known += known.empty() ? "" : ", ";
        known += form.name;
        const bool is_meant = is_object ? value.items[0].key == form.name
                                        : form.is_for_plain && (form.bytes == 0) == is_text;
        if (!is_meant) continue;
        const JsonValue& inner = is_object ? value.items[0] : value;
        std::vector<std::byte> bytes{std::byte{form.selector}};
        if (form.bytes == 0) {
            if (inner.kind != JsonValue::Kind::kText) return wrong_kind("a text", inner);
            const auto text = bytes_of(inner.text);
            bytes.insert(bytes.end(), text.begin(), text.end());
            bytes.push_back(std::byte{0});
        } else {
            const auto number =
                read_number(inner, {.bytes = form.bytes, .is_signed = form.is_signed});
            if (!number) return tl::unexpected(number.error());
            const auto wide = std::as_bytes(std::span(&*number, 1)).first(form.bytes);
            bytes.insert(bytes.end(), wide.begin(), wide.end());
        }
        builder.add_bytes(bytes);
        return {};
    }
    return wrong_kind("an object with one of " + known + " or hex", value);
}

}  // namespace

Result<void> add_param(const EventTypeInfo& info, const ParamInfo& param, const JsonValue& value,
                       RecordBuilder& builder) {
    if (value.kind == JsonValue::Kind::kNull) {
        builder.add_missing();
        return {};
    }
    if (is_hex_form(value)) return add_hex(value.items[0].text, builder);
    if (is_text(param.type)) return add_text(value, builder);
    if (is_text_list(param)) return add_list(value, builder);
    if (param.flags != nullptr || is_mode(param)) {
        const Result<std::uint64_t> flags = read_flags(info, param, value);
        if (!flags) return tl::unexpected(flags.error());
        builder.add_int(*flags);
        return {};
    }
    if (param.type == ParamType::kBytebuf) return add_bytes(value, builder);
    if (param.type == ParamType::kSockaddr) return add_socket_address(value, builder);
    if (param.type == ParamType::kSocktuple) return add_socket_tuple(value, builder);
    if (param.type == ParamType::kFdlist) return add_fd_list(info, value, builder);
    if (param.type == ParamType::kDyn) return add_dynamic(param, value, builder);
    if (param.type == ParamType::kIpv4addr || param.type == ParamType::kIpv6addr) {
        return add_ip(param, value, builder);
    }
    if (fixed_width(param.type) != 0 && param.type != ParamType::kDouble) {
        return add_integer(param, value, builder);
    }
    return wrong_kind("{\"hex\":...}", value);
}

}  // namespace sequitur
