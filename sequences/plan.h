// A compiled sequence: what dsl/ writes and the engine reads. Plain immutable data.
//
// The meaning of every part is in docs/sequence-semantics.md; the numbers in comments are its
// rules.
#pragma once

#include "core/condition.h"
#include "core/condition_set.h"
#include "core/rule.h"
#include "core/time.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace sequitur {

// One position of a join key on one step.
struct KeyField {
    FieldRef field;
    bool is_optional = false;  // written ?field: a missing value equals a missing value (2)
    bool is_ancestry = false;  // proc.ancestry: equals any ancestor-or-self of the event's process
};

// own-field = val(step.field): a back-reference that became part of the key of the stage before
// this step. A missing value on either side equals nothing.
struct KeyLink {
    Operand own;    // evaluated on the step's event
    Operand other;  // evaluated on the earlier step's event (its fields have step >= 0)
};

enum class StepKind : std::uint8_t {
    kEvent,    // one event that satisfies `condition`
    kAbsence,  // `not:`
    kAnyOf,    // one of `parts`
    kAllOf,    // all of `parts`, any order, each by another event
    kStage,    // `rule:` or `sequence:`: a detection of another rule
};

struct StepPlan {
    StepKind kind = StepKind::kEvent;
    std::string id;  // unique within the sequence; "" for an unnamed absence
    // FieldRef::step of back-references; parts have their own. A counted step's is its first event.
    std::int32_t index = -1;
    ConditionIndex condition = kNoCondition;  // kEvent, kAbsence: what the event alone must satisfy
    std::string stream_source;                // "syscall", "json"
    std::vector<KeyField> by;                 // as many as the sequence's; filled in for parts too
    std::vector<KeyLink> links;         // equalities with earlier steps, part of the key; no lists
    std::optional<Condition> residual;  // what is left with back-references: evaluate() with steps
    Duration within = kUnbounded;       // at most this since the previous matched step
    Duration after{0};                  // at least this since it
    bool is_optional = false;
    std::uint32_t count = 1;             // `count: N`: as if the step stood N times
    std::uint32_t at_least = 0;          // `count: {at_least: N}`; 0: not of that kind
    std::optional<FieldRef> distinct;    // with at_least: different values of this field
    std::optional<Duration> absent_for;  // kAbsence `for`
    std::vector<StepPlan> parts;         // kAnyOf, kAllOf
    std::string stage_name;              // kStage: name of a rule or sequence of the RuleSet
    bool stage_is_sequence = false;
};

enum class MatchPolicy : std::uint8_t { kLatest, kFirst, kEvery };

struct Suppression {
    std::vector<FieldRef> by;  // step-qualified or of the completing event
    Duration duration{0};
};

struct UntilPlan {
    ConditionIndex condition = kNoCondition;
    std::vector<KeyField> by;
};

struct SequencePlan {
    DetectionInfo info;
    std::vector<KeyField> by;  // empty: the whole host
    Duration within{0};        // first to last matched step, inclusive
    std::vector<StepPlan> steps;
    std::optional<UntilPlan> until;
    MatchPolicy match = MatchPolicy::kLatest;
    std::optional<Suppression> suppress;
    std::optional<Condition> exceptions;  // true: the completed match is no alert
    std::uint32_t step_index_count = 0;   // one more than the largest StepPlan::index
};

}  // namespace sequitur
