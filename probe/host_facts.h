// What the head of a capture says of the machine.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace sequitur::probe {

struct NetInterface {
    std::string name;
    bool is_v6 = false;
    std::array<std::byte, 16> address{}, netmask{}, broadcast{};  // IPv4: the first 4 bytes
};

struct HostFacts {
    std::uint32_t cpus = 1;
    std::uint64_t memory_bytes = 0, pid_max = 0;
    std::uint64_t boot_ns = 0;  // since the epoch; 0 unknown
    std::string hostname;
    std::vector<NetInterface> interfaces;
};

// Of this host. What cannot be found out stays as it is.
HostFacts read_host_facts();

}  // namespace sequitur::probe
