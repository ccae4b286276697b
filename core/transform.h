// Transformers: functions of the language from values to values.
#pragma once

#include "core/condition.h"
#include "core/value.h"

#include <span>
#include <string_view>

namespace sequitur {

// The transformer applied to its arguments; missing where an argument is missing or the function is
// not defined on it. Of a list, tolower, toupper, b64 and basename are taken element by element.
//   len         characters of text, bytes of a buffer, elements of a list
//   join        first argument: what stands between the rest
//   getopt      last argument: the options as in getopt(3); before it the command line, argv[0] not
//               included; `option`: only the value of that option, itself where it takes none; the
//               last one counts, missing when it is not there
Value transform(Transformer function, std::span<const Value> arguments, std::string_view option,
                ValueScratch& scratch);

std::string_view name_of(Transformer function);

// What the transformer gives: text, a list (getopt without an option) or a number (len).
ValueType type_of(Transformer function, std::string_view option);

}  // namespace sequitur
