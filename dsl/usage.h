// Macros and lists that nothing names.
#pragma once

#include "dsl/diagnostic.h"
#include "dsl/resolver.h"
#include "dsl/rule_book.h"

namespace sequitur::dsl {

// Warns of them (-W unused-macro, unused-list), and reports macros that name unknown macros
// although nothing uses them. What a skipped rule names counts as used.
void check_usage(const RuleBook& book, const MacroTable& macros, Diagnostics& diagnostics);

}  // namespace sequitur::dsl
