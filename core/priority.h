// Alert priorities, in Falco's order: syslog's, most urgent first.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace sequitur {

enum class Priority : std::uint8_t {
    kEmergency,
    kAlert,
    kCritical,
    kError,
    kWarning,
    kNotice,
    kInformational,
    kDebug,
};

std::string_view name_of(Priority priority);  // "Critical"
// Any case, "info" for "informational".
std::optional<Priority> parse_priority(std::string_view text);

}  // namespace sequitur
