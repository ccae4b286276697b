// Event times and durations as outputs print them. All in UTC: an alert reads the same on any host.
#pragma once

#include "core/time.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace sequitur {

// `number` with leading zeros, at least `digits` long.
void append_padded(std::uint64_t number, int digits, std::string& out);

// "03:04:05", with nine digits behind it: "03:04:05.000000006".
void append_time_of_day(Timestamp time, bool with_ns, std::string& out);
// "2026-01-02 03:04:05", the same way.
void append_date_time(Timestamp time, bool with_ns, std::string& out);
// "2026-01-02T03:04:05.000000006+0000".
void append_iso8601(Timestamp time, std::string& out);
// "2026-01-02T03:04:05.000000006Z".
void append_rfc3339(Timestamp time, std::string& out);

// The time that an RFC 3339 text means: "2026-01-02T03:04:05.000000006Z", with any zone and number
// of digits (those behind the ninth are cut), 't', 'z' and a blank for the 'T' as well. Nothing
// when it is none; the earliest or the latest where it lies beyond what a Timestamp holds.
std::optional<Timestamp> parse_rfc3339(std::string_view text);

// In the largest unit of ns, us, ms, s that is not above it, exactly: "2.5s", "340us", "-1ms",
// "0s".
void append_duration(Duration duration, std::string& out);

}  // namespace sequitur
