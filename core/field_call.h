// Resolving the fields that name an argument of an event. For core/field.cpp only.
#pragma once

#include "core/field.h"
#include "core/result.h"

#include <string>
#include <string_view>

namespace sequitur {

// Rows of the table that no rule writes as they stand.
inline constexpr std::string_view kCallField = "<call>.<argument>";
inline constexpr std::string_view kCallFlagField = "<call>.<argument>.<flag>";

// Whether an event type shows under this name.
bool is_call_name(std::string_view name);

// `<call>.<argument>` and `<call>.<argument>.<flag>`; kBadInput says which part is wrong.
// Precondition: `text` has a dot, and is_call_name() of what stands before the first.
Result<FieldRef> resolve_call_field(std::string_view text, FieldId argument_id, FieldId flag_id);

// For `<call>.<argument>.<flag>` with a slip in the flag: the name that was probably meant, or "".
std::string closest_call_flag(std::string_view text);

// Completes evt.arg.X or evt.rawarg.X from field.arg.
Result<void> resolve_argument(FieldRef& field, bool is_raw);

// Completes evt.type.is.X from field.arg.
Result<void> resolve_type_is(FieldRef& field);

}  // namespace sequitur
