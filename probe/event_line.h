// One line of a .jsonl capture as a record, and back. The format: docs/event-lines.md.
#pragma once

#include "core/json_reader.h"
#include "core/record.h"
#include "core/record_builder.h"
#include "core/result.h"

#include <string>

namespace sequitur {

// The record of `line`, placed by `builder`. kBadInput says what is wrong with it and where in the
// line, as "args.mode: 'x' is no number".
Result<RecordView> encode_line(const JsonValue& line, RecordBuilder& builder);

// Appends the line of `record`, without a newline. encode_line() makes a record with the same
// header, parameters and options of it; only the order of options may change, and bytes behind the
// last parameter that belong to none are left out.
void append_line(const RecordView& record, std::string& out);

}  // namespace sequitur
