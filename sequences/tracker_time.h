// Time arithmetic of the trackers: event times as signed nanoseconds, windows that may be
// unbounded.
#pragma once

#include "core/retained_event.h"
#include "sequences/partial_match.h"

#include <cstdint>

namespace sequitur {

inline std::int64_t ns_of_event(const Event& event) {
    return event.time.time_since_epoch().count();
}
inline std::int64_t ns_of(const RetainedEvent& event) {
    return event.time().time_since_epoch().count();
}

// The last instant that is still `span_ns` after `time_ns`; never, if the span is unbounded or time
// ends before.
inline std::int64_t later(std::int64_t time_ns, std::int64_t span_ns) {
    std::int64_t sum = 0;
    if (span_ns == kNoDeadline || __builtin_add_overflow(time_ns, span_ns, &sum))
        return kNoDeadline;
    return sum;
}

}  // namespace sequitur
