// The answers of one slot: from a value to its row.
//
// A row is a bit per atom of the slot, then the set of functions that these bits leave possible
// (core/refutation.h). Where values fall into few cells (numbers, sets of words) all rows are
// prepared; else a row is computed, and cached where the value is an interned string.
// Immutable; what a computation needs to write is in an AtomScratch, one per table and thread.
#pragma once

#include "core/atom.h"
#include "core/net_table.h"
#include "core/number_table.h"
#include "core/refutation.h"
#include "core/result.h"
#include "core/text_table.h"
#include "core/value_cache.h"

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace sequitur {

// Working memory of one thread that all tables share.
struct SharedAtomScratch {
    ValueScratch values;
    TextScratch text;
};

struct AtomScratch {
    std::vector<std::uint64_t> row;      // a row that is not prepared and not cached
    std::vector<std::uint64_t> element;  // bits of one element of a list
    std::optional<ValueCache> cache;
};

class AtomTable {
public:
    // `atoms` are all atoms of the set; `slot` says which are its own.
    // kBadInput: a pattern can't be compiled; see PatternSet::compile.
    static Result<AtomTable> build(const Slot& slot, std::span<const Atom> atoms,
                                   SlotRefutation refutation);

    // Fits `own` and `shared` to this table.
    void prepare(AtomScratch& own, SharedAtomScratch& shared, std::size_t cache_entries_max) const;

    // The row of the slot's value on `event`: words() words of bits, then set_words() of the
    // possible set. Valid until the next call with the same `own`.
    const std::uint64_t* row(const Event& event, AtomScratch& own, SharedAtomScratch& shared) const;

    std::uint32_t words() const { return words_; }
    std::uint32_t set_words() const { return set_words_; }
    const SlotRefutation& refutation() const { return refutation_; }
    bool is_judged() const { return slot_.shape == Slot::Shape::kJudged; }
    std::size_t bytes() const;

private:
    Result<void> build_tests(std::span<const Atom> atoms);
    void build_prepared();
    std::uint32_t cell_count() const;
    std::uint32_t stride() const { return words_ + set_words_; }
    const std::uint64_t* prepared(std::uint32_t row) const {
        return prepared_.data() + std::size_t{row} * stride();
    }

    bool is_expected(const Value& value) const;
    const std::uint64_t* number_row(ExactNumber number, AtomScratch& own) const;
    const std::uint64_t* text_row(const Value& value, AtomScratch& own,
                                  SharedAtomScratch& shared) const;
    const std::uint64_t* list_row(const Value& list, AtomScratch& own,
                                  SharedAtomScratch& shared) const;
    const std::uint64_t* flags_row(const Value& flags, AtomScratch& own,
                                   SharedAtomScratch& shared) const;
    const std::uint64_t* judged_row(const Event& event, AtomScratch& own,
                                    SharedAtomScratch& shared) const;
    void match(const Value& value, SharedAtomScratch& shared, std::span<std::uint64_t> bits) const;
    const std::uint64_t* finish(std::uint64_t* row) const;
    const std::uint64_t* finish_matched(std::uint64_t* row) const;

    Slot slot_;
    std::vector<Condition> checks_;  // of the slot's atoms, for evaluate()
    SlotRefutation refutation_;
    std::uint32_t words_ = 0, set_words_ = 0;
    std::vector<std::uint64_t> exists_bits_, inverted_bits_, all_bits_, in_bits_, intersects_bits_;
    NumberTable numbers_;
    TextTable texts_;
    NetTable nets_;
    bool is_prepared_ = false;             // rows for all cells, not only for missing
    std::vector<std::uint64_t> prepared_;  // rows: missing, then the cells
};

}  // namespace sequitur
