// Constructs of the language that are more than steps one after the other.
#include "tests/sequences/hand_made.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sequitur::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class Construct : public ::testing::Test {
protected:
    std::vector<std::string> found(std::vector<SequencePlan> plans, RunOptions options = {}) {
        return run(rule_set(std::move(plans)), story, options, &counters);
    }

    World world;
    Story story{world};
    EngineCounters counters;
};

StepPlan at_least(const std::string& id, ConditionIndex condition, std::uint32_t count,
                  const std::string& distinct = "") {
    StepPlan plan = step(id, condition);
    plan.at_least = count;
    if (!distinct.empty()) plan.distinct = field(distinct);
    return plan;
}

TEST_F(Construct, AFileIsTiedToItselfAndToTextsOfOtherFields) {
    const auto files = [](const std::string& first, const std::string& second) {
        auto plan = sequence({first}, 10, {step("a", 0), step("b", 1)});
        plan.steps[1].by = key({second});
        return plan;
    };
    story.at(1, {0}, 1, "x").at(2, {1}, 1, "8:1/7").at(3, {1}, 1, "y");
    story.events[0].file = story.events[2].file = {7, 2049, 0, FileId::Kind::kInode};
    EXPECT_THAT(found({files("file.id", "file.id")}), ElementsAre("s@3#3 8:1/7: a=1 b=3"));
    EXPECT_THAT(found({files("file.id", "file.path")}), ElementsAre("s@2#2 8:1/7: a=1 b=2"));
    EXPECT_THAT(found({files("file.id", "file.path"), files("file.id", "file.id")}),
                ElementsAre("s@2#2 8:1/7: a=1 b=2", "s@3#3 8:1/7: a=1 b=3"));
}

TEST_F(Construct, ANewFirstStepReplacesTheOldOneAndItsPlace) {
    auto plan = sequence({"file.path"}, 10, {step("a", 0), step("b", 1), step("c", 2)});
    story.at(1, {0}).at(9, {0}, 2).at(12, {1}).at(13, {0}, 3).at(19, {2}).at(20, {1}).at(23, {2});
    EXPECT_THAT(found({plan}), ElementsAre("s@19#5 f: a=2 b=3 c=5", "s@23#7 f: a=4 b=6 c=7"));
    EXPECT_EQ(counters.opened, 3u);
    EXPECT_EQ(counters.cancelled, 1u);
    EXPECT_EQ(counters.completed, 2u);
    EXPECT_EQ(counters.live, 0u);
}

TEST_F(Construct, CountSlides) {
    StepPlan runs = step("a", 0);
    runs.count = 3;
    auto plan = sequence({"file.path"}, 10, {runs});
    story.at(1, {0}).at(2, {0}).at(3, {0}).at(4, {0});
    EXPECT_THAT(found({plan}), ElementsAre("s@3#3 f: a=1 a=2 a=3", "s@4#4 f: a=2 a=3 a=4"));
}

TEST_F(Construct, AtLeastIsDoneOnceAWindow) {
    auto plan = sequence({"file.path"}, 10, {at_least("a", 0, 3)});
    for (const int t : {1, 2, 3, 4, 5, 11, 12, 13, 14}) story.at(t, {0});
    EXPECT_THAT(found({plan}), ElementsAre("s@3#3 f: a=1x3..3", "s@14#9 f: a=7x3..9"));
}

TEST_F(Construct, AtLeastCountsInAnyWindow) {
    auto plan = sequence({"file.path"}, 10, {at_least("a", 0, 3)});
    story.at(0, {0}).at(8, {0}).at(11, {0}).at(12, {0});
    EXPECT_THAT(found({plan}), ElementsAre("s@12#4 f: a=2x3..4"));
}

TEST_F(Construct, AtLeastDistinctCountsValues) {
    auto plan = sequence({}, 10, {at_least("a", 0, 2, "file.path")});
    story.at(1, {0}, 1, "x").at(2, {0}, 1, "x").at(3, {0}, 1, "").at(4, {0}, 1, "y");
    EXPECT_THAT(found({plan}), ElementsAre("s@4#4: a=1x3..4"));
}

