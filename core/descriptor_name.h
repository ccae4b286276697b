// fd.name of sockets, and the addresses that it is made of.
#pragma once

#include "core/descriptor.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace sequitur {

// One end or both ends of a socket, as a PT_SOCKADDR or PT_SOCKTUPLE parameter tells them.
struct SocketEnds {
    enum class Family : std::uint8_t { kIpv4, kIpv6, kUnix };
    Family family = Family::kIpv4;
    IpAddress source, destination;
    std::uint16_t source_port = 0, destination_port = 0;
    std::uint64_t source_pointer = 0, destination_pointer = 0;  // kUnix
    std::string_view path;                                      // kUnix
};

// The tuple in `param`, or nothing when it is empty, of another family or too short. An IPv6 pair
// whose ends are both IPv4-mapped (or zero) is given as IPv4.
std::optional<SocketEnds> parse_tuple(std::span<const std::byte> param);

// A PT_SOCKADDR: the address stands in `destination`, `destination_port` and `path`.
std::optional<SocketEnds> parse_address(std::span<const std::byte> param);

// "1.2.3.4", "fe80::1".
void append_ip(const IpAddress& ip, std::string& out);

// "1.2.3.4:80"; IPv6 without brackets, as Falco prints it.
void append_endpoint(const IpAddress& ip, std::uint16_t port, std::string& out);

// "1.2.3.4:1234->5.6.7.8:80", client first; unix: "ffff01->ffff02 /path" in hexadecimal.
void append_tuple(const SocketEnds& tuple, std::string& out);

}  // namespace sequitur
