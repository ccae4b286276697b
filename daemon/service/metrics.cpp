// Vitals in the exposition format of Prometheus.
#include "daemon/service/vitals.h"

#include <fstream>
#include <unistd.h>

namespace sequitur {
namespace {

std::string label_value(std::string_view text) {
    std::string out;
    for (const char c : text) {
        if (c == '\\' || c == '"') out += '\\';
        if (c == '\n') {
            out += "\\n";
        } else {
            out += c;
        }
    }
    return out;
}

class Exposition {
public:
    void family(const std::string& name, const char* type, const char* help) {
        name_ = "sequitur_" + name;
        out_ += "# HELP " + name_ + ' ' + help + "\n# TYPE " + name_ + ' ' + type + '\n';
    }
    template <typename Number>
    void value(Number number) {
        out_ += name_ + ' ' + std::to_string(number) + '\n';
    }
    template <typename Number>
    void value(std::string_view label, std::string_view text, Number number) {
        out_ += name_ + '{' + std::string(label) + "=\"" + label_value(text) + "\"} " +
                std::to_string(number) + '\n';
    }
    template <typename Number>
    void value(std::string_view label, std::string_view text, std::string_view label2,
               std::string_view text2, Number number) {
        out_ += name_ + '{' + std::string(label) + "=\"" + label_value(text) + "\"," +
                std::string(label2) + "=\"" + label_value(text2) + "\"} " + std::to_string(number) +
                '\n';
    }
    void line(const std::string& suffix, const std::string& number) {
        out_ += name_ + suffix + ' ' + number + '\n';
    }
    std::string take() { return std::move(out_); }

private:
    std::string out_, name_;
};

double seconds(std::uint64_t ns) { return static_cast<double>(ns) / 1e9; }

void write_events(const Vitals& vitals, Exposition& out) {
    out.family("events_total", "counter", "Events by type.");
    for (const auto& [name, count] : vitals.street.events_by_name()) {
        out.value("type", name, count);
    }
    const SourceLosses& losses = vitals.losses;
    out.family("dropped_total", "counter", "What was lost, by kind.");
    out.value("kind", "ring_full", losses.ring_full);
    out.value("kind", "malformed", losses.malformed + vitals.state.malformed);
    out.value("kind", "unknown_type", losses.unknown_type + vitals.state.unknown_types);
    out.value("kind", "late", losses.late);
    out.value("kind", "process_evicted", vitals.state.processes_evicted);
    out.value("kind", "descriptor_evicted", vitals.state.descriptors_evicted);
    out.value("kind", "file_evicted", vitals.state.files_evicted);
    out.family("stage_seconds_total", "counter", "Time spent in each stage.");
    out.value("stage", "state", seconds(vitals.street.state_ns));
    out.value("stage", "conditions", seconds(vitals.street.conditions_ns));
    out.value("stage", "sequences", seconds(vitals.street.sequences_ns));
    out.family("batch_latency_seconds", "histogram",
               "From a batch's oldest event to the end of its alerts.");
    std::uint64_t sum = 0;
    for (std::size_t i = 0; i < kLatencyBounds.size(); ++i) {
        sum += vitals.street.latency[i];
        const bool is_last = i + 1 == kLatencyBounds.size();
        const std::string bound = is_last ? "+Inf" : std::to_string(seconds(kLatencyBounds[i]));
        out.line("_bucket{le=\"" + bound + "\"}", std::to_string(sum));
    }
    out.line("_sum", std::to_string(seconds(vitals.street.latency_sum_ns)));
    out.line("_count", std::to_string(sum));
}

void write_matches(const Vitals& vitals, Exposition& out) {
    out.family("alerts_total", "counter", "Alerts by rule or sequence.");
    for (const auto& [rule, count] : vitals.alerts) out.value("rule", rule, count);
    out.family("partial_matches", "gauge", "Open partial matches by sequence.");
    for (const EvictionCount& each : vitals.live) out.value("sequence", each.sequence, each.count);
    out.family("partial_matches_evicted_total", "counter", "Given up at a limit, by sequence.");
    for (const EvictionCount& each : vitals.evicted) {
        out.value("sequence", each.sequence, each.count);
    }
    out.family("partial_matches_total", "counter", "What became of partial matches.");
    out.value("outcome", "opened", vitals.engine.opened);
    out.value("outcome", "completed", vitals.engine.completed);
    out.value("outcome", "expired", vitals.engine.expired);
    out.value("outcome", "cancelled", vitals.engine.cancelled);
    out.value("outcome", "evicted", vitals.engine.evicted);
    out.family("rules", "gauge", "What is loaded.");
    out.value("kind", "rule", vitals.rules);
    out.value("kind", "sequence", vitals.sequences);
    out.family("reloads_total", "counter", "Reloads of the rules by result.");
    out.value("result", "done", vitals.reloads);
    out.value("result", "refused", vitals.reload_failures);
    out.family("reload_dropped_total", "counter", "Partial matches dropped by reloads.");
    out.value(vitals.reload_dropped);
}

void write_outputs(const Vitals& vitals, Exposition& out) {
    out.family("output_alerts_total", "counter", "Alerts by output and result.");
    for (const OutputCounters& each : vitals.outputs) {
        out.value("output", each.name, "result", "offered", each.offered);
        out.value("output", each.name, "result", "delivered", each.delivered);
        out.value("output", each.name, "result", "lost_queue_full", each.lost_full);
        out.value("output", each.name, "result", "lost_refused", each.lost_refused);
        out.value("output", each.name, "result", "lost_at_stop", each.lost_stopped);
    }
    out.family("output_retries_total", "counter", "Deliveries that were tried again.");
    for (const OutputCounters& each : vitals.outputs) {
        out.value("output", each.name, each.retries);
    }
    out.family("output_queue", "gauge", "Alerts that wait, in memory and on disk.");
    for (const OutputCounters& each : vitals.outputs) {
        out.value("output", each.name, "place", "memory", each.queued);
        out.value("output", each.name, "place", "spool", each.spooled);
    }
    out.family("output_spool_bytes", "gauge", "Size of what waits on disk.");
    for (const OutputCounters& each : vitals.outputs) {
        out.value("output", each.name, each.spooled_bytes);
    }
}

void write_resources(const Vitals& vitals, Exposition& out) {
    out.family("uptime_seconds", "gauge", "Since the start.");
    out.value(vitals.uptime_seconds);
    out.family("resident_memory_bytes", "gauge", "Memory of the process.");
    out.value(resident_bytes());
    out.family("memory_bytes", "gauge", "Memory of its parts.");
    out.value("part", "partial_matches", vitals.engine_memory.partial_matches);
    out.value("part", "retained_events", vitals.engine_memory.retained_events);
    out.family("host_objects", "gauge", "What the host state remembers.");
    out.value("kind", "process", vitals.state.processes);
    out.value("kind", "descriptor", vitals.state.descriptors);
    out.value("kind", "file", vitals.state.files);
    out.value("kind", "string", vitals.state.strings);
    out.family("unknown_processes_total", "counter", "Events of processes nothing had described.");
    out.value(vitals.state.unknown_processes);
    out.family("snapshots_total", "counter", "Snapshots of the state by result.");
    out.value("result", "written", vitals.saved.written);
    out.value("result", "failed", vitals.saved.failed);
    out.value("result", "too_large", vitals.saved.too_large);
    out.family("snapshot_bytes", "gauge", "Size of the last snapshot.");
    out.value(vitals.saved.bytes);
    out.family("gap_seconds", "gauge", "How long nobody watched before this start.");
    out.value(vitals.saved.gap_seconds);
}

}  // namespace

std::string to_metrics(const Vitals& vitals) {
    Exposition out;
    write_events(vitals, out);
    write_matches(vitals, out);
    write_outputs(vitals, out);
    write_resources(vitals, out);
    return out.take();
}

std::uint64_t resident_bytes() {
    std::uint64_t total = 0;
    std::uint64_t resident = 0;
    std::ifstream("/proc/self/statm") >> total >> resident;
    return resident * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
}

}  // namespace sequitur