TEST_F(Construct, AtLeastBeforeAStepCountsOnUntilIt) {
    auto plan = sequence({"file.path"}, 20, {at_least("a", 0, 2), step("b", 1)});
    story.at(1, {0}).at(2, {0}).at(3, {0}).at(4, {1}).at(5, {0}).at(6, {0}).at(7, {1});
    story.at(22, {0}).at(23, {0}).at(24, {1});
    EXPECT_THAT(found({plan}), ElementsAre("s@4#4 f: a=1x3..3 b=4", "s@24#10 f: a=8x2..9 b=10"));
}

TEST_F(Construct, AtLeastBehindAStep) {
    auto plan = sequence({"file.path"}, 20, {step("a", 0), at_least("b", 1, 2)});
    story.at(1, {1}).at(2, {0}).at(3, {1}).at(4, {0}).at(5, {1});
    EXPECT_THAT(found({plan}), ElementsAre("s@5#5 f: a=2 b=3x2..5"));
}

TEST_F(Construct, OptionalStepsMayBeSkipped) {
    StepPlan maybe = step("b", 1);
    maybe.is_optional = true;
    auto plan = sequence({"file.path"}, 10, {step("a", 0), maybe, step("c", 2)});
    story.at(1, {0}, 1, "x")
        .at(1, {0}, 1, "y")
        .at(2, {1}, 1, "x")
        .at(3, {2}, 1, "x")
        .at(3, {2}, 1, "y");
    EXPECT_THAT(found({plan}), ElementsAre("s@3#4 x: a=1 b=3 c=4", "s@3#5 y: a=2 c=5"));
}

TEST_F(Construct, AnAbsenceBehindAnOptionalStepBarsSkippingIt) {
    StepPlan maybe = step("b", 1);
    maybe.is_optional = true;
    auto plan = sequence({"file.path"}, 10, {step("a", 0), maybe, absence(3), step("c", 2)});
    story.at(1, {0}, 1, "x").at(1, {0}, 1, "y").at(2, {3}, 1, "x").at(2, {3}, 1, "y");
    story.at(3, {1}, 1, "x").at(4, {2}, 1, "x").at(4, {2}, 1, "y");
    EXPECT_THAT(found({plan}), ElementsAre("s@4#6 x: a=1 b=5 c=6"));
}

TEST_F(Construct, ALeadingOptionalStep) {
    StepPlan maybe = step("a", 0);
    maybe.is_optional = true;
    auto plan = sequence({"file.path"}, 10, {maybe, step("b", 1), step("c", 2)});
    story.at(1, {0}).at(2, {1}).at(3, {2}).at(4, {1}).at(5, {2});
    EXPECT_THAT(found({plan}), ElementsAre("s@3#3 f: a=1 b=2 c=3", "s@5#5 f: b=4 c=5"));
}

TEST_F(Construct, AnyOfTakesOne) {
    auto either = group_of(StepKind::kAnyOf, "", {step("b", 1), step("c", 2)});
    auto plan = sequence({"file.path"}, 10, {step("a", 0), either});
    story.at(1, {0}).at(2, {2}).at(3, {0}).at(4, {1, 2}).at(5, {1});
    EXPECT_THAT(found({plan}), ElementsAre("s@2#2 f: a=1 c=2", "s@4#4 f: a=3 b=4"));
}

TEST_F(Construct, AllOfInAnyOrder) {
    auto all = group_of(StepKind::kAllOf, "", {step("a", 0), step("b", 1)});
    auto plan = sequence({"file.path"}, 10, {all, step("c", 2)});
    story.at(1, {1}).at(2, {1}).at(3, {0}).at(4, {2}).at(5, {0}).at(6, {2}).at(7, {1}).at(8, {2});
    EXPECT_THAT(found({plan}), ElementsAre("s@4#4 f: b=1 a=3 c=4", "s@8#8 f: a=5 b=7 c=8"));
}

TEST_F(Construct, AllOfWantsDifferentEvents) {
    auto all = group_of(StepKind::kAllOf, "", {step("a", 0), step("b", 1)});
    auto plan = sequence({"file.path"}, 10, {all, step("c", 2)});
    story.at(1, {0, 1}).at(2, {2}).at(3, {0}).at(4, {2});
    EXPECT_THAT(found({plan}), ElementsAre("s@4#4 f: b=1 a=3 c=4"));
}

