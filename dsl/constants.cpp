#include "dsl/constants.h"

#include <algorithm>
#include <arpa/inet.h>
#include <array>
#include <charconv>
#include <netdb.h>

namespace sequitur::dsl {

namespace {

// Those that rules name most, so that they mean the same on hosts without /etc/services.
struct Service {
    std::string_view name;
    std::int64_t port;
};
constexpr std::array kServices{
    Service{"ftp-data", 20},     Service{"ftp", 21},
    Service{"ssh", 22},          Service{"telnet", 23},
    Service{"smtp", 25},         Service{"domain", 53},
    Service{"bootps", 67},       Service{"bootpc", 68},
    Service{"tftp", 69},         Service{"http", 80},
    Service{"kerberos", 88},     Service{"pop3", 110},
    Service{"sunrpc", 111},      Service{"ntp", 123},
    Service{"imap2", 143},       Service{"imap", 143},
    Service{"snmp", 161},        Service{"ldap", 389},
    Service{"https", 443},       Service{"microsoft-ds", 445},
    Service{"submission", 587},  Service{"ldaps", 636},
    Service{"rsync", 873},       Service{"imaps", 993},
    Service{"pop3s", 995},       Service{"nfs", 2049},
    Service{"mysql", 3306},      Service{"ms-wbt-server", 3389},
    Service{"postgresql", 5432}, Service{"redis", 6379},
    Service{"http-alt", 8080},
};

int hex_digit(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

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

std::optional<std::int64_t> service_port(std::string_view name) {
    const auto known = std::find_if(kServices.begin(), kServices.end(),
                                    [&](const Service& service) { return service.name == name; });
    if (known != kServices.end()) return known->port;
    const std::string text(name);
    if (text.empty() || text.find('\0') != std::string::npos) return std::nullopt;
    servent entry{};
    servent* found = nullptr;
    std::array<char, 2048> buffer{};
    if (::getservbyname_r(text.c_str(), nullptr, &entry, buffer.data(), buffer.size(), &found) !=
            0 ||
        found == nullptr) {
        return std::nullopt;
    }
    return ntohs(static_cast<std::uint16_t>(found->s_port));
}

}  // namespace sequitur::dsl
