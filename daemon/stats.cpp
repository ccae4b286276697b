#include "daemon/stats.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <sys/resource.h>

namespace sequitur {
namespace {

using Json = nlohmann::ordered_json;

Json by_type(const StreetCounters& counters) {
    Json counts = Json::object();
    for (const auto& [name, count] : counters.events_by_name()) counts[std::string(name)] = count;
    return counts;
}

Json dropped(const SourceLosses& losses, const StreetCounters& street,
             const HostStateCounters& state) {
    // A capture's records say what was lost when it was made.
    return {{"ring_full", std::max(losses.ring_full, street.events_lost)},
            {"malformed", losses.malformed + state.malformed},
            {"unknown_type", losses.unknown_type + state.unknown_types},
            {"late", losses.late},
            {"processes_evicted", state.processes_evicted},
            {"descriptors_evicted", state.descriptors_evicted},
            {"files_evicted", state.files_evicted}};
}

Json evictions(const std::vector<EvictionCount>& counts) {
    Json by_sequence = Json::object();
    for (const EvictionCount& count : counts) by_sequence[count.sequence] = count.count;
    return by_sequence;
}

Json partial_matches(const EngineCounters& engine, const std::vector<EvictionCount>& evicted) {
    return {{"opened", engine.opened},       {"completed", engine.completed},
            {"expired", engine.expired},     {"cancelled", engine.cancelled},
            {"evicted", engine.evicted},     {"evicted_by_sequence", evictions(evicted)},
            {"live", engine.live},           {"peak", engine.peak},
            {"step_hits", engine.step_hits}, {"suppressed", engine.suppressed}};
}

std::uint64_t peak_rss_bytes() {
    rusage usage{};
    ::getrusage(RUSAGE_SELF, &usage);
    return static_cast<std::uint64_t>(usage.ru_maxrss) * 1024;
}

}  // namespace

std::string stats_json(const Street& street, const SourceLosses& losses, double seconds) {
    const StreetCounters counters = street.counters();
    const HostStateCounters state = street.state_counters();
    Json line;
    line["events"] = counters.events;
    line["by_type"] = by_type(counters);
    line["dropped"] = dropped(losses, counters, state);
    line["unknown_processes"] = state.unknown_processes;
    line["seconds"] = seconds;
    line["events_per_second"] = seconds > 0 ? static_cast<double>(counters.events) / seconds : 0.0;
    line["alerts"] = counters.alerts;
    line["partial_matches"] = partial_matches(street.engine_counters(), street.evictions());
    line["peak_rss_bytes"] = peak_rss_bytes();
    return line.dump();
}

void print_stats(std::FILE* stream, const Street& street, const SourceLosses& losses,
                 double seconds) {
    const std::string line = stats_json(street, losses, seconds);
    std::fprintf(stream, "%s\n", line.c_str());
}

}  // namespace sequitur
