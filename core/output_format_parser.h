// Reads an output template (core/output_format.h) and says where it is wrong.
//
// Knows fields and transformers; which steps a sequence has, its caller says. Reads on behind a
// fault, so that all of them are found at once.
#pragma once

#include "core/output_format.h"

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace sequitur {

// What is wrong with a template, and which of its bytes are to blame.
struct OutputFault {
    std::size_t offset = 0, length = 0;
    std::string message;     // "unknown field `proc.nmae`"
    std::string suggestion;  // what was probably meant, to stand in place of those bytes; or empty
    bool is_of_field = false;  // there is no such field
};

// What may stand in a template beside fields.
struct OutputScope {
    // The index of the step called so, or -1. Null outside of sequences.
    std::function<int(std::string_view name)> step_of;
    bool is_sequence = false;  // %sequence.key and its like exist
};

// The template compiled. Where it is faulty, `faults` has grown, and what could be read is returned
// for further checks. A '%' that begins no name is a fault.
// Limits: the template's length; transformers nest 32 deep at most.
OutputFormat parse_output_format(std::string_view text, const OutputScope& scope,
                                 std::vector<OutputFault>& faults);

// One field or transformer with its fields, as it stands behind a '%', and how much of `text` it
// is; the longest start of `text` that is one. nullopt: `fault` says why there is none, its offset
// counted from the start of `text`.
struct ParsedOutputValue {
    OutputSegment segment;  // name, value, match_field
    std::size_t length = 0;
};
std::optional<ParsedOutputValue> parse_output_value(std::string_view text, const OutputScope& scope,
                                                    OutputFault& fault);

}  // namespace sequitur
