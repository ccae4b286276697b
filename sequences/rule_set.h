// Everything that was loaded, compiled: immutable, shared, swapped whole on reload.
#pragma once

#include "core/condition_set.h"
#include "core/rule.h"
#include "sequences/plan.h"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace sequitur {

struct RuleSet {
    std::uint32_t generation = 1;
    std::shared_ptr<const ConditionSet> conditions;  // never null
    std::vector<Rule> rules;                         // in file order
    std::vector<SequencePlan> sequences;             // in file order

    // Event types that some condition can be true for, without what the host state needs.
    EventTypeSet event_types() const { return conditions->event_types(); }
};

}  // namespace sequitur
