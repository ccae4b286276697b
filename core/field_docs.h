// The reference pages that are made from the tables: docs/fields.md and docs/events.md. A test
// keeps them equal to what stands there (UPDATE_GOLDEN=1 rewrites them).
#pragma once

#include "core/field.h"

#include <string>
#include <string_view>

namespace sequitur {

std::string fields_markdown();
std::string events_markdown();

// "text", "number", "time", ... for people.
std::string_view name_of(ValueType type);

// The same of an event's argument: "flags", "descriptor", "texts".
std::string_view kind_of(const ParamInfo& param);

// How the field is written in a rule: "proc.aname[N]", "evt.arg.NAME".
std::string written_form(const FieldInfo& field);

}  // namespace sequitur
