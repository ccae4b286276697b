// A SequencePlan as the trackers run it: steps laid out as positions, and what is known beforehand
// about each stage that a partial match can be in.
//
// Position p is the p-th step that can be matched: absences are not positions, `count: N` is N of
// them, optional steps behind the last mandatory one are none. A partial match at stage s waits for
// position s, or a later one if those between are optional. Immutable; borrowed parts of the plan
// must outlive it.
#pragma once

#include "sequences/key.h"
#include "sequences/partial_match.h"
#include "sequences/rule_set.h"

#include <cstdint>
#include <limits>
#include <optional>
#include <vector>

namespace sequitur {

// One way to do a position.
struct CompiledPart {
    const StepPlan* plan = nullptr;
    std::uint32_t shape = 0;  // of its key fields
    std::uint16_t step = 0;   // StepPlan::index
};

struct Position {
    enum class Kind : std::uint8_t {
        kOnce,     // one event does it, by any of `parts`
        kAllOf,    // every part once
        kCounted,  // at_least
    };
    Kind kind = Kind::kOnce;
    std::vector<CompiledPart> parts;
    bool is_optional = false;
    std::int64_t within_ns = kNoDeadline;  // since the previous matched step
    std::int64_t after_ns = 0;
    std::uint32_t at_least = 0;
    const FieldRef* distinct = nullptr;

    bool gathers() const { return kind != Kind::kOnce; }
};

struct CompiledAbsence {
    const StepPlan* plan = nullptr;
    std::uint32_t shape = 0;
    std::uint8_t gap = 0;  // it stands right before this position; last: behind all
    std::int64_t for_ns = kNoDeadline;
    bool is_leading = false;   // nothing that must come stands before it
    bool uses_bucket = false;  // its links are those that index the stage before it
    std::uint32_t memory = 0;  // leading: number among the sequence's leading absences
};

// How many partial matches of one key may be in a stage under `latest` and `first`.
enum class Crowd : std::uint8_t {
    kOne,     // one per key
    kBySlot,  // one per combination of values that later steps link to
    kMany,    // up to kBackReferencedMax: later steps ask for more than equality
};

struct Stage {
    std::uint8_t last = 0;                 // last position that can come next
    std::int64_t within_ns = kNoDeadline;  // longest wait for any of them since the previous step
    std::vector<const KeyLink*> index_links;  // their values are part of the bucket's key
    std::vector<const KeyLink*> slot_links;   // kBySlot: what tells slots apart
    Crowd crowd = Crowd::kOne;
    bool exit_ends = false;  // all that can still come needs the key's process (9)
};

struct CompiledSequence {
    const SequencePlan* plan = nullptr;
    std::uint32_t index = 0;
    std::uint32_t level = 0;  // 0: no step is another sequence
    MatchPolicy match = MatchPolicy::kLatest;
    std::int64_t within_ns = kNoDeadline;
    std::vector<Position> positions;
    std::vector<Stage> stages;  // stage 0 to positions.size()
    std::vector<CompiledAbsence> absences;
    std::vector<std::uint8_t> leading, trailing;  // numbers of absences
    std::uint32_t until_shape = 0;                // valid when plan->until
    std::uint8_t last_opening = 0;                // positions up to this can open a partial match
    bool is_linked = false;                       // some stage is indexed by links
    bool has_back_references = false;
    bool has_empty_key = false;
    int exit_field = -1;  // position in `by` of the process that rule 9 speaks of

    std::size_t size() const { return positions.size(); }
    // The part whose StepPlan::index is `step`, or null.
    const CompiledPart* part_of_step(std::uint16_t step) const;
    bool is_last(std::size_t position) const { return position + 1 == positions.size(); }
};

inline constexpr std::size_t kBackReferencedMax = 64;

// Lays out sequence `index` of `rules`. Precondition: unsupported_constructs() is empty for it.
CompiledSequence compile_sequence(const RuleSet& rules, std::uint32_t index, KeyShapes& shapes);

// The level of every sequence: one more than the highest sequence that is a step of it.
std::vector<std::uint32_t> levels_of(const RuleSet& rules);

}  // namespace sequitur
