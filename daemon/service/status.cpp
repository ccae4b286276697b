// Vitals as the JSON object of /status.
#include "daemon/service/vitals.h"

#include <nlohmann/json.hpp>

#include <unistd.h>

namespace sequitur {
namespace {

using Json = nlohmann::ordered_json;

Json by_type(const StreetCounters& counters) {
    Json counts = Json::object();
    for (const auto& [name, count] : counters.events_by_name()) counts[std::string(name)] = count;
    return counts;
}

Json by_sequence(const std::vector<EvictionCount>& counts) {
    Json object = Json::object();
    for (const EvictionCount& each : counts) object[each.sequence] = each.count;
    return object;
}

Json outputs_of(const std::vector<OutputCounters>& outputs) {
    Json list = Json::array();
    for (const OutputCounters& each : outputs) {
        list.push_back({{"name", each.name},
                        {"type", each.type},
                        {"offered", each.offered},
                        {"delivered", each.delivered},
                        {"lost", each.lost()},
                        {"retries", each.retries},
                        {"queued", each.queued},
                        {"spooled", each.spooled}});
    }
    return list;
}

Json busiest_of(const std::vector<BusyProcess>& processes) {
    Json list = Json::array();
    for (const BusyProcess& each : processes) {
        list.push_back({{"pid", each.pid}, {"name", each.name}, {"events", each.events}});
    }
    return list;
}

}  // namespace

std::string to_status(const Vitals& vitals) {
    Json status;
    status["pid"] = ::getpid();
    status["uptime_seconds"] = vitals.uptime_seconds;
    status["rules"] = vitals.rules;
    status["sequences"] = vitals.sequences;
    status["events"] = vitals.street.events;
    status["events_by_type"] = by_type(vitals.street);
    status["dropped"] = vitals.losses.ring_full;
    status["late"] = vitals.losses.late;
    status["malformed"] = vitals.losses.malformed + vitals.state.malformed;
    status["alerts"] = vitals.street.alerts;
    status["alerts_by_rule"] = vitals.alerts;
    status["partial_matches"] = {
        {"live", vitals.engine.live},           {"opened", vitals.engine.opened},
        {"completed", vitals.engine.completed}, {"expired", vitals.engine.expired},
        {"cancelled", vitals.engine.cancelled}, {"evicted", vitals.engine.evicted}};
    status["partial_matches_by_sequence"] = by_sequence(vitals.live);
    status["evicted_by_sequence"] = by_sequence(vitals.evicted);
    status["tables"] = {{"processes", vitals.state.processes},
                        {"descriptors", vitals.state.descriptors},
                        {"files", vitals.state.files},
                        {"strings", vitals.state.strings},
                        {"processes_evicted", vitals.state.processes_evicted},
                        {"descriptors_evicted", vitals.state.descriptors_evicted},
                        {"files_evicted", vitals.state.files_evicted}};
    status["resident_bytes"] = resident_bytes();
    status["stage_ns"] = {{"state", vitals.street.state_ns},
                          {"conditions", vitals.street.conditions_ns},
                          {"sequences", vitals.street.sequences_ns}};
    status["reloads"] = vitals.reloads;
    status["reload_failures"] = vitals.reload_failures;
    status["snapshots"] = {{"written", vitals.saved.written},
                           {"failed", vitals.saved.failed + vitals.saved.too_large},
                           {"bytes", vitals.saved.bytes},
                           {"restored", vitals.saved.restored},
                           {"gap_seconds", vitals.saved.gap_seconds}};
    status["busiest"] = busiest_of(vitals.busiest);
    status["busiest_seconds"] = vitals.busiest_seconds;
    status["outputs"] = outputs_of(vitals.outputs);
    // Names of rules and processes may be any bytes.
    return status.dump(2, ' ', false, Json::error_handler_t::replace) + '\n';
}

}  // namespace sequitur
