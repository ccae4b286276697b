// Near misses: which known name was probably meant by an unknown one. For messages.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace sequitur {

// The candidate with the fewest edits from `name` (insert, delete, replace, swap neighbours; case
// does not count), if those are at most a third of its length, rounded up; the first among equals.
// Empty when none is near. Cost: candidates times the product of the lengths.
std::string_view nearest_name(std::string_view name, std::span<const std::string_view> candidates);

// ": did you mean 'x'?", or empty when none is near.
std::string did_you_mean(std::string_view name, std::span<const std::string_view> candidates);

}  // namespace sequitur
