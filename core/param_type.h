// What the types of parameters have in common: width on the wire, text, flags, lists.
#pragma once

#include "core/event_type.h"

#include <cstddef>
#include <cstdint>
#include <optional>

namespace sequitur {

// Bytes on the wire of a value of this type; 0 for types of varying length.
std::size_t fixed_width(ParamType type);

// A text that ends with NUL.
bool is_text(ParamType type);

// One value of an enumeration; a set of flags.
bool is_enumeration(ParamType type);
bool is_flags(ParamType type);

// A number that is written with a sign.
bool is_signed(ParamType type);

// Texts, each followed by NUL. Some of these parameters have the type of plain bytes, and only
// their name tells: args, env and cgroups.
bool is_text_list(const ParamInfo& param);

// File permission bits, whose numbers are read and shown in octal.
bool is_mode(const ParamInfo& param);

// The record's number for a flag or enumeration argument that a program gave to the kernel as
// `number` (x86-64). Bits that the record has no number for are dropped, as the probe does; nothing
// when an enumeration has no such value or the table knows no Linux numbers at all.
std::optional<std::uint64_t> from_linux(const EventTypeInfo& info, const ParamInfo& param,
                                        std::uint64_t number);

}  // namespace sequitur
