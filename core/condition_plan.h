// The compiled form of a ConditionSet. For core/condition_*.cpp only.
//
// A *residue* is what is left of a condition once the event's type is known: comparisons of
// evt.type and of fields that the type does not have are folded away. Conditions with equal
// residues share one. A *plan* says, for a class of event types on which everything folds alike,
// which residues may be true and in which order slots are asked to refute them.
#pragma once

#include "core/atom.h"
#include "core/atom_table.h"
#include "core/condition_program.h"
#include "core/condition_set.h"
#include "core/value_cache.h"

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

namespace sequitur {

inline constexpr std::uint32_t kNoPlan = 0xffffffff;
inline constexpr std::size_t kStreamCount = 2;

struct Plan {
    EventStream stream = EventStream::kSyscall;
    EventTypeSet types{};
    std::vector<std::uint64_t> candidates{};      // residues that occur here
    std::uint32_t first_word = 0, last_word = 0;  // candidates' words are in [first, last)
    // That refute residues of this plan, cheapest first. Of events with a descriptor fd_slots are
    // asked once per descriptor, and event_slots by each.
    std::vector<std::uint32_t> fd_slots{};
    std::vector<std::uint32_t> event_slots{};
    std::vector<std::uint32_t> process_slots{};
};

// A condition that is true when a residue is, under one plan.
struct ResidueOwner {
    std::uint32_t plan = 0;
    ConditionIndex condition = 0;
    friend auto operator<=>(const ResidueOwner&, const ResidueOwner&) = default;
};

struct Residue {
    Literal function = kLiteralTrue;
    std::uint32_t entry = ConditionProgram::kAccept;
    std::vector<ResidueOwner> owners;  // ascending
};

// What is remembered in a process image: the residues that its fields refute, which
// process-scoped slots are worked out, and the bits of those.
struct ImageLayout {
    std::uint32_t computed = 0;  // word offset; the refuted set stands at 0
    std::uint32_t words = 0;
    std::vector<std::uint32_t> slot_offset;  // by slot, in words; 0 for others
    std::vector<std::uint32_t> slot_number;  // by slot: its bit in `computed`
};

struct ConditionSet::Impl {
    std::uint32_t generation = 0;
    std::vector<Condition> conditions;
    std::vector<EventStream> streams;
    std::vector<EventTypeSet> event_types;  // by condition

    std::vector<Slot> slots;
    std::vector<Atom> atoms;
    std::vector<AtomTable> tables;  // by slot
    std::uint32_t set_words = 0;    // of a set of residues
    std::vector<Residue> residues;
    ConditionProgram program;
    ImageLayout image;
    std::vector<Plan> plans;
    std::array<std::vector<std::uint32_t>, kStreamCount> plan_of;  // by event type
};

struct ConditionScratch::Impl {
    struct SlotState {
        const std::uint64_t* row = nullptr;
        std::uint64_t epoch = 0;  // the event for which `row` is; 0 none
    };
    std::uint64_t epoch = 0;
    std::vector<SlotState> states;   // by slot
    std::vector<AtomScratch> slots;  // by slot
    SharedAtomScratch shared;
    std::vector<std::uint64_t> possible;  // residues not refuted so far
    // By descriptor and event type: whether any residue is left, and which.
    std::optional<ValueCache> descriptors;
    std::vector<std::uint32_t> pending;  // nodes of the program to be looked at
};

// A condition as a function of atoms.
Literal function_of(const Condition& condition, AtomCatalog& catalog, BoolGraph& graph);

}  // namespace sequitur
