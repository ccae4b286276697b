// Arguments of events as values: what evt.arg.*, evt.rawarg.*, evt.args and <call>.<argument>
// share. For core/field_*.cpp only.
#pragma once

#include "core/field.h"

#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

namespace sequitur {

// For each event type id the index of its parameter `name`, or -1. Null where no type has one.
std::shared_ptr<const std::vector<std::int8_t>> params_named(std::string_view name);

// The same for the types that show as `type_name`; with old ones. Null where none has it.
std::shared_ptr<const std::vector<std::int8_t>> params_of(std::string_view type_name,
                                                          std::string_view name);

// Whether argument_text() may give names of flags for one of these parameters; null: for any.
bool have_flag_names(const std::vector<std::int8_t>* params);

// Index of a parameter by such a table, or -1.
inline int param_index(const std::vector<std::int8_t>& params, const Event& event) {
    const auto type = static_cast<std::size_t>(event.type);
    return type < params.size() ? params[type] : -1;
}

// Parameter `index` as evt.arg shows it: paths absolute, flags and errors by name. Missing where
// the record has no bytes for it. Flags and modes carry their names as the value's list.
Value argument_text(const Event& event, std::size_t index, ValueScratch& scratch);

// The parameter itself: a number, text or bytes.
Value argument_raw(const Event& event, std::size_t index);

// All parameters as evt.args shows them.
Value all_arguments(const Event& event, ValueScratch& scratch);

// Value type of argument_raw(), and of <call>.<argument>.
ValueType raw_type(const ParamInfo& param);
ValueType call_type(const ParamInfo& param);

// The bits of a flag, mode or other number parameter; `otherwise` when it is missing.
std::uint64_t argument_bits(const Event& event, std::size_t index, std::uint64_t otherwise);

}  // namespace sequitur
