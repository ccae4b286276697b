// Whether a sequence means the same as it did: what lets its partial matches live on.
#pragma once

#include "sequences/rule_set.h"

#include <cstdint>

namespace sequitur {

// Of all that decides what sequence `index` matches: steps, conditions, keys, windows, policy. Not
// of what only shows in its alerts, nor of the sequences that are steps of it. The same in every
// run of the program; two that differ share it with probability 2^-64.
std::uint64_t fingerprint_of(const RuleSet& rules, std::uint32_t index);

}  // namespace sequitur
