#include "probe/tracing_needs.h"

#include <cstdio>
#include <fstream>
#include <string_view>
#include <sys/stat.h>
#include <sys/utsname.h>

namespace sequitur::probe {
namespace {

constexpr const char* kKernelTypes = "/sys/kernel/btf/vmlinux";
constexpr const char* kLockdown = "/sys/kernel/security/lockdown";
constexpr int kOldestMajor = 6, kOldestMinor = 1;

struct Capability {
    unsigned number;
    std::string_view name;
};
constexpr Capability kAdmin{21, "CAP_SYS_ADMIN"};
constexpr Capability kNeeded[] = {{38, "CAP_PERFMON"}, {39, "CAP_BPF"}};

bool has(std::uint64_t caps, const Capability& capability) {
    return (caps >> capability.number & 1) != 0;
}

bool is_too_old(const std::string& release) {
    int major = 0, minor = 0;
    if (std::sscanf(release.c_str(), "%d.%d", &major, &minor) != 2) return false;
    return major < kOldestMajor || (major == kOldestMajor && minor < kOldestMinor);
}

std::uint64_t effective_capabilities() {
    std::ifstream status("/proc/self/status");
    for (std::string line; std::getline(status, line);) {
        constexpr std::string_view kKey = "CapEff:";
        if (line.starts_with(kKey)) return std::stoull(line.substr(kKey.size()), nullptr, 16);
    }
    return ~0ULL;
}

}  // namespace

TracingFacts tracing_facts() {
    TracingFacts facts;
    if (utsname name{}; uname(&name) == 0) facts.release = name.release;
    struct stat types {};
    facts.has_types = stat(kKernelTypes, &types) == 0;
    facts.caps = effective_capabilities();
    std::ifstream lockdown(kLockdown);
    std::getline(lockdown, facts.lockdown);
    return facts;
}

std::optional<std::string> tracing_refusal(const TracingFacts& facts) {
    if (is_too_old(facts.release)) {
        return "this is Linux " + facts.release +
               "; tracing needs 6.1 or newer. Boot a newer kernel";
    }
    if (!facts.has_types) {
        return std::string("this kernel has no type information (") + kKernelTypes +
               "). Boot one that is built with CONFIG_DEBUG_INFO_BTF, as Debian's are";
    }
    std::string missing;
    for (const Capability& capability : kNeeded) {
        if (has(facts.caps, capability) || has(facts.caps, kAdmin)) continue;
        missing += missing.empty() ? "" : " and ";
        missing += capability.name;
    }
    if (!missing.empty()) {
        return "this process may not trace: it lacks " + missing +
               ". Run it as root, or give it these capabilities";
    }
    if (facts.lockdown.find("[confidentiality]") != std::string::npos) {
        return "this kernel is locked down (confidentiality), and lets nobody trace. Boot it with "
               "lockdown=integrity or without";
    }
    return std::nullopt;
}

}  // namespace sequitur::probe
