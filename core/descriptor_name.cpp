#include "core/descriptor_name.h"

#include "core/record.h"

#include <algorithm>
#include <arpa/inet.h>
#include <array>
#include <charconv>
#include <netinet/in.h>

namespace sequitur {
namespace {

constexpr std::uint8_t kUnixFamily = 1, kInetFamily = 2, kInet6Family = 10;

IpAddress ipv4_at(const std::byte* at) {
    IpAddress ip;
    std::memcpy(ip.bytes.data(), at, 4);
    return ip;
}

IpAddress ipv6_at(const std::byte* at) {
    IpAddress ip;
    ip.is_v6 = true;
    std::memcpy(ip.bytes.data(), at, 16);
    return ip;
}

bool is_mapped_or_zero(const IpAddress& ip) {
    const auto zeros = [&](std::size_t from, std::size_t to) {
        return std::all_of(ip.bytes.begin() + static_cast<std::ptrdiff_t>(from),
                           ip.bytes.begin() + static_cast<std::ptrdiff_t>(to),
                           [](std::uint8_t byte) { return byte == 0; });
    };
    return zeros(0, 10) && ((ip.bytes[10] == 0xff && ip.bytes[11] == 0xff) || zeros(10, 16));
}

IpAddress unmapped(const IpAddress& ip) {
    IpAddress result;
    std::copy(ip.bytes.begin() + 12, ip.bytes.end(), result.bytes.begin());
    return result;
}

std::string_view unix_path(std::span<const std::byte> bytes) {
    std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    text = text.substr(0, text.find('\0'));
    if (!text.empty() && text.back() == '\n') text.remove_suffix(1);  // old captures
    return text;
}

void take_v4_if_mapped(SocketEnds& tuple) {
    if (!is_mapped_or_zero(tuple.source) || !is_mapped_or_zero(tuple.destination)) return;
    tuple.family = SocketEnds::Family::kIpv4;
    tuple.source = unmapped(tuple.source);
    tuple.destination = unmapped(tuple.destination);
}

template <typename T>
void append_number(T value, int base, std::string& out) {
    std::array<char, 24> digits;
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value, base).ptr;
    out.append(digits.data(), end);
}

}  // namespace

std::optional<SocketEnds> parse_tuple(std::span<const std::byte> param) {
    if (param.empty()) return std::nullopt;
    const std::byte* at = param.data();
    const auto family = static_cast<std::uint8_t>(at[0]);
    SocketEnds tuple;
    if (family == kInetFamily && param.size() >= 13) {
        tuple.source = ipv4_at(at + 1);
        tuple.source_port = load_le<std::uint16_t>(at + 5);
        tuple.destination = ipv4_at(at + 7);
        tuple.destination_port = load_le<std::uint16_t>(at + 11);
        return tuple;
    }
    if (family == kInet6Family && param.size() >= 37) {
        tuple.family = SocketEnds::Family::kIpv6;
        tuple.source = ipv6_at(at + 1);
        tuple.source_port = load_le<std::uint16_t>(at + 17);
        tuple.destination = ipv6_at(at + 19);
        tuple.destination_port = load_le<std::uint16_t>(at + 35);
        take_v4_if_mapped(tuple);
        return tuple;
    }
    if (family == kUnixFamily && param.size() >= 17) {
        tuple.family = SocketEnds::Family::kUnix;
        tuple.source_pointer = load_le<std::uint64_t>(at + 1);
        tuple.destination_pointer = load_le<std::uint64_t>(at + 9);
        tuple.path = unix_path(param.subspan(17));
        return tuple;
    }
    return std::nullopt;
}

std::optional<SocketEnds> parse_address(std::span<const std::byte> param) {
    if (param.empty()) return std::nullopt;
    const std::byte* at = param.data();
    const auto family = static_cast<std::uint8_t>(at[0]);
    SocketEnds tuple;
    if (family == kInetFamily && param.size() >= 7) {
        tuple.destination = ipv4_at(at + 1);
        tuple.destination_port = load_le<std::uint16_t>(at + 5);
        return tuple;
    }
    if (family == kInet6Family && param.size() >= 19) {
        tuple.family = SocketEnds::Family::kIpv6;
        tuple.source.is_v6 = true;
        tuple.destination = ipv6_at(at + 1);
        tuple.destination_port = load_le<std::uint16_t>(at + 17);
        return tuple;
    }
    if (family == kUnixFamily && param.size() >= 2) {
        tuple.family = SocketEnds::Family::kUnix;
        tuple.path = unix_path(param.subspan(1));
        return tuple;
    }
    return std::nullopt;
}

void append_ip(const IpAddress& ip, std::string& out) {
    if (ip.is_v6) {
        std::array<char, INET6_ADDRSTRLEN> text{};
        if (inet_ntop(AF_INET6, ip.bytes.data(), text.data(), text.size()) != nullptr) {
            out += text.data();
        }
        return;
    }
    for (std::size_t i = 0; i < 4; ++i) {
        if (i != 0) out += '.';
        append_number(static_cast<unsigned>(ip.bytes[i]), 10, out);
    }
}

void append_endpoint(const IpAddress& ip, std::uint16_t port, std::string& out) {
    append_ip(ip, out);
    out += ':';
    append_number(static_cast<unsigned>(port), 10, out);
}

void append_tuple(const SocketEnds& tuple, std::string& out) {
    if (tuple.family != SocketEnds::Family::kUnix) {
        append_endpoint(tuple.source, tuple.source_port, out);
        out += "->";
        append_endpoint(tuple.destination, tuple.destination_port, out);
        return;
    }
    append_number(tuple.source_pointer, 16, out);
    out += "->";
    append_number(tuple.destination_pointer, 16, out);
    out += ' ';
    out += tuple.path;
}

}  // namespace sequitur
