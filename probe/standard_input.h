// What kind of capture stands on standard input, found out without taking any of it.
#pragma once

#include <cstddef>
#include <span>

namespace sequitur::probe {

// Fills `bytes` with what standard input will give first; how many there are. Waits for the first
// byte of a pipe or socket. 0 at the end of the input, and where it cannot be looked into (a
// terminal). Thread: before anything reads standard input.
std::size_t peek_standard_input(std::span<std::byte> bytes);

}  // namespace sequitur::probe
