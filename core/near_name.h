// Near misses: which known name was probably meant by an unknown one. For messages.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

namespace sequitur {

// Edits between `a` and `b`: insert, delete, replace, swap neighbours. Stops counting at `limit`;
// names of more than 128 bytes are that far apart.
std::size_t edit_distance(std::string_view a, std::string_view b, std::size_t limit);

// The candidate nearest to `name`, or empty when none is near: at most a third of its length in
// edits. Differences of case alone, and '-' for '_', count as near. The first wins among equals.
std::string_view nearest_name(std::string_view name, std::span<const std::string_view> candidates);

// "did you mean 'x'?" for the nearest candidate, or empty.
std::string did_you_mean(std::string_view name, std::span<const std::string_view> candidates);

// The same behind a message: ": did you mean 'x'?".
std::string or_did_you_mean(std::string_view name, std::span<const std::string_view> candidates);

}  // namespace sequitur
