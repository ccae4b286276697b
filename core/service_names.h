// Names of well-known ports, as rules write them and fd.*proto shows them.
//
// A small fixed table instead of /etc/services: the same rule means the same on every host.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace sequitur {

// "https" for 443; empty where the table has none. `l4proto` as in Descriptor (2 tcp, 3 udp); any
// other matches services of both.
std::string_view service_name(std::uint16_t port, std::uint8_t l4proto);

// 443 for "https"; nothing where the table has no such name.
std::optional<std::uint16_t> service_port(std::string_view name);

}  // namespace sequitur
