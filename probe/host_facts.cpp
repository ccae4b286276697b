#include "probe/host_facts.h"

#include <ifaddrs.h>

#include <algorithm>
#include <cstring>
#include <fstream>
#include <limits.h>
#include <netinet/in.h>
#include <span>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

namespace sequitur::probe {
namespace {

std::uint64_t clock_ns(clockid_t clock) {
    timespec now{};
    ::clock_gettime(clock, &now);
    return static_cast<std::uint64_t>(now.tv_sec) * 1'000'000'000 +
           static_cast<std::uint64_t>(now.tv_nsec);
}

std::array<std::byte, 16> address_of(const sockaddr* address) {
    std::array<std::byte, 16> bytes{};
    if (address == nullptr) return bytes;
    if (address->sa_family == AF_INET) {
        sockaddr_in inet{};
        std::memcpy(&inet, address, sizeof inet);
        std::memcpy(bytes.data(), &inet.sin_addr, sizeof inet.sin_addr);
    } else if (address->sa_family == AF_INET6) {
        sockaddr_in6 inet{};
        std::memcpy(&inet, address, sizeof inet);
        std::memcpy(bytes.data(), &inet.sin6_addr, sizeof inet.sin6_addr);
    }
    return bytes;
}

void read_interfaces(std::vector<NetInterface>& interfaces) {
    ifaddrs* list = nullptr;
    if (::getifaddrs(&list) != 0) return;
    for (const ifaddrs* at = list; at != nullptr; at = at->ifa_next) {
        if (at->ifa_addr == nullptr) continue;
        const int family = at->ifa_addr->sa_family;
        if (family != AF_INET && family != AF_INET6) continue;
        NetInterface& made = interfaces.emplace_back();
        made.name = at->ifa_name;
        made.is_v6 = family == AF_INET6;
        made.address = address_of(at->ifa_addr);
        made.netmask = address_of(at->ifa_netmask);
        if ((at->ifa_flags & 2U) != 0) made.broadcast = address_of(at->ifa_broadaddr);
    }
    ::freeifaddrs(list);
    std::stable_partition(interfaces.begin(), interfaces.end(),
                          [](const NetInterface& found) { return !found.is_v6; });
}

}  // namespace

HostFacts read_host_facts() {
    HostFacts facts;
    facts.cpus = static_cast<std::uint32_t>(std::max(1L, ::sysconf(_SC_NPROCESSORS_CONF)));
    const long pages = ::sysconf(_SC_PHYS_PAGES), page_bytes = ::sysconf(_SC_PAGESIZE);
    if (pages > 0 && page_bytes > 0) {
        facts.memory_bytes =
            static_cast<std::uint64_t>(pages) * static_cast<std::uint64_t>(page_bytes);
    }
    std::ifstream("/proc/sys/kernel/pid_max") >> facts.pid_max;
    facts.boot_ns = clock_ns(CLOCK_REALTIME) - clock_ns(CLOCK_BOOTTIME);
    std::array<char, HOST_NAME_MAX + 1> name{};
    if (::gethostname(name.data(), name.size() - 1) == 0) facts.hostname = name.data();
    read_interfaces(facts.interfaces);
    return facts;
}

}  // namespace sequitur::probe
