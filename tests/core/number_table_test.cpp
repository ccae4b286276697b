#include "core/number_table.h"

#include <gtest/gtest.h>

#include <limits>

namespace sequitur {
namespace {

std::uint64_t match(const NumberTable& table, ExactNumber number) {
    std::vector<std::uint64_t> bits(1);
    table.match(table.cell_of(number), bits);
    return bits[0];
}

TEST(NumberTable, ComparesWithEveryOperator) {
    const NumberTable table(std::vector<NumberTable::Comparison>{{Operator::kEq, {5}, 0},
                                                                 {Operator::kNe, {5}, 1},
                                                                 {Operator::kLt, {5}, 2},
                                                                 {Operator::kLe, {5}, 3},
                                                                 {Operator::kGt, {5}, 4},
                                                                 {Operator::kGe, {5}, 5},
                                                                 {Operator::kEq, {1, 5, 9}, 6}});
    EXPECT_EQ(match(table, 5), 0b1101001u);
    EXPECT_EQ(match(table, 4), 0b0001110u);
    EXPECT_EQ(match(table, 9), 0b1110010u);
    EXPECT_EQ(match(table, 4.5L), 0b0001110u);
}

TEST(NumberTable, IntegersOf64BitsAndFractionsCompareExactly) {
    constexpr auto kBig = std::numeric_limits<std::uint64_t>::max();
    const NumberTable table(std::vector<NumberTable::Comparison>{
        {Operator::kEq, {static_cast<ExactNumber>(kBig)}, 0},
        {Operator::kLt, {static_cast<ExactNumber>(kBig)}, 1},
        {Operator::kGt, {-0.5L}, 2},
        {Operator::kEq, {static_cast<ExactNumber>(std::numeric_limits<std::int64_t>::min())}, 3}});
    EXPECT_EQ(match(table, static_cast<ExactNumber>(kBig)), 0b0101u);
    EXPECT_EQ(match(table, static_cast<ExactNumber>(kBig - 1)), 0b0110u);
    EXPECT_EQ(match(table, -1), 0b0010u);
    EXPECT_EQ(match(table, static_cast<ExactNumber>(std::numeric_limits<std::int64_t>::min())),
              0b1010u);
}

TEST(NumberTable, EmptyTableHasOneCell) {
    const NumberTable table;
    EXPECT_TRUE(table.empty());
    EXPECT_EQ(table.cell_count(), 1u);
    EXPECT_EQ(match(table, 3), 0u);
}

}  // namespace
}  // namespace sequitur
