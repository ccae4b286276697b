// Atoms: the distinct comparisons of all conditions, grouped by what they look at.
//
// A slot is a value that conditions look at: a field or a transformed field. All atoms of one slot
// are answered together (core/atom_table.h): its row has a bit per atom. This file turns checks
// into functions of atoms and numbers the atoms; control plane only.
#pragma once

#include "core/bool_graph.h"
#include "core/condition.h"
#include "core/condition_program.h"
#include "core/pattern_set.h"

#include <cstdint>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

namespace sequitur {

// The constants that a slot's values can be compared with.
enum class ValueClass : std::uint8_t { kBool, kNumber, kText, kBytes, kNet };

struct Slot {
    enum class Shape : std::uint8_t {
        kSingle,
        kSeveral,  // a list, or a value that may turn out to be one
        kJudged,   // one whole check, left to evaluate(): bit 0 is its truth
    };
    Operand operand;  // of kJudged: the check's left side
    std::string text;
    ValueClass value_class = ValueClass::kText;
    Shape shape = Shape::kSingle;
    bool is_process_scoped = false;    // depends on the event's process image alone
    bool is_fd_scoped = false;         // the same for events of one type and one descriptor
    double cost = 1;                   // of its value, relative to others
    std::vector<std::uint32_t> atoms;  // in the order of their bits
    std::uint32_t words() const { return static_cast<std::uint32_t>((atoms.size() + 63) / 64); }
};

struct Atom {
    enum class Test : std::uint8_t {
        kExists,
        kEqual,       // the value is one of the constants
        kCompare,     // a number, by check.op
        kPattern,     // `patterns` say how
        kPathPrefix,  // the value lies at or under one of the constants
        kJudged,      // left to evaluate()
    };
    Check check;  // what the bit says
    Test test = Test::kJudged;
    bool wants_all = false;    // of a list: the test has to hold for every element, not for any
    bool is_inverted = false;  // the bit says that the test does not hold
    BitAddress address{};
    VariableEstimate estimate{};
    std::vector<Pattern> patterns = {};  // kPattern, kPathPrefix with globs
};

class AtomCatalog {
public:
    // The truth of `check` as a function of atoms; variables are atom numbers.
    // Precondition: no operand refers back to another step.
    Literal literal_of(const Check& check, BoolGraph& graph);

    std::span<const Slot> slots() const { return slots_; }
    std::span<const Atom> atoms() const { return atoms_; }
    std::vector<BitAddress> addresses() const;
    std::vector<VariableEstimate> estimates() const;

private:
    Literal lower(const Check& check, BoolGraph& graph);
    Literal lower_quantified(const Check& check, BoolGraph& graph);
    Literal lower_plain(const Check& check, BoolGraph& graph);
    Literal judged(const Check& check, BoolGraph& graph);
    std::uint32_t slot_of(const Check& check, ValueClass value_class, Slot::Shape shape);
    Literal atom(Atom atom, std::uint32_t slot, BoolGraph& graph);

    std::vector<Slot> slots_;
    std::vector<Atom> atoms_;
    std::unordered_map<std::string, Literal> checks_;         // by to_string
    std::unordered_map<std::string, std::uint32_t> numbers_;  // slot and elementary check
    std::unordered_map<std::string, std::uint32_t> slot_numbers_;
};

// One check as a condition of its own.
Condition condition_of(Check check);

}  // namespace sequitur
