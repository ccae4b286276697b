// Exceptions of a rule as a condition: true for what they except.
#pragma once

#include "dsl/ast.h"
#include "dsl/diagnostic.h"
#include "dsl/objects.h"

#include <optional>
#include <vector>

namespace sequitur::dsl {

// "exception or exception ...", not yet resolved; nullopt when none of them has values. What does
// not fit together is reported and left out.
std::optional<ast::Expression> exceptions_condition(const std::vector<ExceptionObject>& exceptions,
                                                    Diagnostics& diagnostics);

// `condition and not (exceptions)`, or `condition` where there are none.
ast::Expression with_exceptions(ast::Expression condition,
                                std::optional<ast::Expression> exceptions);

}  // namespace sequitur::dsl
