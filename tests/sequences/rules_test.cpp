// The ten rules of docs/sequence-semantics.md, each by name.
#include "tests/sequences/hand_made.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sequitur::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class Rule : public ::testing::Test {
protected:
    std::vector<std::string> found(std::vector<SequencePlan> plans, RunOptions options = {}) {
        return run(rule_set(std::move(plans)), story, options, &counters);
    }

    World world;
    Story story{world};
    EngineCounters counters;
};

SequencePlan three_steps(MatchPolicy match = MatchPolicy::kLatest) {
    return sequence({"file.path"}, 10, {step("a", 0), step("b", 1), step("c", 2)}, match);
}

TEST_F(Rule, Rule1_EqualTimesKeepTheOrderOfTheSource) {
    story.at(5, {0}).at(5, {1}).at(5, {2});
    EXPECT_THAT(found({three_steps()}), ElementsAre("s@5#3 f: a=1 b=2 c=3"));
}

TEST_F(Rule, Rule1_EqualTimesInTheWrongOrderAreNoMatch) {
    story.at(5, {1}).at(5, {0}).at(5, {2});
    EXPECT_THAT(found({three_steps()}), IsEmpty());
}

TEST_F(Rule, Rule2_KeysAreTuplesOfValues) {
    auto plan = sequence({"file.path", "proc.entity"}, 10, {step("a", 0), step("b", 1)});
    story.at(1, {0}, 1, "x").at(2, {1}, 2, "x").at(3, {1}, 1, "y").at(4, {1}, 1, "x");
    EXPECT_THAT(found({plan}), ElementsAre("s@4#4 x,1-1000: a=1 b=4"));
}

TEST_F(Rule, Rule2_AMissingValueSatisfiesNoStep) {
    auto plan = sequence({"file.path"}, 10, {step("a", 0), step("b", 1)});
    story.at(1, {0}, 1, "").at(2, {1}, 1, "");
    EXPECT_THAT(found({plan}), IsEmpty());
}

TEST_F(Rule, Rule2_AMissingOptionalValueEqualsAMissingOne) {
    auto plan = sequence({"?file.path"}, 10, {step("a", 0), step("b", 1)});
    story.at(1, {0}, 1, "").at(2, {1}, 1, "x").at(3, {1}, 1, "");
    EXPECT_THAT(found({plan}), ElementsAre("s@3#3 -: a=1 b=3"));
}

TEST_F(Rule, Rule2_AListGivesOneKeyPerDistinctElement) {
    world.process(7, 0, 0, {"x", "y", "x"});
    world.process(8, 0, 0, {"y"});
    auto plan = sequence({"proc.argv"}, 10, {step("a", 0), step("b", 1)});
    story.at(1, {0}, 7).at(2, {1}, 8).at(3, {1}, 7);
    EXPECT_THAT(found({plan}), ElementsAre("s@2#2 y: a=1 b=2", "s@3#3 x: a=1 b=3"));
}

TEST_F(Rule, Rule2_StepsMayHaveKeysOfTheirOwn) {
    world.process(2, 1);
    StepPlan by_parent = step("b", 1);
    by_parent.by = key({"proc.pentity"});
    auto plan = sequence({"proc.entity"}, 10, {step("a", 0), by_parent});
    story.at(1, {0}, 1).at(2, {1}, 1).at(3, {1}, 2);
    EXPECT_THAT(found({plan}), ElementsAre("s@3#3 1-1000: a=1 b=3"));
}

TEST_F(Rule, Rule2_AncestryTiesAProcessToItsDescendants) {
    world.process(2, 1);
    world.process(3, 2);
    world.process(4, 0);
    auto plan = sequence({"proc.ancestry"}, 100, {step("a", 0), step("b", 1)});
    story.at(1, {0}, 2).at(2, {1}, 1).at(3, {1}, 4).at(4, {1}, 3).at(5, {0}, 4).at(6, {1}, 4);
    EXPECT_THAT(found({plan}), ElementsAre("s@4#4 2-2000: a=1 b=4", "s@6#6 4-4000: a=5 b=6"));
}

