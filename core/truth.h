// What a condition can still be when only some of its checks are known.
//
// Three values instead of two: for a class of events ("opens for reading, of files outside these
// folders") some checks are false for all of them, some true, the others open. Where the whole
// comes out false, no event of the class satisfies the condition, and nobody needs to see it.
#pragma once

#include "core/condition.h"
#include "core/pipeline.h"

#include <cstdint>

namespace sequitur {

enum class Truth : std::uint8_t { kFalse, kOpen, kTrue };

// The truth of `condition` where `truth_of` tells that of its checks. Pure; cost: the whole tree.
Truth judge(const Condition& condition, FunctionRef<Truth(const Check&)> truth_of);

}  // namespace sequitur
