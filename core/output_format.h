// An output template: text with %fields, as rules write it, compiled.
//
// %field, %field[arg], %transform(...), and in a sequence %step.field and %sequence.NAME. A missing
// value prints <NA>. A number behind the % cuts or fills the value to that many bytes, as in
// %20proc.name. "%%" is not special, as in Falco; '%*field' is accepted and means '%field'.
#pragma once

#include "core/condition.h"

#include <span>
#include <string>
#include <utility>
#include <vector>

namespace sequitur {

// Fields of a completed match that belong to no event.
enum class MatchField : std::uint8_t { kNone, kKey, kDuration, kStart, kSteps };

struct OutputSegment {
    std::string text;         // literal text that stands before the value
    bool has_value = false;   // false: the tail
    std::string name;         // as written without '%' and width: key in output_fields
    std::uint32_t width = 0;  // 0: as long as the value is
    Operand value;            // field.step says whose event
    MatchField match_field = MatchField::kNone;
};

struct OutputFormat {
    std::string source;  // the template as written
    std::vector<OutputSegment> segments;
};

// Values of the match itself, for %sequence.*; empty for single-event rules.
struct MatchValues {
    std::string key, duration, start, steps;
};

// A field's name and value in the form of alert JSON: a number, a boolean, text, or null.
struct OutputField {
    std::string name;
    enum class Kind : std::uint8_t { kNull, kInt, kUint, kDouble, kBool, kText } kind = Kind::kNull;
    std::int64_t i = 0;
    std::uint64_t u = 0;
    double d = 0;
    std::string text;
};

// The finished line; bytes of the event stand in it as they are. `event` is the event that fired;
// `steps[i]` those of a sequence.
std::string render(const OutputFormat& format, const Event& event,
                   std::span<const Event* const> steps, const MatchValues& match);
// Every value of the template by name, each once, in the template's order.
std::vector<OutputField> fields_of(const OutputFormat& format, const Event& event,
                                   std::span<const Event* const> steps, const MatchValues& match);

}  // namespace sequitur
