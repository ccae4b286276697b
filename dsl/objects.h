// The objects of rule files, typed but not yet understood: conditions, fields and values are text
// with places. What object_reader writes, the rule book merges, and the compilers read.
#pragma once

#include "core/priority.h"
#include "core/time.h"
#include "dsl/source.h"
#include "sequences/plan.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace sequitur::dsl {

// `override:`: what to do with each key.
struct OverrideEntry {
    LocatedText key;
    bool is_append = false;
};
struct Overrides {
    std::vector<OverrideEntry> entries;
    std::vector<LocatedText> given_keys;  // of the object; only where there are entries
    bool is_refused = false;              // faulty, and reported; the object changes nothing
};

struct ListObject {
    LocatedText name;
    std::optional<std::vector<LocatedText>> items;
    Overrides overrides;
    bool is_append = false;        // the old form
    std::uint32_t order = 0;       // where it was first defined: what comes later may name it
    std::uint32_t visibility = 0;  // what was defined before this may be named in it
};

struct MacroObject {
    LocatedText name;
    std::optional<LocatedText> condition;
    Overrides overrides;
    bool is_append = false;
    std::uint32_t order = 0;
    std::uint32_t visibility = 0;
};

// A value of an exception: text, or a list of texts.
struct ExceptionValue {
    bool is_list = false;
    LocatedText text;
    std::vector<ExceptionValue> items;
    Range range;
};

struct ExceptionObject {
    LocatedText name;
    std::optional<std::vector<LocatedText>> fields;
    bool has_field_list = false;  // `fields` is written as a list
    std::vector<LocatedText> comps;
    std::vector<ExceptionValue> values;
};

// What rules and sequences share.
struct DetectionObject {
    LocatedText name;
    std::optional<LocatedText> desc, output, source;
    std::optional<Priority> priority;
    std::optional<bool> enabled;
    std::optional<std::vector<LocatedText>> tags;
    std::optional<std::vector<ExceptionObject>> exceptions;
    Overrides overrides;
    std::vector<std::string_view> given;  // required keys that are there, even if refused
};

struct RuleObject : DetectionObject {
    std::optional<LocatedText> condition;
    std::optional<bool> warn_evttypes, skip_if_unknown, capture;
    std::optional<std::int64_t> capture_duration;
    bool is_append = false;
};

struct StepObject {
    StepKind kind = StepKind::kEvent;
    LocatedText id;         // empty: none given
    LocatedText condition;  // kEvent, kAbsence
    LocatedText stage;      // kStage: the rule's or sequence's name
    bool stage_is_sequence = false;
    std::optional<std::vector<LocatedText>> by;
    std::optional<Duration> within, after, absent_for;
    Range within_range, after_range, for_range, count_range, optional_range, range;
    std::optional<std::uint32_t> count, at_least;
    LocatedText distinct;
    bool is_optional = false;
    std::optional<LocatedText> source;
    std::vector<StepObject> parts;
    bool has_refused_parts = false;
    bool is_count_refused = false;
};

struct SuppressObject {
    std::vector<LocatedText> by;
    std::optional<Duration> duration;
};

struct SequenceObject : DetectionObject {
    std::optional<std::vector<LocatedText>> by;
    std::optional<Duration> within;
    Range within_range, steps_range;
    std::optional<std::vector<StepObject>> steps;
    bool has_refused_steps = false;  // some could not be read, which was reported
    std::optional<LocatedText> until;
    std::optional<MatchPolicy> match;
    std::optional<SuppressObject> suppress;
};

using RuleFileObject = std::variant<ListObject, MacroObject, RuleObject, SequenceObject>;

}  // namespace sequitur::dsl
