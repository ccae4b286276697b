#include "dsl/constants.h"

#include "core/hex_digit.h"

#include <algorithm>
#include <arpa/inet.h>
#include <array>
#include <charconv>

namespace sequitur::dsl {

namespace {

template <typename T>
std::optional<T> whole(std::string_view text, int base = 10) {
    T value{};
    const char* end = text.data() + text.size();
    const auto [rest, fault] = std::from_chars(text.data(), end, value, base);
    return fault == std::errc() && rest == end && !text.empty() ? std::optional(value)
                                                                : std::nullopt;
}

}  // namespace

std::string_view type_name(ValueType type) {
    switch (type) {
        case ValueType::kMissing: return "nothing";
        case ValueType::kBool: return "a boolean";
        case ValueType::kInt:
        case ValueType::kUint:
        case ValueType::kDouble: return "a number";
        case ValueType::kText: return "text";
        case ValueType::kBytes: return "bytes";
        case ValueType::kIp: return "an address";
        case ValueType::kNet: return "a net";
        case ValueType::kList: return "a list";
    }
    return "nothing";
}

bool is_number(ValueType type) {
    return type == ValueType::kInt || type == ValueType::kUint || type == ValueType::kDouble;
}

std::optional<Constant> parse_number(std::string_view text, ValueType type) {
    if (text.starts_with("0x") || text.starts_with("0X")) {
        const auto value = whole<std::uint64_t>(text.substr(2), 16);
        if (!value) return std::nullopt;
        if (type == ValueType::kInt && *value <= INT64_MAX) {
            return Constant(static_cast<std::int64_t>(*value));
        }
        return Constant(*value);
    }
    const std::string_view digits = text.starts_with('+') ? text.substr(1) : text;
    if (digits.starts_with('-') && digits.size() != text.size()) return std::nullopt;
    if (type != ValueType::kUint || digits.starts_with('-')) {
        if (const auto value = whole<std::int64_t>(digits)) return Constant(*value);
    }
    if (const auto value = whole<std::uint64_t>(digits)) return Constant(*value);
    if (type != ValueType::kDouble) return std::nullopt;
    double value = 0;
    const char* end = digits.data() + digits.size();
    const auto [rest, fault] = std::from_chars(digits.data(), end, value);
    const bool is_plain = digits.find_first_not_of("0123456789+-.eE") == std::string_view::npos;
    if (fault != std::errc() || rest != end || !is_plain) return std::nullopt;
    return Constant(value);
}

std::optional<IpNet> parse_ip(std::string_view text) {
    const std::string name(text);
    if (name.find('\0') != std::string::npos) return std::nullopt;
    IpNet net;
    if (::inet_pton(AF_INET, name.c_str(), net.address.bytes.data()) == 1) {
        net.prefix_bits = 32;
        return net;
    }
    if (::inet_pton(AF_INET6, name.c_str(), net.address.bytes.data()) == 1) {
        net.address.is_v6 = true;
        net.prefix_bits = 128;
        return net;
    }
    return std::nullopt;
}

std::optional<IpNet> parse_net(std::string_view text) {
    const std::size_t slash = text.find('/');
    if (slash == std::string_view::npos) return std::nullopt;
    auto net = parse_ip(text.substr(0, slash));
    const auto bits = whole<unsigned>(text.substr(slash + 1));
    if (!net || !bits || *bits > net->prefix_bits) return std::nullopt;
    net->prefix_bits = static_cast<std::uint8_t>(*bits);
    return net;
}

std::optional<std::string> parse_hex(std::string_view text) {
    if (text.empty() || text.size() % 2 != 0) return std::nullopt;
    std::string bytes;
    for (std::size_t i = 0; i < text.size(); i += 2) {
        const int high = hex_digit(text[i]);
        const int low = hex_digit(text[i + 1]);
        if (high < 0 || low < 0) return std::nullopt;
        bytes += static_cast<char>(high * 16 + low);
    }
    return bytes;
}

}  // namespace sequitur::dsl
