// Names of errors and signals, as Linux numbers them.
#pragma once

#include <cstdint>
#include <string_view>

namespace sequitur {

// "ENOENT" for 2, also for -2; the kernel's own restart codes included. Empty when there is none.
std::string_view errno_name(std::int64_t number);
// 2 for "ENOENT"; 0 when there is no such name.
int errno_number(std::string_view name);

// "SIGKILL" for 9; empty when there is none (real-time signals have none).
std::string_view signal_name(std::uint32_t number);
// 9 for "SIGKILL"; 0 when there is no such name.
std::uint8_t signal_number(std::string_view name);

}  // namespace sequitur
