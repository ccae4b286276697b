// An alert: what a rule or sequence found, ready for any output. Owns all of its text.
#pragma once

#include "core/output_format.h"
#include "core/priority.h"
#include "core/time.h"

#include <optional>
#include <string>
#include <vector>

namespace sequitur {

struct AlertProcess {
    std::string entity;
    std::int64_t pid = -1;
    std::string name, exepath, cmdline;
    std::vector<std::string> ancestors;  // names, parent first
};

struct AlertStep {
    std::string id;
    Timestamp time;
    std::uint64_t event_number = 0;
    std::string event_type;
    AlertProcess process;
    std::vector<OutputField> output_fields;  // the output's fields of this step, unqualified names
    std::uint64_t count = 0;                 // counted steps: how many; otherwise 0
    Timestamp last;                          // counted steps: the last one's time
};

// A time in which nobody watched: the program was not running.
struct AlertGap {
    Timestamp first, last;
};

// Whether anything was lost that could have changed this alert.
struct AlertLosses {
    std::uint64_t events_lost = 0, params_truncated = 0, matches_evicted = 0;
    std::vector<AlertGap> gaps{};  // that the sequence spans
    bool complete() const {
        return !events_lost && !params_truncated && !matches_evicted && gaps.empty();
    }
};

struct AlertSequence {
    std::vector<OutputField> key;  // field name as in `by`, value
    Timestamp start;
    Duration duration{};
    std::vector<AlertStep> steps;
    AlertLosses losses;
};

struct Alert {
    Timestamp time;  // of the event (or deadline) that made it
    std::uint64_t event_number = 0;
    std::string rule;
    Priority priority = Priority::kDebug;
    std::string source;
    std::vector<std::string> tags;
    std::string hostname;
    std::string output;
    std::vector<OutputField> output_fields;
    std::optional<AlertSequence> sequence;
};

// One line without its end, in the form of docs/alert-format.md (Falco's keys). Bytes that are not
// UTF-8 are replaced by U+FFFD.
std::string to_json(const Alert& alert);

// "hh:mm:ss.nnnnnnnnn: Priority OUTPUT", in UTC, as Falco prints it; control characters escaped.
std::string to_text(const Alert& alert);

// RFC 3339 with nine digits, UTC: "2026-01-02T03:04:05.000000006Z".
std::string to_rfc3339(Timestamp time);

}  // namespace sequitur
