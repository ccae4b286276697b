// All comparisons of one number with constants, answered by one search.
//
// The constants cut the line of numbers into points and the gaps between them: cells. All numbers
// of a cell give the same answers, so a caller may prepare a row of answers per cell.
#pragma once

#include "core/condition.h"
#include "core/value.h"

#include <cstdint>
#include <span>
#include <vector>

namespace sequitur {

// Wide enough for every signed and unsigned 64-bit integer and every double, exactly.
using ExactNumber = long double;
static_assert(sizeof(ExactNumber) > sizeof(double));

class NumberTable {
public:
    struct Comparison {
        Operator op = Operator::kEq;  // kEq (with any number of constants: one of them), kNe, kLt..
        std::vector<ExactNumber> constants;
        std::uint32_t bit = 0;
    };

    NumberTable() = default;
    explicit NumberTable(std::span<const Comparison> comparisons);

    bool empty() const { return comparison_count_ == 0; }
    std::uint32_t cell_count() const { return 2 * static_cast<std::uint32_t>(points_.size()) + 1; }
    std::uint32_t cell_of(ExactNumber number) const;

    // Sets the bits that are true in `cell`. Cost: that of its equalities, plus one comparison for
    // each <, <=, >, >=, !=.
    void match(std::uint32_t cell, std::span<std::uint64_t> bits) const;

private:
    struct Order {
        Operator op;
        std::uint32_t cell;  // of its constant
        std::uint32_t bit;
    };

    std::size_t comparison_count_ = 0;
    std::vector<ExactNumber> points_;          // ascending; point i is cell 2i+1
    std::vector<std::uint32_t> equal_starts_;  // by point, into equal_bits_
    std::vector<std::uint32_t> equal_bits_;
    std::vector<Order> orders_;
};

}  // namespace sequitur