TEST_F(Rule, Rule2_WithoutAKeyTheWholeHostIsOne) {
    auto plan = sequence({}, 10, {step("a", 0), step("b", 1)});
    story.at(1, {0}, 1, "x").at(2, {1}, 2, "y");
    EXPECT_THAT(found({plan}), ElementsAre("s@2#2: a=1 b=2"));
}

TEST_F(Rule, Rule3_OneEventNeverSatisfiesTwoSteps) {
    auto plan = sequence({"file.path"}, 10, {step("a", 0), step("b", 0)});
    story.at(1, {0}).at(2, {0}).at(3, {0});
    EXPECT_THAT(found({plan}), ElementsAre("s@2#2 f: a=1 b=2", "s@3#3 f: a=2 b=3"));
}

TEST_F(Rule, Rule3_StepsAreTriedFromLastToFirst) {
    story.at(1, {0}).at(2, {0, 1}).at(3, {1, 2}).at(4, {2});
    EXPECT_THAT(found({three_steps()}),
                ElementsAre("s@3#3 f: a=1 b=2 c=3", "s@4#4 f: a=2 b=3 c=4"));
}

TEST_F(Rule, Rule4_LatestReplacesAnOlderOneOfTheSameLength) {
    story.at(1, {0}).at(2, {0}).at(3, {1}).at(4, {1}).at(5, {2}).at(6, {2});
    EXPECT_THAT(found({three_steps()}), ElementsAre("s@5#5 f: a=2 b=3 c=5"));
    EXPECT_EQ(counters.cancelled, 1u);
}

TEST_F(Rule, Rule4_FirstKeepsTheOlderOne) {
    story.at(1, {0}).at(2, {0}).at(3, {1}).at(4, {2});
    EXPECT_THAT(found({three_steps(MatchPolicy::kFirst)}), ElementsAre("s@4#4 f: a=1 b=3 c=4"));
}

TEST_F(Rule, Rule4_EveryReportsEveryCombination) {
    story.at(1, {0}).at(2, {0}).at(3, {1}).at(4, {2}).at(5, {2});
    EXPECT_THAT(found({three_steps(MatchPolicy::kEvery)}),
                ElementsAre("s@4#4 f: a=1 b=3 c=4", "s@4#4 f: a=2 b=3 c=4", "s@5#5 f: a=1 b=3 c=5",
                            "s@5#5 f: a=2 b=3 c=5"));
}

TEST_F(Rule, Rule4_AnEventThatSatisfiesNothingChangesNothing) {
    story.at(1, {0}).at(2, {7}).at(3, {1}).at(4, {2});
    EXPECT_THAT(found({three_steps()}), ElementsAre("s@4#4 f: a=1 b=3 c=4"));
}

TEST_F(Rule, Rule4_BackReferencesKeepSeveral) {
    StepPlan last = step("b", 1);
    last.residual = refers("proc.name", Operator::kNe, 0, "proc.name");
    auto plan = sequence({"file.path"}, 10, {step("a", 0), last});
    story.at(1, {0}, 1).at(2, {0}, 2).at(3, {1}, 2);
    EXPECT_THAT(found({plan}), ElementsAre("s@3#3 f: a=1 b=3"));
}

TEST_F(Rule, Rule4_LinkedValuesArePartOfTheKey) {
    StepPlan last = step("b", 1);
    last.links = {link("file.path", 0, "file.path")};
    auto plan = sequence({}, 10, {step("a", 0), last});
    story.at(1, {0}, 1, "x")
        .at(2, {0}, 1, "y")
        .at(3, {0}, 2, "x")
        .at(4, {1}, 3, "x")
        .at(5, {1}, 3, "y");
    EXPECT_THAT(found({plan}), ElementsAre("s@4#4: a=3 b=4", "s@5#5: a=2 b=5"));
}

TEST_F(Rule, Rule4_ALinkOverAStepBetweenKeepsThoseThatItTellsApart) {
    StepPlan last = step("c", 2);
    last.links = {link("file.path", 0, "file.path")};
    auto plan = sequence({}, 10, {step("a", 0), step("b", 1), last});
    story.at(1, {0}, 1, "x")
        .at(2, {0}, 1, "y")
        .at(3, {1}, 2, "z")
        .at(4, {2}, 3, "x")
        .at(5, {2}, 3, "y");
    EXPECT_THAT(found({plan}), ElementsAre("s@4#4: a=1 b=3 c=4", "s@5#5: a=2 b=3 c=5"));
}

