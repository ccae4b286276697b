// Sequences that wait for other sequences: none may, through others, wait for itself.
#pragma once

#include "dsl/diagnostic.h"
#include "dsl/rule_book.h"

namespace sequitur::dsl {

// Reports each `- sequence: NAME` that closes a circle.
void check_stage_cycles(const RuleBook& book, Diagnostics& diagnostics);

}  // namespace sequitur::dsl
