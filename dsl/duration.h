// Durations as rule files write them: "60s", "1.5m", "200 ms", "unbounded".
#pragma once

#include "core/time.h"

#include <optional>
#include <string>
#include <string_view>

namespace sequitur::dsl {

// A number and one of ns us ms s m h d; nullopt for anything else, negative ones, and those longer
// than kDurationMax.
std::optional<Duration> parse_duration(std::string_view text);

inline constexpr Duration kDurationMax = std::chrono::hours(24 * 3650);  // ten years

// The shortest exact form: "90s", "1500ms", "unbounded".
std::string to_text(Duration duration);

}  // namespace sequitur::dsl
