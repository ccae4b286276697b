// What the program says of itself on stderr: for operators, off the hot path. Door to spdlog.
//
// One line each, "TIME LEVEL: TEXT". Thread: any.
#pragma once

#include <cstdint>
#include <string_view>

namespace sequitur {

enum class LogLevel : std::uint8_t { kDebug, kInfo, kWarning, kError };

// Lines below `level` are not written. Before the first call: kInfo.
void set_log_level(LogLevel level);

void log_debug(std::string_view text);
void log_info(std::string_view text);
void log_warning(std::string_view text);
void log_error(std::string_view text);

}  // namespace sequitur
