// A parameter of a record from its value in an event line, and back. docs/event-lines.md has the
// forms; core/event_type.h says which type each parameter is.
#pragma once

#include "core/event_type.h"
#include "core/json_reader.h"
#include "core/record_builder.h"
#include "core/result.h"

#include <span>
#include <string>

namespace sequitur {

// Adds `value` as the builder's next parameter, which is `param`. null adds a missing one,
// {"hex":...} any bytes. kBadInput says what is wrong, without naming the parameter.
Result<void> add_param(const EventTypeInfo& info, const ParamInfo& param, const JsonValue& value,
                       RecordBuilder& builder);

// The inverse, appended: a value from which add_param() makes exactly these bytes.
// Precondition: `bytes` is not empty.
void append_param(const ParamInfo& param, std::span<const std::byte> bytes, std::string& out);

}  // namespace sequitur