TEST_F(Rule, Rule5_TheWindowIsInclusiveToTheNanosecond) {
    auto plan = sequence({"file.path"}, 10, {step("a", 0), step("b", 1)});
    story.at(1, {0}, 1, "x").at(2, {0}, 1, "y").at(11, {1}, 1, "x").at(13, {1}, 1, "y");
    EXPECT_THAT(found({plan}), ElementsAre("s@11#3 x: a=1 b=3"));
}

TEST_F(Rule, Rule5_WindowsPerGap) {
    StepPlan soon = step("b", 1), late = step("c", 2);
    soon.within = Duration(3);
    late.after = Duration(4);
    auto plan = sequence({"file.path"}, 20, {step("a", 0), soon, late});
    story.at(1, {0}, 1, "x").at(1, {0}, 1, "y").at(4, {1}, 1, "x").at(5, {1}, 1, "y");
    story.at(7, {2}, 1, "x").at(8, {2}, 1, "x").at(9, {2}, 1, "y");
    EXPECT_THAT(found({plan}), ElementsAre("s@8#6 x: a=1 b=3 c=6"));
}

TEST_F(Rule, Rule6_UntilEndsWhatWasOpen) {
    auto plan = three_steps();
    plan.until = UntilPlan{5, plan.by};
    story.at(1, {0}).at(2, {1}).at(3, {5}).at(4, {2});
    EXPECT_THAT(found({plan}), IsEmpty());
}

TEST_F(Rule, Rule6_UntilThatCompletesCompletes) {
    auto plan = three_steps();
    plan.until = UntilPlan{5, plan.by};
    story.at(1, {0}).at(2, {1}).at(3, {0}).at(4, {2, 5, 0}).at(5, {1}).at(6, {2});
    EXPECT_THAT(found({plan}), ElementsAre("s@4#4 f: a=1 b=2 c=4", "s@6#6 f: a=4 b=5 c=6"));
}

TEST_F(Rule, Rule6_UntilOfAnotherKeyLeavesThisOne) {
    auto plan = three_steps();
    plan.until = UntilPlan{5, plan.by};
    story.at(1, {0}).at(2, {1}).at(3, {5}, 1, "other").at(4, {2});
    EXPECT_THAT(found({plan}), ElementsAre("s@4#4 f: a=1 b=2 c=4"));
}

TEST_F(Rule, Rule7_AnAbsenceBetweenSteps) {
    auto plan = sequence({"file.path"}, 10, {step("a", 0), absence(3), step("b", 1)});
    story.at(1, {0, 3}, 1, "x").at(2, {0}, 1, "y").at(3, {3}, 1, "y").at(4, {1, 3}, 1, "x");
    story.at(5, {1}, 1, "y");
    EXPECT_THAT(found({plan}), ElementsAre("s@4#4 x: a=1 b=4"));
}

TEST_F(Rule, Rule7_ATrailingAbsenceCompletesAtItsDeadline) {
    auto plan = sequence({"file.path"}, 10, {step("a", 0), step("b", 1), absence(3, 5)});
    story.at(1, {0}).at(2, {1}).at(8, {});
    EXPECT_THAT(found({plan}), ElementsAre("s@7#2 f: a=1 b=2"));
}

TEST_F(Rule, Rule7_ATrailingAbsenceForbidsToItsDeadlineInclusive) {
    auto plan = sequence({"file.path"}, 10, {step("a", 0), step("b", 1), absence(3, 5)});
    story.at(1, {0}, 1, "x").at(1, {0}, 1, "y").at(2, {1}, 1, "x").at(2, {1}, 1, "y");
    story.at(7, {3}, 1, "x").at(8, {3}, 1, "y");
    EXPECT_THAT(found({plan}), ElementsAre("s@7#5 y: a=2 b=4"));
}

TEST_F(Rule, Rule7_ATrailingAbsenceWithoutForLastsAsLongAsTheWindow) {
    auto plan = sequence({"file.path"}, 10, {step("a", 0), absence(3)});
    story.at(1, {0}).at(4, {0}).at(12, {}).at(13, {3});
    EXPECT_THAT(found({plan}), ElementsAre("s@11#2 f: a=1"));
}

