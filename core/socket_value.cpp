#include "core/socket_value.h"

#include "core/record.h"

#include <algorithm>
#include <arpa/inet.h>
#include <charconv>
#include <cstring>

namespace sequitur {
namespace {

constexpr std::array<std::uint8_t, 12> kMappedPrefix = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

std::size_t ip_width(std::uint8_t family) { return family == kFamilyInet ? 4 : 16; }

bool is_v4_inside(const std::array<std::uint8_t, 16>& ip) {
    if (std::equal(kMappedPrefix.begin(), kMappedPrefix.end(), ip.begin())) return true;
    return std::ranges::all_of(ip, [](std::uint8_t byte) { return byte == 0; });
}

bool is_mapped(const std::array<std::uint8_t, 16>& ip) {
    return std::equal(kMappedPrefix.begin(), kMappedPrefix.end(), ip.begin());
}

void unmap(std::array<std::uint8_t, 16>& ip) {
    std::copy(ip.begin() + 12, ip.end(), ip.begin());
    std::fill(ip.begin() + 4, ip.end(), std::uint8_t{0});
}

SocketEndpoint read_endpoint(const std::byte* at, std::size_t width) {
    SocketEndpoint endpoint;
    std::memcpy(endpoint.ip.data(), at, width);
    endpoint.port = load_le<std::uint16_t>(at + width);
    return endpoint;
}

std::string_view read_path(std::span<const std::byte> bytes) {
    const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    return text.substr(0, text.find('\0'));
}

template <typename T>
void append_value(T value, std::vector<std::byte>& out) {
    const auto bytes = std::as_bytes(std::span(&value, 1));
    out.insert(out.end(), bytes.begin(), bytes.end());
}

void append_endpoint(const SocketEndpoint& endpoint, std::uint8_t family,
                     std::vector<std::byte>& out) {
    const auto ip = std::as_bytes(std::span(endpoint.ip)).first(ip_width(family));
    out.insert(out.end(), ip.begin(), ip.end());
    append_value(endpoint.port, out);
}

void append_path(std::string_view path, std::vector<std::byte>& out) {
    const auto bytes = std::as_bytes(std::span(path.data(), path.size()));
    out.insert(out.end(), bytes.begin(), bytes.end());
    out.push_back(std::byte{0});
}

void append_number(std::uint64_t value, int base, std::string& out) {
    std::array<char, 24> text{};
    const auto end = std::to_chars(text.data(), text.data() + text.size(), value, base).ptr;
    out.append(text.data(), end);
}

template <typename T>
bool parse_number(std::string_view text, int base, T& value) {
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, base);
    return error == std::errc() && end == text.data() + text.size() && !text.empty();
}

// "1.2.3.4:80", "[::1]:80" or "::1:80".
bool parse_endpoint(std::string_view text, SocketEndpoint& endpoint, std::uint8_t& family) {
    const std::size_t colon = text.rfind(':');
    if (colon == std::string_view::npos) return false;
    if (!parse_number(text.substr(colon + 1), 10, endpoint.port)) return false;
    std::string_view ip = text.substr(0, colon);
    if (ip.size() >= 2 && ip.front() == '[' && ip.back() == ']') {
        ip = ip.substr(1, ip.size() - 2);
    }
    return parse_ip(ip, endpoint.ip, family);
}

void append_endpoint_text(const SocketEndpoint& endpoint, std::uint8_t family, std::string& out) {
    append_ip(std::span(endpoint.ip).first(ip_width(family)), out);
    out += ':';
    append_number(endpoint.port, 10, out);
}

}  // namespace

std::optional<SocketAddress> socket_address(std::span<const std::byte> param, bool keep_mapped) {
    if (param.size() < 2) return std::nullopt;
    SocketAddress address;
    address.family = std::to_integer<std::uint8_t>(param[0]);
    if (address.family == kFamilyUnix) {
        address.path = read_path(param.subspan(1));
        return address;
    }
    if (address.family != kFamilyInet && address.family != kFamilyInet6) return std::nullopt;
    const std::size_t width = ip_width(address.family);
    if (param.size() != 1 + width + 2) return std::nullopt;
    address.endpoint = read_endpoint(param.data() + 1, width);
    if (!keep_mapped && address.family == kFamilyInet6 && is_mapped(address.endpoint.ip)) {
        address.family = kFamilyInet;
        unmap(address.endpoint.ip);
    }
    return address;
}

