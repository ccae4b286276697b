// A line of JSON that is no event line but anybody's object, as a record.
//
// The record is of type `pluginevent` and holds the object as it stands there
// (docs/wire-format.md), so that it is stored, replayed and judged like any other; json.* fields
// look into it.
#pragma once

#include "core/json_reader.h"
#include "core/record_builder.h"
#include "core/result.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace sequitur {

// The record of `line`, whose time stands at the JSON pointer `time_pointer`: whole nanoseconds
// since the epoch (a number, or digits as text) or an RFC 3339 text. kBadInput says what is wrong.
// `line` has JsonReader::kPadding readable bytes behind it.
Result<RecordView> encode_object_line(std::string_view line, std::string_view time_pointer,
                                      JsonReader& reader, RecordBuilder& builder);

// Appends `value` as JSON.
void append_json(const JsonValue& value, std::string& out);

// Begins, in `builder`, the record of an object at `ts_ns`; `object` is its text.
void begin_object_record(std::uint64_t ts_ns, std::string_view object, RecordBuilder& builder);

}  // namespace sequitur
