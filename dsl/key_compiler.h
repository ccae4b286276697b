// Join keys: `by` of sequences and steps.
#pragma once

#include "dsl/objects.h"
#include "dsl/workshop.h"
#include "sequences/plan.h"

#include <vector>

namespace sequitur::dsl {

// The fields of a key: FIELD, ?FIELD, proc.ancestry. As many as `texts`; a field that cannot be
// part of a key is reported.
std::vector<KeyField> compile_key(const std::vector<LocatedText>& texts, EventStream stream,
                                  Workshop& workshop);

}  // namespace sequitur::dsl
