// DNS messages (RFC 1035 §4.1), as far as they say which name was asked for and what it is. Bytes
// come from outside; a message that was cut gives what stands before the cut.
#pragma once

#include "core/descriptor.h"

#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

namespace sequitur {

inline constexpr std::uint16_t kDnsPort = 53;

// Room for the longest name, a dot behind it.
using DnsName = std::array<char, 254>;

// The message in what came over TCP: without its length, which may have come by itself before.
std::string_view dns_over_tcp(std::string_view bytes);

// The first question's name in lower case, without the last dot ("." is the root), written into
// `room`; null where the message has none or was cut inside of it.
std::string_view dns_question(std::string_view message, DnsName& room);

// Appends the addresses of an answer without an error; nothing for a question.
void dns_addresses(std::string_view message, std::vector<IpAddress>& addresses);

}  // namespace sequitur