std::optional<SocketTuple> socket_tuple(std::span<const std::byte> param, bool keep_mapped) {
    if (param.empty()) return std::nullopt;
    SocketTuple tuple;
    tuple.family = std::to_integer<std::uint8_t>(param[0]);
    if (tuple.family == kFamilyUnix) {
        if (param.size() < 18) return std::nullopt;
        tuple.source_pointer = load_le<std::uint64_t>(param.data() + 1);
        tuple.destination_pointer = load_le<std::uint64_t>(param.data() + 9);
        tuple.path = read_path(param.subspan(17));
        return tuple;
    }
    if (tuple.family != kFamilyInet && tuple.family != kFamilyInet6) return std::nullopt;
    const std::size_t width = ip_width(tuple.family);
    if (param.size() != 1 + 2 * (width + 2)) return std::nullopt;
    tuple.source = read_endpoint(param.data() + 1, width);
    tuple.destination = read_endpoint(param.data() + 1 + width + 2, width);
    // Both addresses decide: "::" alone is also IPv6's own unspecified address.
    if (!keep_mapped && tuple.family == kFamilyInet6 && is_v4_inside(tuple.source.ip) &&
        is_v4_inside(tuple.destination.ip)) {
        tuple.family = kFamilyInet;
        unmap(tuple.source.ip);
        unmap(tuple.destination.ip);
    }
    return tuple;
}

void append_bytes(const SocketAddress& address, std::vector<std::byte>& out) {
    if (address.family == kFamilyUnix) {
        out.push_back(std::byte{address.family});
        append_path(address.path, out);
    } else if (address.family == kFamilyInet || address.family == kFamilyInet6) {
        out.push_back(std::byte{address.family});
        append_endpoint(address.endpoint, address.family, out);
    }
}

void append_bytes(const SocketTuple& tuple, std::vector<std::byte>& out) {
    if (tuple.family == kFamilyUnix) {
        out.push_back(std::byte{tuple.family});
        append_value(tuple.source_pointer, out);
        append_value(tuple.destination_pointer, out);
        append_path(tuple.path, out);
    } else if (tuple.family == kFamilyInet || tuple.family == kFamilyInet6) {
        out.push_back(std::byte{tuple.family});
        append_endpoint(tuple.source, tuple.family, out);
        append_endpoint(tuple.destination, tuple.family, out);
    }
}

void append_text(const SocketAddress& address, std::string& out) {
    if (address.family == kFamilyUnix) {
        out += address.path;
    } else {
        append_endpoint_text(address.endpoint, address.family, out);
    }
}

void append_text(const SocketTuple& tuple, std::string& out) {
    if (tuple.family == kFamilyUnix) {
        append_number(tuple.source_pointer, 16, out);
        out += "->";
        append_number(tuple.destination_pointer, 16, out);
        out += ' ';
        out += tuple.path;
    } else {
        append_endpoint_text(tuple.source, tuple.family, out);
        out += "->";
        append_endpoint_text(tuple.destination, tuple.family, out);
    }
}

std::optional<SocketAddress> parse_socket_address(std::string_view text) {
    SocketAddress address;
    if (parse_endpoint(text, address.endpoint, address.family)) return address;
    if (text.size() < 2 || text.find('\0') != std::string_view::npos) return std::nullopt;
    if (text[0] == '@') return SocketAddress{kFamilyUnix, {}, text.substr(1)};
    if (text[0] == '/') return SocketAddress{kFamilyUnix, {}, text};
    return std::nullopt;
}

std::optional<SocketTuple> parse_socket_tuple(std::string_view text) {
    const std::size_t arrow = text.find("->");
    if (arrow == std::string_view::npos) return std::nullopt;
    const std::string_view left = text.substr(0, arrow);
    const std::string_view right = text.substr(arrow + 2);

    SocketTuple tuple;
    std::uint8_t other_family = 0;
    if (parse_endpoint(left, tuple.source, tuple.family)) {
        if (!parse_endpoint(right, tuple.destination, other_family)) return std::nullopt;
        if (other_family != tuple.family) return std::nullopt;
        return tuple;
    }
    const std::size_t blank = right.find(' ');
    tuple = {};
    tuple.family = kFamilyUnix;
    if (!parse_number(left, 16, tuple.source_pointer)) return std::nullopt;
    if (!parse_number(right.substr(0, blank), 16, tuple.destination_pointer)) return std::nullopt;
    if (blank != std::string_view::npos) tuple.path = right.substr(blank + 1);
    if (tuple.path.find('\0') != std::string_view::npos) return std::nullopt;
    return tuple;
}

void append_ip(std::span<const std::uint8_t> ip, std::string& out) {
    std::array<char, INET6_ADDRSTRLEN> text{};
    const int family = ip.size() == 4 ? AF_INET : AF_INET6;
    if (inet_ntop(family, ip.data(), text.data(), text.size()) != nullptr) out += text.data();
}

bool parse_ip(std::string_view text, std::array<std::uint8_t, 16>& ip, std::uint8_t& family) {
    std::array<char, INET6_ADDRSTRLEN> terminated{};
    if (text.empty() || text.size() >= terminated.size()) return false;
    std::ranges::copy(text, terminated.begin());
    const bool is_v6 = text.find(':') != std::string_view::npos;
    ip = {};
    family = is_v6 ? kFamilyInet6 : kFamilyInet;
    return inet_pton(is_v6 ? AF_INET6 : AF_INET, terminated.data(), ip.data()) == 1;
}

}  // namespace sequitur
