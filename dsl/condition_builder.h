// Checked trees to core's conditions, and what a sequence's step makes of one.
#pragma once

#include "core/condition.h"
#include "dsl/ast.h"
#include "sequences/plan.h"

#include <optional>
#include <vector>

namespace sequitur::dsl {

// The condition of a tree that the checker passed. Junctions inside like junctions are joined,
// double negations dropped.
Condition build_condition(const ast::Expression& expression);
Operand build_operand(const ast::Operand& operand);

// A step's condition, taken apart by what it needs to know.
struct SplitCondition {
    Condition local;                    // what the event alone must satisfy; kTrue: anything
    std::vector<KeyLink> links;         // own = val(step.field): can be part of the key
    std::optional<Condition> residual;  // the rest, with back-references
};

// Conjuncts without back-references are the local condition. A conjunct that is an equality of an
// operand of the event alone with one of a single step of `linkable` becomes a link. Any other
// conjunct with back-references goes to the residual; what it says of the event alone, whatever the
// steps were, stays in the local condition too, so that few events need the residual.
SplitCondition split_condition(Condition condition, const std::vector<bool>& linkable);

bool has_back_reference(const Condition& condition);
bool has_back_reference(const Operand& operand);

}  // namespace sequitur::dsl
