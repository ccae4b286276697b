// Which functions a slot's row alone refutes: the index that keeps hundreds of conditions from
// being run one by one.
//
// For each function and slot it knows a clause ("one of these bits has to be set") and bits that
// must not be set. So from the few bits that are set in a row it tells the set of functions that
// may still be true, as a bit set, without looking at the others. It errs on one side only: what it
// refutes is false.
#pragma once

#include "core/bool_graph.h"
#include "core/condition_program.h"

#include <cstdint>
#include <span>
#include <vector>

namespace sequitur {

class SlotRefutation {
public:
    // Writes the set of functions that a row of this slot leaves possible.
    // `possible` has the index's words(), `bits` the slot's own.
    void possible_of(std::span<const std::uint64_t> bits, std::span<std::uint64_t> possible) const;

    // The functions of which this slot can refute any at all.
    std::span<const std::uint64_t> constrained() const { return constrained_; }
    bool constrains_any() const { return !needs_.empty() || !forbids_.empty(); }

private:
    friend class RefutationBuilder;
    struct BitOfFunction {
        std::uint32_t bit = 0;
        std::uint32_t function = 0;
        friend auto operator<=>(const BitOfFunction&, const BitOfFunction&) = default;
    };
    std::span<const BitOfFunction> about(const std::vector<BitOfFunction>& list,
                                         const std::vector<std::uint32_t>& starts,
                                         std::uint32_t bit) const;
    void index();

    std::vector<std::uint64_t> constrained_;
    std::vector<std::uint64_t> free_;             // functions without a clause on this slot
    std::vector<BitOfFunction> needs_, forbids_;  // ascending; by bit from the starts
    std::vector<std::uint32_t> needs_starts_, forbids_starts_;
};

// Builds the index of each slot for `functions`, in whose order the bits of the sets are.
class RefutationBuilder {
public:
    // `addresses` and `estimates` are indexed by variable number.
    RefutationBuilder(const BoolGraph& graph, std::span<const BitAddress> addresses,
                      std::span<const VariableEstimate> estimates, std::uint32_t slot_count);

    std::vector<SlotRefutation> build(std::span<const Literal> functions);

    // 64-bit words of a set of `functions`; a multiple of 2.
    static std::uint32_t words(std::size_t functions);

private:
    // "At least one of `bits` of `slot` has to be set"; `weight` says how often that is so.
    struct Clause {
        std::uint32_t slot = 0;
        double weight = 1;
        std::vector<std::uint32_t> bits;
    };
    using Clauses = std::vector<Clause>;  // by slot, ascending, one per slot

    void mark_needed(std::span<const Literal> functions);
    Clauses clauses_of(Literal literal) const;
    Clauses all_of(std::span<const Literal> parts) const;
    Clauses any_of(std::span<const Literal> negated_parts) const;
    void collect_forbidden(Literal function, std::uint32_t index,
                           std::vector<SlotRefutation>& slots) const;

    const BoolGraph& graph_;
    std::span<const BitAddress> addresses_;
    std::span<const VariableEstimate> estimates_;
    std::uint32_t slot_count_;
    std::vector<bool> needed_;      // by literal
    std::vector<Clauses> clauses_;  // by literal
};

}  // namespace sequitur