TEST_F(Rule, Rule7_TimeRunsToTheLastEventAndFlushAsksForTheRest) {
    auto plan = sequence({"file.path"}, 10, {step("a", 0), absence(3, 5)});
    story.at(1, {0}, 1, "x").at(2, {0}, 1, "y").at(6, {});
    EXPECT_THAT(found({plan}), ElementsAre("s@6#3 x: a=1"));
    RunOptions options;
    options.flush = true;
    EXPECT_THAT(found({plan}, options), ElementsAre("s@6#3 x: a=1", "s@6#3 y: a=2"));
}

TEST_F(Rule, Rule7_UntilEndsWhatWaitsForAnAbsence) {
    auto plan = sequence({"file.path"}, 10, {step("a", 0), absence(3, 5)});
    plan.until = UntilPlan{5, plan.by};
    story.at(1, {0}).at(2, {5}).at(20, {});
    EXPECT_THAT(found({plan}), IsEmpty());
}

TEST_F(Rule, Rule7_ALeadingAbsenceWithFor) {
    auto plan = sequence({"file.path"}, 10, {absence(3, 5), step("a", 0), step("b", 1)});
    story.at(1, {3}).at(6, {0}).at(7, {1}).at(8, {0}).at(9, {1});
    EXPECT_THAT(found({plan}), ElementsAre("s@9#5 f: a=4 b=5"));
}

TEST_F(Rule, Rule7_ALeadingAbsenceWithoutForCountsFromTheLastStep) {
    auto plan = sequence({"file.path"}, 10, {absence(3), step("a", 0), step("b", 1)});
    story.at(1, {3}).at(5, {0}).at(11, {1}).at(12, {1});
    EXPECT_THAT(found({plan}), ElementsAre("s@12#4 f: a=2 b=4"));
}

TEST_F(Rule, Rule8_WhatIsNotReachedExpiresAndIsCounted) {
    story.at(1, {0}).at(2, {1}).at(13, {2});
    EXPECT_THAT(found({three_steps()}), IsEmpty());
    EXPECT_EQ(counters.opened, 1u);
    EXPECT_EQ(counters.expired, 1u);
    EXPECT_EQ(counters.live, 0u);
}

TEST_F(Rule, Rule9_TheExitOfTheProcessEndsWhatNeedsIt) {
    auto plan = sequence({"proc.entity", "file.path"}, 10, {step("a", 0), step("b", 1)});
    story.at(1, {0}, 1).at(1, {0}, 2).exit_at(2, 1).at(3, {1}, 1).at(3, {1}, 2);
    EXPECT_THAT(found({plan}), ElementsAre("s@3#5 2-2000,f: a=2 b=5"));
    EXPECT_EQ(counters.cancelled, 1u);
}

TEST_F(Rule, Rule9_TheExitLeavesWhatOtherProcessesCanGoOnWith) {
    world.process(2, 1);
    StepPlan by_parent = step("b", 1);
    by_parent.by = key({"proc.pentity"});
    auto plan = sequence({"proc.entity"}, 10, {step("a", 0), by_parent});
    story.at(1, {0}, 1).exit_at(2, 1).at(3, {1}, 2);
    EXPECT_THAT(found({plan}), ElementsAre("s@3#3 1-1000: a=1 b=3"));
}

TEST_F(Rule, Rule10_ShardsAndBatchesDoNotShow) {
    std::vector<SequencePlan> plans = {three_steps(), three_steps(MatchPolicy::kEvery)};
    for (int i = 0; i < 200; ++i) {
        const auto n = static_cast<unsigned>(i);
        story.at(i / 3, {n * 7 % 5 % 3, n * 11 % 7 % 3}, 1, std::string(1, "wxyz"[n * 5 % 4]));
    }
    const auto expected = found(plans);
    EXPECT_FALSE(expected.empty());
    for (const std::size_t shards : {1u, 2u, 7u}) {
        for (const std::size_t batch : {1u, 3u, 256u}) {
            EXPECT_EQ(found(plans, {shards, batch, false, {}}), expected);
        }
    }
}

}  // namespace
}  // namespace sequitur::testing
