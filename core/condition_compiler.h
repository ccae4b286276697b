// From conditions to plans: the compile side of core/condition_set.h. For core/condition_*.cpp
// only.
#pragma once

#include "core/condition_plan.h"
#include "core/result.h"

#include <memory>
#include <span>
#include <vector>

namespace sequitur {

// Compiles `conditions`, `streams` going with them. Errors as ConditionSet::Builder::build.
Result<std::unique_ptr<ConditionSet::Impl>> compile_conditions(std::vector<Condition> conditions,
                                                               std::vector<EventStream> streams,
                                                               std::uint32_t generation);

}  // namespace sequitur
