// How the daemon is, at one moment: copied between two batches, read by the health server.
#pragma once

#include "core/event_source.h"
#include "daemon/outputs/output.h"
#include "daemon/process_sketch.h"
#include "daemon/state/state_keeper.h"
#include "daemon/street.h"

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace sequitur {

struct Vitals {
    double uptime_seconds = 0;
    std::size_t rules = 0, sequences = 0;
    StreetCounters street;
    HostStateCounters state;
    EngineCounters engine;
    EngineMemory engine_memory;
    std::vector<EvictionCount> live, evicted;  // by sequence
    std::map<std::string, std::uint64_t> alerts;
    SourceLosses losses;
    std::vector<BusyProcess> busiest;  // since the vitals before
    double busiest_seconds = 0;        // how long that is
    StateCounters saved;
    std::uint64_t reloads = 0, reload_failures = 0, reload_dropped = 0;
    std::vector<OutputCounters> outputs;
};

// Text in the exposition format of Prometheus 0.0.4.
std::string to_metrics(const Vitals& vitals);
// One JSON object, for `sequitur status` and `sequitur top`.
std::string to_status(const Vitals& vitals);

// Memory of this process, as /proc says.
std::uint64_t resident_bytes();

}  // namespace sequitur
