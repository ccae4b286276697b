#include "probe/ring_merge.h"

#include <gtest/gtest.h>

#include <vector>

namespace sequitur::probe {
namespace {

class RingMergeTest : public testing::Test {
protected:
    void add(std::uint64_t ts_ns, std::uint32_t tag) {
        RecordArena::Place place;
        place.size = tag;
        merge.add(ts_ns, place);
    }
    std::vector<std::uint32_t> take(std::uint64_t horizon_ns, std::size_t max = 100) {
        std::vector<RingMerge::Item> taken;
        merge.take(horizon_ns, max, taken);
        std::vector<std::uint32_t> tags;
        for (const auto& item : taken) tags.push_back(item.place.size);
        return tags;
    }
    using Tags = std::vector<std::uint32_t>;
    RingMerge merge;
};

TEST_F(RingMergeTest, OrdersByTimeAcrossRings) {
    add(10, 1);
    add(30, 3);
    add(20, 2);
    add(40, 4);
    EXPECT_EQ(take(100), (Tags{1, 2, 3, 4}));
    EXPECT_EQ(merge.late(), 0U);
}

TEST_F(RingMergeTest, HoldsBackWhatIsYoungerThanTheHorizon) {
    add(10, 1);
    add(30, 3);
    EXPECT_EQ(take(20), (Tags{1}));
    add(25, 2);
    EXPECT_EQ(merge.waiting(), 2U);
    EXPECT_EQ(take(30), (Tags{2, 3}));
    EXPECT_EQ(merge.waiting(), 0U);
}

TEST_F(RingMergeTest, EqualTimesKeepTheOrderOfAdding) {
    for (std::uint32_t i = 0; i < 50; ++i) add(7, i);
    const auto tags = take(7);
    for (std::uint32_t i = 0; i < 50; ++i) EXPECT_EQ(tags[i], i);
}

TEST_F(RingMergeTest, NewOnesOfEqualTimeComeBehindThoseInHand) {
    add(5, 1);
    EXPECT_EQ(take(4), Tags{});
    add(5, 2);
    EXPECT_EQ(take(5), (Tags{1, 2}));
}

TEST_F(RingMergeTest, LateOnesAreCountedAndComeNext) {
    add(10, 1);
    add(20, 2);
    EXPECT_EQ(take(20), (Tags{1, 2}));
    add(15, 3);
    add(25, 4);
    EXPECT_EQ(merge.late(), 1U);
    EXPECT_EQ(take(30), (Tags{3, 4}));
    add(24, 5);  // after the late one, the newest taken still counts
    EXPECT_EQ(merge.late(), 2U);
}

TEST_F(RingMergeTest, TakesNoMoreThanAskedFor) {
    for (std::uint32_t i = 0; i < 10; ++i) add(i, i);
    EXPECT_EQ(take(100, 4), (Tags{0, 1, 2, 3}));
    EXPECT_EQ(take(100, 100), (Tags{4, 5, 6, 7, 8, 9}));
}

}  // namespace
}  // namespace sequitur::probe
