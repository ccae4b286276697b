// Snapshot lines: {"proc":{"pid":10,"name":"sh",...}} as an ITER_TASK record, and back.
#pragma once

#include "core/json_reader.h"
#include "core/record.h"
#include "core/record_builder.h"
#include "core/result.h"

#include <string>

namespace sequitur {

// `line` is an object with the key "proc". Errors as in encode_line().
Result<RecordView> encode_proc_line(const JsonValue& line, RecordBuilder& builder);

// Appends the line of an ITER_TASK record that has every parameter of the table.
void append_proc_line(const RecordView& record, std::string& out);

}  // namespace sequitur
