// Limits: what goes when they are reached, and that nothing else does.
#include "tests/sequences/hand_made.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sequitur::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr std::int64_t kJunk = 5'000;

class Bounds : public ::testing::Test {
protected:
    std::vector<std::string> found(std::vector<SequencePlan> plans, RunOptions options) {
        return run(rule_set(std::move(plans)), story, options, &counters);
    }
    static RunOptions with(const Limits& limits, std::size_t shards = 1) {
        return {shards, 64, false, limits};
    }

    World world;
    Story story{world};
    EngineCounters counters;
};

SequencePlan dropper(MatchPolicy match = MatchPolicy::kLatest) {
    return sequence({"file.path"}, 1'000'000, {step("a", 0), step("b", 1), step("c", 2)}, match);
}

TEST_F(Bounds, AFloodUnderOneKeyEvictsItsOwnOldest) {
    story.at(1, {0}, 1, "mine");
    for (std::int64_t i = 0; i < 1000; ++i) story.at(2 + i, {0}, 1, "flood");
    story.at(2000, {1}, 1, "mine").at(2001, {2}, 1, "mine");
    Limits limits;
    limits.partial_matches_per_key_max = 10;
    limits.partial_matches_per_sequence_max = 20;
    EXPECT_THAT(found({dropper(MatchPolicy::kEvery)}, with(limits)),
                ElementsAre("s@2001#1003 mine: a=1 b=1002 c=1003"));
    EXPECT_EQ(counters.evicted, 990u);
}

TEST_F(Bounds, AFloodByOneUserOnManyFilesEvictsItsOwn) {
    world.process(1, 0, 1000);
    world.process(2, 0, 2000);
    story.at(1, {0}, 2, "mine");
    for (std::int64_t i = 0; i < kJunk; ++i) story.at(2 + i, {0}, 1, "junk" + std::to_string(i));
    story.at(kJunk + 10, {1}, 2, "mine").at(kJunk + 11, {2}, 2, "mine");
    Limits limits;
    limits.partial_matches_per_sequence_max = 100;
    const auto expected = "s@" + std::to_string(kJunk + 11) + "#" + std::to_string(kJunk + 3) +
                          " mine: a=1 b=" + std::to_string(kJunk + 2) +
                          " c=" + std::to_string(kJunk + 3);
    EXPECT_THAT(found({dropper()}, with(limits)), ElementsAre(expected));
    EXPECT_EQ(counters.evicted, static_cast<std::uint64_t>(kJunk) + 1 - 100);
    EXPECT_LE(counters.peak, 101u);
}

TEST_F(Bounds, AFloodByOneProcessSparesOthersOfItsUser) {
    story.at(1, {0}, 2, "mine");
    for (std::int64_t i = 0; i < kJunk; ++i) story.at(2 + i, {0}, 1, "junk" + std::to_string(i));
    story.at(kJunk + 10, {1}, 2, "mine").at(kJunk + 11, {2}, 2, "mine");
    Limits limits;
    limits.partial_matches_per_sequence_max = 100;
    EXPECT_EQ(found({dropper()}, with(limits)).size(), 1u);
}

TEST_F(Bounds, TheTotalIsKeptOverAllSequences) {
    auto other = dropper();
    other.info.name = "other";
    other.steps[0].condition = 3;
    story.at(1, {3}, 2, "mine");
    for (std::int64_t i = 0; i < kJunk; ++i) story.at(2 + i, {0}, 1, "junk" + std::to_string(i));
    story.at(kJunk + 10, {1}, 2, "mine").at(kJunk + 11, {2}, 2, "mine");
    Limits limits;
    limits.partial_matches_max = 100;
    EXPECT_EQ(found({dropper(), other}, with(limits)).size(), 1u);
    EXPECT_LE(counters.live, 100u);
}

