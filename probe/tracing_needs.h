// Why a host cannot be traced, and what to do about it, before anything is tried.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace sequitur::probe {

// What decides. What cannot be found out is as if nothing stood in the way: the kernel will say.
struct TracingFacts {
    std::string release = {};    // of the kernel: "6.1.0-56-cloud-amd64"
    bool has_types = true;       // BTF
    std::uint64_t caps = ~0ULL;  // effective capabilities, by number
    std::string lockdown = {};   // as the kernel shows it: "none [integrity] confidentiality"
};

TracingFacts tracing_facts();

// What is missing and what to do, one sentence each; nullopt: nothing is known to be missing.
std::optional<std::string> tracing_refusal(const TracingFacts& facts);

}  // namespace sequitur::probe
