#include "daemon/config/settings.h"

#include "dsl/duration.h"

#include <array>

namespace sequitur {
namespace {

using enum SettingKind;
using C = Configuration;
using O = OutputSettings;

constexpr std::uint64_t kKb = 1024, kMb = kKb * 1024, kGb = kMb * 1024;
constexpr std::uint64_t kMs = 1'000'000, kSecond = 1'000 * kMs, kHour = 3'600 * kSecond;

const auto kSettings = std::to_array<Setting>({
    {"rules_files", kPaths, &C::rules_files, "",
     "Rule files and folders (all `*.yaml` in name order); later ones override earlier ones. "
     "Empty: the shipped rules, then `rules.d/` beside this file."},
    {"config_files", kPaths, &C::config_files, "config.d",
     "Files and folders of further settings, read after this file in name order: they override "
     "its values and add to its lists."},
    {"watch_config_files", kFlag, &C::is_watching_files, "true",
     "Reload when a rule file, a configuration file or one of their folders changes."},
    {"priority", kPriority, &C::priority, "debug",
     "Only alerts of this priority or above go to any output."},
    {"json_output", kFlag, &C::json_output, "false",
     "Format of the outputs that have none of their own: JSON with Falco's keys, or text."},
    {"shards", kCount, &C::shards, "1", "Shards of the condition and sequence stages.", 1, 64},
    {"hold_back", kTime, &C::hold_back, "1ms",
     "How long an event waits for older ones of other CPUs.", 0, 1 * kSecond},
    {"ring_size", kBytes, &C::ring_bytes, "8mb",
     "Buffer between kernel and program for each pair of CPUs; what does not fit is dropped and "
     "counted.",
     64 * kKb, 1 * kGb},
    {"self_protection", kFlag, &C::is_self_protected, "true",
     "Built-in rules alert on signals to this program, on tracing it, on changes of its files and "
     "on detaching its kernel programs."},
    {"sandbox", kFlag, &C::is_sandboxed, "true",
     "Give up every privilege that is not needed once the kernel programs are loaded, and allow "
     "only the system calls that are."},
    {"stop_timeout", kTime, &C::stop_timeout, "5s",
     "How long the outputs have, at the end, for what is still in their queues.", 0, 1 * kHour},
    {"log.level", kChoice, &C::log_level, "info",
     "What the program says of itself on stderr, from this level on.", 0, 0,
     "debug info warning error"},
    {"state.dir", kPath, &C::state_folder, "",
     "Folder for what outlives a restart: partial matches, file origins, spooled alerts. Empty: "
     "`$STATE_DIRECTORY` as systemd sets it, else nothing outlives a restart."},
    {"state.snapshot_interval", kTime, &C::snapshot_interval, "5s",
     "How often the state is written, beside once at the end. 0s: only at the end.", 0, kHour},
    {"state.snapshot_max", kBytes, &C::snapshot_bytes_max, "256mb",
     "A larger snapshot is not written; it is counted and logged.", 64 * kKb, 16 * kGb},
    {"health.listen", kText, &C::listen, "",
     "Address of /healthz, /metrics and /status: `127.0.0.1:PORT` or a unix socket's path. Only "
     "loopback addresses are taken. Empty: off."},
    {"limits.processes", kCount, &Limits::processes_max, "131072",
     "Processes that are remembered; the longest untouched goes first.", 64, 1 << 24},
    {"limits.threads", kCount, &Limits::threads_max, "262144", "Threads, the same way.", 64,
     1 << 24},
    {"limits.descriptors", kCount, &Limits::descriptors_max, "1048576",
     "Open descriptors that are remembered.", 64, 1 << 26},
    {"limits.files", kCount, &Limits::files_max, "262144",
     "Files whose names and origins are remembered.", 64, 1 << 26},
    {"limits.interned_memory", kBytes, &Limits::interned_bytes_max, "256mb",
     "Memory for distinct strings of the host state.", kMb, 64 * kGb},
    {"limits.partial_matches", kCount, &Limits::partial_matches_max, "2097152",
     "Open partial matches; when there are more, the oldest is given up.", 1, 1 << 28},
    {"limits.partial_matches_per_sequence", kCount, &Limits::partial_matches_per_sequence_max,
     "1048576", "The same, of one sequence.", 1, 1 << 28},
    {"limits.partial_matches_per_key", kCount, &Limits::partial_matches_per_key_max, "256",
     "The same, of one sequence under one join key.", 1, 1 << 20},
    {"limits.retained_memory", kBytes, &Limits::retained_bytes_max, "256mb",
     "Memory for the events that partial matches keep for their alerts.", kMb, 64 * kGb},
});

const auto kOutputSettings = std::to_array<OutputSetting>({
    {"type", kChoice, &O::type, "", "What it is.", 0, 0,
     "stdout file syslog journald http program unix"},
    {"enabled", kFlag, &O::is_enabled, "true", "Whether it is used."},
    {"format", kChoice, &O::format, "",
     "`text`, `json` (Falco's keys) or `ecs` (Elastic Common Schema). Not given: as `json_output` "
     "says; for http json.",
     0, 0, "text json ecs"},
    {"priority", kPriority, &O::priority, "debug", "Only alerts of this priority or above."},
    {"rules", kTexts, &O::rules, "", "Only alerts of these rules; `*` and `?` match any text."},
    {"tags", kTexts, &O::tags, "", "Only alerts that have one of these tags."},
    {"queue", kCount, &O::queue_alerts, "8192",
     "Alerts that wait while the receiver is slow; what comes on top is lost and counted.", 1,
     1 << 20},
    {"queue_memory", kBytes, &O::queue_bytes, "16mb", "The same in memory.", 64 * kKb, 4 * kGb},
    {"path", kPath, &O::path, "",
     "The file; the socket of a stream receiver; for syslog and journald another socket than the "
     "system's.",
     0, 0, "", "file unix syslog journald"},
    {"rotate_size", kBytes, &O::rotate_bytes, "0",
     "Begin a new file when it is this large; the old ones are PATH.1, PATH.2, ... 0: never.", 0,
     1024 * kGb, "", "file"},
    {"keep", kCount, &O::keep, "5", "Rotated files that are kept.", 0, 1000, "", "file"},
    {"facility", kChoice, &O::facility, "daemon", "Syslog facility.", 0, 0,
     "daemon user auth authpriv local0 local1 local2 local3 local4 local5 local6 local7", "syslog"},
    {"protocol", kChoice, &O::protocol, "rfc5424",
     "`rfc5424`, or `local`: the form of the C library's syslog(), for receivers that read no "
     "other on the local socket (systemd-journald).",
     0, 0, "rfc5424 local", "syslog"},
    {"url", kText, &O::url, "", "`http://` or `https://` address that alerts are posted to.", 0, 0,
     "", "http"},
    {"batch", kCount, &O::batch, "100",
     "Alerts of one request at most: one JSON object a line (`application/x-ndjson`); 1: each "
     "alert is a request of its own (`application/json`).",
     1, 10000, "", "http"},
    {"batch_delay", kTime, &O::batch_delay, "200ms", "How long a request waits to be filled.", 0,
     60 * kSecond, "", "http"},
    {"timeout", kTime, &O::timeout, "10s", "Of connecting, sending and of the answer, each.",
     1 * kMs, kHour, "", "http"},
    {"retry_first", kTime, &O::retry_first, "500ms",
     "Pause before a request is tried again; doubled each time, and varied by half.", 1 * kMs,
     kHour, "", "http unix program"},
    {"retry_max", kTime, &O::retry_max, "30s", "The longest such pause.", 1 * kMs, kHour, "",
     "http unix program"},
    {"insecure", kFlag, &O::is_insecure, "false", "Do not verify the server's certificate.", 0, 0,
     "", "http"},
    {"ca_file", kPath, &O::ca_file, "",
     "Certificates (PEM) that are trusted instead of the system's.", 0, 0, "", "http"},
    {"client_certificate", kPath, &O::client_certificate, "", "Own certificate (PEM).", 0, 0, "",
     "http"},
    {"client_key", kPath, &O::client_key, "", "Its key (PEM).", 0, 0, "", "http"},
    {"user_agent", kText, &O::user_agent, "sequitur", "The request's User-Agent.", 0, 0, "",
     "http"},
    {"headers", kTexts, &O::headers, "", "Further headers, each as `Name: value`.", 0, 0, "",
     "http"},
    {"spool", kBytes, &O::spool_bytes, "64mb",
     "Room below `state.dir` for alerts that the receiver did not take yet; they survive outages "
     "and restarts. What comes on top is lost and counted. 0, or no `state.dir`: they wait in "
     "memory.",
     0, 1024 * kGb, "", "http"},
    {"command", kTexts, &O::command, "",
     "Program and arguments; it gets alerts on its standard input, a line each, and is started "
     "anew when it ends.",
     0, 0, "", "program"},
});

constexpr auto kListSettings = std::to_array<ListSetting>({
    {"outputs", "The outputs by name, any number. Not given: alerts go to stdout.",
     "outputs:\n  terminal:\n    type: stdout\n"},
    {"rules",
     "What is switched on or off after all rule files are read, in this order; names may have `*` "
     "and `?`.",
     "rules:\n  - disable: {tag: noisy}\n  - enable: {rule: Dropped file executed}\n"},
    {"append_output", "Text that is added to the output of all rules, or of those that match.",
     "append_output:\n  - match: {tag: T1105}\n    extra_output: \" container=%container.id\"\n"},
});

std::string bytes_text(std::uint64_t bytes) {
    if (bytes > 0 && bytes % kGb == 0) return std::to_string(bytes / kGb) + "gb";
    if (bytes > 0 && bytes % kMb == 0) return std::to_string(bytes / kMb) + "mb";
    if (bytes > 0 && bytes % kKb == 0) return std::to_string(bytes / kKb) + "kb";
    return std::to_string(bytes);
}

std::string quoted(const std::string& text) {
    std::string out = "\"";
    for (const char c : text) {
        if (c == '"' || c == '\\') out += '\\';
        out += c;
    }
    return out + '"';
}

std::string list_text(const std::vector<std::string>& items) {
    std::string out = "[";
    for (const std::string& item : items) out += (out.size() > 1 ? ", " : "") + quoted(item);
    return out + "]";
}

const Limits* limits_of(const Configuration& target) { return &target.limits; }
const Limits* limits_of(const OutputSettings&) { return nullptr; }

template <typename Target>
std::string text_of(const SettingRow<Target>& row, const Target& target) {
    const auto number = [&](std::uint64_t value) {
        return row.kind == kBytes ? bytes_text(value) : std::to_string(value);
    };
    struct Visitor {
        const Target& target;
        decltype(number)& number_text;
        std::string operator()(bool Target::*place) const {
            return target.*place ? "true" : "false";
        }
        std::string operator()(std::string Target::*place) const { return quoted(target.*place); }
        std::string operator()(std::vector<std::string> Target::*place) const {
            return list_text(target.*place);
        }
        std::string operator()(std::uint64_t Target::*place) const {
            return number_text(target.*place);
        }
        std::string operator()(Duration Target::*place) const {
            return dsl::to_text(target.*place);
        }
        std::string operator()(Priority Target::*place) const {
            return std::string(name_of(target.*place));
        }
        std::string operator()(std::size_t Limits::*place) const {
            return number_text(limits_of(target)->*place);
        }
    };
    return std::visit(Visitor{target, number}, row.place);
}

}  // namespace

std::span<const Setting> settings() { return kSettings; }
std::span<const OutputSetting> output_settings() { return kOutputSettings; }
std::span<const ListSetting> list_settings() { return kListSettings; }

std::string setting_text(const Setting& row, const Configuration& target) {
    return text_of(row, target);
}
std::string setting_text(const OutputSetting& row, const OutputSettings& target) {
    return text_of(row, target);
}

}  // namespace sequitur
