// Event time: nanoseconds since the Unix epoch, as the source stamped them.
//
// Windows, deadlines and expiry run on this clock only. Nothing in core/ or sequences/ reads the
// machine's clock, which is what makes a replay equal to the live run.
#pragma once

#include <chrono>
#include <cstdint>

namespace sequitur {

struct EventClock {
    using duration = std::chrono::nanoseconds;
    using rep = duration::rep;
    using period = duration::period;
    using time_point = std::chrono::time_point<EventClock, duration>;
    static constexpr bool is_steady = false;
};

using Duration = EventClock::duration;     // signed 64-bit nanoseconds
using Timestamp = EventClock::time_point;  // from 1970 on; see kLatestNs

inline constexpr Duration kUnbounded = Duration::max();

// Later times than this one, in the year 2116, only damaged records have; they count as it. So the
// difference of two times, and a time and any window of a rule, never overflow.
inline constexpr std::uint64_t kLatestNs = std::uint64_t{1} << 62;

constexpr Timestamp timestamp_from_ns(std::uint64_t ns) {
    return Timestamp(Duration(static_cast<std::int64_t>(ns < kLatestNs ? ns : kLatestNs)));
}
constexpr std::uint64_t ns_of(Timestamp time) {
    return static_cast<std::uint64_t>(time.time_since_epoch().count());
}

}  // namespace sequitur
