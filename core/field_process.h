// What the fields about processes share: of the caller, of its ancestors, of a file's first writer.
// For core/field_*.cpp only.
#pragma once

#include "core/field.h"

#include <string_view>

namespace sequitur {

// NUL-ended strings, blank-separated.
std::string_view joined_strings(std::string_view strings, ValueScratch& scratch);

// The same as a value; with an index that one string, empty where there are fewer.
Value string_list_value(std::string_view strings, std::int32_t index, ValueScratch& scratch);

// The value of `name` in NUL-ended NAME=value strings; empty where it is not set.
std::string_view environment_variable(std::string_view environment, std::string_view name);

// ProcessEntity::to_string() in the scratch; missing for no process.
Value entity_value(const ProcessEntity& entity, ValueScratch& scratch);

// Missing where the process or its start is not known.
Value start_time_of(const ProcessImage* process);
Value age_of(const ProcessImage* process, Timestamp now);

}  // namespace sequitur