TEST_F(Construct, AllOfForgetsWhatIsTooOld) {
    auto all = group_of(StepKind::kAllOf, "", {step("a", 0), step("b", 1)});
    auto plan = sequence({"file.path"}, 10, {all});
    story.at(1, {0}).at(8, {0}).at(12, {1});
    EXPECT_THAT(found({plan}), ElementsAre("s@12#3 f: a=2 b=3"));
}

TEST_F(Construct, StagesOfStages) {
    std::vector<SequencePlan> plans;
    for (int level = 3; level >= 0; --level) {
        std::vector<StepPlan> steps;
        if (level == 0) {
            steps = {step("a", 0), step("b", 1)};
        } else {
            steps = {stage_of("before", "level" + std::to_string(level - 1)), step("c", 2)};
        }
        plans.push_back(sequence({"file.path"}, 100, steps));
        plans.back().info.name = "level" + std::to_string(level);
    }
    story.at(1, {0}).at(2, {1}).at(3, {2}).at(4, {2}).at(5, {2});
    EXPECT_THAT(found(plans),
                ElementsAre("level0@2#2 f: a=1 b=2", "level1@3#3 f: before=2 c=3",
                            "level2@4#4 f: before=3 c=4", "level3@5#5 f: before=4 c=5"));
}

TEST_F(Construct, AStageThatCompletesAtADeadlineIsAStepThen) {
    auto quiet = sequence({"file.path"}, 10, {step("a", 0), absence(1, 5)});
    quiet.info.name = "quiet";
    auto plan = sequence({"file.path"}, 3, {stage_of("q", "quiet"), step("c", 2)});
    story.at(1, {0}, 1, "x").at(1, {0}, 1, "y").at(9, {2}, 1, "x").at(10, {2}, 1, "y");
    EXPECT_THAT(found({plan, quiet}),
                ElementsAre("quiet@6#2 x: a=1", "quiet@6#2 y: a=2", "s@9#3 x: q=1 c=3"));
}

TEST_F(Construct, SuppressHoldsBackAlertsWithTheSameValues) {
    auto plan = sequence({"file.path"}, 10, {step("a", 0), step("b", 1)});
    plan.suppress = Suppression{{field("proc.name", 0)}, Duration(10)};
    story.at(1, {0}).at(2, {1}).at(3, {0}).at(4, {1}).at(5, {0}, 2).at(6, {1}).at(11, {0}).at(12,
                                                                                              {1});
    story.at(12, {0}).at(13, {1});
    EXPECT_THAT(found({plan}),
                ElementsAre("s@2#2 f: a=1 b=2", "s@6#6 f: a=5 b=6", "s@13#10 f: a=9 b=10"));
    EXPECT_EQ(counters.suppressed, 2u);
    EXPECT_EQ(counters.completed, 5u);
}

TEST_F(Construct, ExceptionsAreAboutTheCompletedMatch) {
    auto plan = sequence({"file.path"}, 10, {step("a", 0), step("b", 1)});
    plan.exceptions = refers("proc.name", Operator::kEq, 0, "proc.name");
    story.at(1, {0}, 1).at(2, {1}, 1).at(3, {0}, 1).at(4, {1}, 2);
    EXPECT_THAT(found({plan}), ElementsAre("s@4#4 f: a=3 b=4"));
}

TEST_F(Construct, AnAbsenceWithLinksForbidsOnlyWhatItNames) {
    StepPlan forbidden = absence(3), last = step("b", 1);
    forbidden.links = {link("file.path", 0, "file.path")};
    last.links = {link("file.path", 0, "file.path")};
    auto plan = sequence({}, 10, {step("a", 0), forbidden, last});
    story.at(1, {0}, 1, "x")
        .at(2, {0}, 1, "y")
        .at(3, {3}, 1, "x")
        .at(4, {1}, 1, "x")
        .at(5, {1}, 1, "y");
    EXPECT_THAT(found({plan}), ElementsAre("s@5#5: a=2 b=5"));
}

TEST_F(Construct, LateEventsAreTakenWhereTheyStand) {
    auto plan = sequence({"file.path"}, 10, {step("a", 0), step("b", 1)});
    story.at(1, {0}).at(8, {}).at(5, {1});
    EXPECT_THAT(found({plan}), ElementsAre("s@5#3 f: a=1 b=3"));
}

}  // namespace
}  // namespace sequitur::testing
