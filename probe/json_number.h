// Numbers, names of numbers and flags as event lines write them.
//
// Wherever a number is wanted, a text with one will do: "0x1f", "0755" (octal), "-2".
#pragma once

#include "core/event_type.h"
#include "core/json_reader.h"
#include "core/result.h"

#include <cstdint>

namespace sequitur {

struct NumberRange {
    std::size_t bytes = 8;  // 1, 2, 4 or 8
    bool is_signed = false;
    bool allows_minus_one = false;  // an unsigned one with -1 for "none"
    bool is_octal = false;          // a text is octal, with a leading 0 or without
};

// The value, sign-extended to 64 bits when signed. kBadInput says what is wrong.
Result<std::uint64_t> read_number(const JsonValue& value, const NumberRange& range);

// The record's number of a flag or enumeration parameter: a name, a list of names or names joined
// by '|' for flags; a number is Linux's own; "raw:0x40" is the record's.
Result<std::uint64_t> read_flags(const EventTypeInfo& info, const ParamInfo& param,
                                 const JsonValue& value);

// A device: a number as the kernel's new_encode_dev makes it, or "8:1".
Result<std::uint64_t> read_device(const JsonValue& value);

// What read_flags() and the other readers say when a value has the wrong kind.
tl::unexpected<Error> wrong_kind(std::string_view wanted, const JsonValue& value);

}  // namespace sequitur
