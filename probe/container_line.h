// Container lines: {"container":{"id":"..","image":"..",...}} as a CONTAINER record of no time and
// no thread: how things were before the first event.
#pragma once

#include "core/json_reader.h"
#include "core/record.h"
#include "core/record_builder.h"
#include "core/result.h"

namespace sequitur {

// `line` is an object with the key "container". Errors as in encode_line(). What it makes is
// written back by append_line() as an event line.
Result<RecordView> encode_container_line(const JsonValue& line, RecordBuilder& builder);

}  // namespace sequitur
