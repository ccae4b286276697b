// The parts of a line that become a record's options, and back.
//
//     "task":{"start_ts":..}, "child":{..}, "files":[{"role":"target","dev":"8:1","ino":7}],
//     "paths":[{"role":"exe","path":"/bin/sh"}], "lost":3, "truncated":["data"],
//     "options":[{"code":1,"hex":"6162"}]
#pragma once

#include "core/event_type.h"
#include "core/json_reader.h"
#include "core/record.h"
#include "core/record_builder.h"
#include "core/record_option.h"
#include "core/result.h"

#include <array>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace sequitur {

// Keys of a line that read_options() takes.
inline constexpr std::array<std::string_view, 7> kOptionKeys = {
    "task", "child", "files", "paths", "lost", "truncated", "options"};

// Fails when `object` has a key that is not in `known`, or one twice.
Result<void> check_keys(const JsonValue& object, std::span<const std::string_view> known);

// Adds the options of `line` to the record that is being built. `task` is who did it where the line
// does not say otherwise; nothing when the line does not tell at all. `info` may be null.
Result<void> read_options(const JsonValue& line, const EventTypeInfo* info,
                          const std::optional<sequitur_task_option>& task, RecordBuilder& builder);

// Appends ",KEY:VALUE" for each option of `record`, such that read_options() with the same `task`
// makes them again, in its order.
void append_options(const RecordView& record, const EventTypeInfo* info,
                    const std::optional<sequitur_task_option>& task, std::string& out);

// The record's task option, or nothing.
std::optional<sequitur_task_option> task_of(const RecordView& record);

}  // namespace sequitur
