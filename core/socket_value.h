// Socket addresses and connection tuples as parameters carry them (PT_SOCKADDR, PT_SOCKTUPLE).
//
//   address  u8 family; inet: ip 4, port u16; inet6: ip 16, port u16; unix: path with NUL
//   tuple    u8 family; inet: ip 4, port u16, ip 4, port u16; inet6 the same with 16;
//            unix: u64 source, u64 destination (kernel pointers), path with NUL
//
// Addresses are in network order, ports are little-endian. In connect and send the source is local,
// in accept and recv it is the peer.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace sequitur {

inline constexpr std::uint8_t kFamilyUnix = 1, kFamilyInet = 2, kFamilyInet6 = 10;

struct SocketEndpoint {
    std::array<std::uint8_t, 16> ip{};  // inet: in the first four
    std::uint16_t port = 0;
    friend bool operator==(const SocketEndpoint&, const SocketEndpoint&) = default;
};

struct SocketAddress {
    std::uint8_t family = 0;
    SocketEndpoint endpoint;  // inet, inet6
    std::string_view path;    // unix, without NUL; borrowed
};

struct SocketTuple {
    std::uint8_t family = 0;
    SocketEndpoint source, destination;                         // inet, inet6
    std::uint64_t source_pointer = 0, destination_pointer = 0;  // unix
    std::string_view path;                                      // unix, without NUL; borrowed
};

// From a parameter's bytes; nothing when it is empty, of another family, or of a wrong length.
// Paths are views into `param`. What consists of v4-mapped IPv6 addresses comes as inet, unless
// `keep_mapped` asks for the bytes as they are.
std::optional<SocketAddress> socket_address(std::span<const std::byte> param,
                                            bool keep_mapped = false);
std::optional<SocketTuple> socket_tuple(std::span<const std::byte> param, bool keep_mapped = false);

// A parameter's bytes, appended. Families other than the three add nothing.
void append_bytes(const SocketAddress& address, std::vector<std::byte>& out);
void append_bytes(const SocketTuple& tuple, std::vector<std::byte>& out);

// "1.2.3.4:80", "::1:80", "/run/x" and "1.2.3.4:1234->5.6.7.8:80", "ffff8800->ffff8801 /run/x",
// appended.
void append_text(const SocketAddress& address, std::string& out);
void append_text(const SocketTuple& tuple, std::string& out);

// The inverse of append_text. IPv6 addresses may stand in brackets. A unix address begins with '/',
// or with '@' for an abstract name, which the parameter holds without its mark. Nothing when the
// text is neither. Views into `text`.
std::optional<SocketAddress> parse_socket_address(std::string_view text);
std::optional<SocketTuple> parse_socket_tuple(std::string_view text);

// "1.2.3.4" or "::1", appended, and the inverse.
void append_ip(std::span<const std::uint8_t> ip, std::string& out);  // 4 or 16 bytes
bool parse_ip(std::string_view text, std::array<std::uint8_t, 16>& ip, std::uint8_t& family);

}  // namespace sequitur
