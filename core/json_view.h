// Looking into a JSON text without a tree: what stands at a pointer, and what it is as a value.
//
// A JSON event's record holds its object as text (docs/wire-format.md), and rules ask for a few of
// its values. The text is walked once for each; nothing is built or allocated. Sources hand over
// valid JSON; of any other text the answers mean nothing, but nothing is read outside of it.
#pragma once

#include "core/value.h"

#include <optional>
#include <string_view>

namespace sequitur {

// The text of the value at `pointer` (RFC 6901: "/a/0/b~1c"; "" is the whole) in `text`; nothing
// when there is none. A key that stands there twice is its first.
std::optional<std::string_view> find_json(std::string_view text, std::string_view pointer);

// The value that the JSON text `json` is to the language: text for a string, a number (in its
// shortest form, so that 5, 5.0 and 5e0 agree), true, false and an object; a list for an array,
// without its nulls and with inner arrays and objects as text; missing for null.
Value json_value(std::string_view json, ValueScratch& scratch);

}  // namespace sequitur
