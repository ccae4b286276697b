// Sequences to plans: keys, windows, steps, and all that must fit between them.
#pragma once

#include "core/condition_set.h"
#include "dsl/objects.h"
#include "dsl/workshop.h"
#include "sequences/plan.h"

#include <optional>
#include <vector>

namespace sequitur::dsl {

// The plan, its conditions added to `conditions`; nullopt when it has faults (reported) or is to be
// skipped (a warning says why).
std::optional<SequencePlan> compile_sequence(const SequenceObject& sequence, Workshop& workshop,
                                             ConditionSet::Builder& conditions);

}  // namespace sequitur::dsl