TEST_F(Bounds, RetainedBytesAreKept) {
    for (std::int64_t i = 0; i < kJunk; ++i) story.at(2 + i, {0}, 1, "junk" + std::to_string(i));
    Limits limits;
    limits.retained_bytes_max = 100'000;
    found({dropper()}, with(limits));
    EXPECT_LT(counters.live, 1000u);
    EXPECT_GT(counters.live, 10u);
}

TEST_F(Bounds, WhatIsEvictedDoesNotHangOnShardsOrBatches) {
    std::uint64_t random = 1;
    const auto below = [&random](std::uint64_t count) {
        random = random * 6364136223846793005 + 1442695040888963407;
        return (random >> 33) % count;
    };
    for (std::int64_t i = 0; i < 2000; ++i) {
        const auto condition = static_cast<ConditionIndex>(below(3));
        const auto pid = static_cast<std::int64_t>(below(11) + 1);
        story.at(i, {condition}, pid, std::to_string(below(40)));
    }
    Limits limits;
    limits.partial_matches_per_sequence_max = 30;
    limits.partial_matches_per_key_max = 3;
    const std::vector<SequencePlan> plans = {dropper(), dropper(MatchPolicy::kEvery)};
    const auto expected = found(plans, with(limits));
    EXPECT_FALSE(expected.empty());
    const std::uint64_t evicted = counters.evicted;
    EXPECT_GT(evicted, 0u);
    for (const std::size_t shards : {2u, 7u}) {
        for (const std::size_t batch : {1u, 3u, 256u}) {
            EXPECT_EQ(found(plans, {shards, batch, false, limits}), expected);
            EXPECT_EQ(counters.evicted, evicted);
        }
    }
}

TEST_F(Bounds, ThePeakDoesNotHangOnBatches) {
    for (std::int64_t i = 0; i < 50; ++i) story.at(i, {0}, 1, "f" + std::to_string(i));
    for (std::int64_t i = 0; i < 50; ++i) story.at(50 + i, {1}, 1, "f" + std::to_string(i));
    for (std::int64_t i = 0; i < 50; ++i) story.at(100 + i, {2}, 1, "f" + std::to_string(i));
    for (const std::size_t batch : {1u, 3u, 256u}) {
        found({dropper()}, {1, batch, false, Limits{}});
        EXPECT_EQ(counters.peak, 50u) << batch;
        EXPECT_EQ(counters.live, 0u) << batch;
    }
}

TEST_F(Bounds, AnAlertSaysWhatWasLost) {
    const auto rules = rule_set({dropper()});
    story.at(10, {0}).at(20, {1}).at(30, {2}).at(40, {0}).at(50, {1}).at(60, {2});
    story.events[1].truncated_params = 5;
    Engine engine(rules, Limits{}, 1);
    engine.note_loss(Timestamp(Duration(8)), Timestamp(Duration(9)), 1000);
    engine.note_loss(Timestamp(Duration(24)), Timestamp(Duration(25)), 7);
    std::vector<Match> matches;
    engine.apply(story.events, story.hits, matches);
    ASSERT_EQ(matches.size(), 2u);
    EXPECT_EQ(matches[0].losses.events_lost, 7u);
    EXPECT_EQ(matches[0].losses.params_truncated, 2u);
    EXPECT_FALSE(matches[0].losses.complete());
    EXPECT_TRUE(matches[1].losses.complete());
}

TEST_F(Bounds, AnAlertSaysThatItsKeyLostAMatch) {
    const auto rules = rule_set({dropper(MatchPolicy::kEvery)});
    for (std::int64_t i = 0; i < 5; ++i) story.at(10, {0});
    story.at(20, {1}).at(30, {2});
    Limits limits;
    limits.partial_matches_per_key_max = 4;
    Engine engine(rules, limits, 1);
    std::vector<Match> matches;
    engine.apply(story.events, story.hits, matches);
    ASSERT_FALSE(matches.empty());
    EXPECT_GT(matches[0].losses.matches_evicted, 0u);
    ASSERT_EQ(engine.evictions().size(), 1u);
    EXPECT_EQ(engine.evictions()[0].sequence, "s");
}

}  // namespace
}  // namespace sequitur::testing
