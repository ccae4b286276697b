// Random rules over random streams: the engine must find what the reference finds, whatever the
// number of shards and the size of batches.
//
// A case is a seed. SEQUITUR_SIM_CASES sets how many each test runs, SEQUITUR_SIM_SEED where it
// begins; a failure prints its seed.
#include "tests/sequences/hand_made.h"
#include "tests/sequences/reference_matcher.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <functional>
#include <random>

namespace sequitur::testing {
namespace {

class Random {
public:
    explicit Random(std::uint64_t seed) : engine_(seed) {}
    // 0 .. count-1.
    std::uint32_t below(std::uint32_t count) {
        return static_cast<std::uint32_t>(engine_() % count);
    }
    bool one_in(std::uint32_t count) { return below(count) == 0; }
    std::int64_t between(std::int64_t low, std::int64_t high) {
        return low +
               static_cast<std::int64_t>(engine_() % static_cast<std::uint64_t>(high - low + 1));
    }
    template <typename T>
    const T& of(const std::vector<T>& choices) {
        return choices[below(static_cast<std::uint32_t>(choices.size()))];
    }

private:
    std::mt19937_64 engine_;
};

constexpr ConditionIndex kAlphabet = 5;

std::string back_reference(Random& random) {
    return random.of<std::string>({"file.path", "proc.name", "proc.pid"});
}

// References of step `step` (number `index`) to one before it.
void add_references(Random& random, StepPlan& step, int before) {
    if (before == 0 || !random.one_in(4)) return;
    const int other = static_cast<int>(random.below(static_cast<std::uint32_t>(before)));
    const std::string name = back_reference(random);
    if (random.one_in(2)) {
        step.links.push_back(link(name, other, name));
    } else {
        step.residual =
            refers(name, random.of<Operator>({Operator::kNe, Operator::kEq}), other, name);
    }
}

void add_windows(Random& random, StepPlan& step, bool is_first) {
    if (is_first) return;
    if (random.one_in(5)) step.within = Duration(random.between(1, 6));
    if (random.one_in(8)) step.after = Duration(random.between(1, 3));
}

// `number`: StepPlan::index that the step will have.
StepPlan random_step(Random& random, int number, bool is_first) {
    const std::string id = "s" + std::to_string(number);
    StepPlan plan = step(id, random.below(kAlphabet));
    switch (random.below(10)) {
        case 0:
        case 1: {
            std::vector<StepPlan> parts;
            for (std::uint32_t i = 0; i < 2 + random.below(2); ++i) {
                parts.push_back(step(id + "p" + std::to_string(i), random.below(kAlphabet)));
                add_references(random, parts.back(), number);
            }
            plan = group_of(random.one_in(2) ? StepKind::kAnyOf : StepKind::kAllOf, id, parts);
            break;
        }
        case 2:
            plan.at_least = 1 + random.below(3);
            if (random.one_in(2)) plan.distinct = field(back_reference(random));
            break;
        case 3: plan.count = 2 + random.below(2); break;
        default: break;
    }
    if (plan.parts.empty()) add_references(random, plan, number);
    add_windows(random, plan, is_first);
    plan.is_optional = random.one_in(6);
    return plan;
}

int indexes_of(const StepPlan& step) { return 1 + static_cast<int>(step.parts.size()); }

SequencePlan random_sequence(Random& random) {
    static const std::vector<std::vector<std::string>> kKeys = {{},
                                                                {"file.path"},
                                                                {"?file.path"},
                                                                {"proc.entity"},
                                                                {"file.path", "proc.entity"},
                                                                {"proc.argv"},
                                                                {"proc.ancestry"},
                                                                {"proc.ancestry", "?file.path"},
                                                                {"proc.entity"}};
    const std::vector<std::string>& by = random.of(kKeys);
    std::vector<StepPlan> steps;
    int number = 0;
    const std::uint32_t count = 1 + random.below(random.one_in(3) ? 5 : 3);
    bool has_mandatory = false;
    for (std::uint32_t i = 0; i < count; ++i) {
        if (random.one_in(3)) {
            steps.push_back(
                absence(random.below(kAlphabet), random.one_in(2) ? -1 : random.between(0, 5)));
            if (number > 0 && random.one_in(4)) {
                steps.back().residual = refers("proc.name", Operator::kEq, 0, "proc.name");
            }
            ++number;
        }
        steps.push_back(random_step(random, number, number == 0));
        has_mandatory = has_mandatory || !steps.back().is_optional;
        number += indexes_of(steps.back());
    }
    if (!has_mandatory) steps.back().is_optional = false;
    if (random.one_in(4)) {
        steps.push_back(
            absence(random.below(kAlphabet), random.one_in(2) ? -1 : random.between(0, 5)));
    }
    if (by == std::vector<std::string>{"proc.entity"} && random.one_in(2)) {
        steps.back().by = key({"proc.pentity"});
    }
    const std::int64_t within = random.one_in(12) ? -1 : random.between(2, 14);
    SequencePlan plan =
        sequence(by, within, steps,
                 random.of<MatchPolicy>({MatchPolicy::kLatest, MatchPolicy::kLatest,
                                         MatchPolicy::kFirst, MatchPolicy::kEvery}));
    if (random.one_in(4)) plan.until = UntilPlan{random.below(kAlphabet), plan.by};
    if (random.one_in(10)) plan.exceptions = refers("proc.name", Operator::kEq, 0, "proc.name");
    return plan;
}

std::vector<SequencePlan> random_rules(Random& random) {
    std::vector<SequencePlan> plans;
    const std::uint32_t count = random.one_in(3) ? 1 + random.below(3) : 1;
    for (std::uint32_t i = 0; i < count; ++i) {
        plans.push_back(random_sequence(random));
        plans.back().info.name = "s" + std::to_string(i);
        if (i == 0) continue;
        // Some step of it is a detection of one before it.
        std::vector<StepPlan>& steps = plans.back().steps;
        StepPlan& stage = steps[random.below(static_cast<std::uint32_t>(steps.size()))];
        if (stage.kind != StepKind::kEvent) continue;
        stage.kind = StepKind::kStage;
        stage.stage_is_sequence = true;
        stage.stage_name = "s" + std::to_string(random.below(i));
    }
    return plans;
}

struct Case {
    World world;
    Story story{world};
    std::shared_ptr<const RuleSet> rules;

    explicit Case(std::uint64_t seed) {
        Random random(seed);
        world.process(1, 0, 0, {"x"});
        world.process(2, 1, 0, {"x", "y"});
        world.process(3, 2, 0, {"y", "y"});
        world.process(4, 0, 0, {});
        rules = rule_set(random_rules(random));
        std::int64_t now = 100;
        const std::uint32_t length = 4 + random.below(30);
        for (std::uint32_t i = 0; i < length; ++i) {
            now += random.one_in(3) ? 0 : random.between(1, random.one_in(6) ? 9 : 2);
            const std::int64_t pid = random.between(1, 4);
            if (random.one_in(25)) {
                story.exit_at(now, pid);
                continue;
            }
            std::vector<ConditionIndex> satisfies;
            for (ConditionIndex c = 0; c < kAlphabet; ++c) {
                if (random.one_in(3)) satisfies.push_back(c);
            }
            story.at(now, satisfies, pid, random.of<std::string>({"a", "a", "b", ""}));
        }
    }
};

std::vector<std::string> sorted(std::vector<std::string> texts) {
    std::sort(texts.begin(), texts.end());
    return texts;
}

std::uint64_t setting(const char* name, std::uint64_t otherwise) {
    const char* text = std::getenv(name);
    return text != nullptr ? std::strtoull(text, nullptr, 10) : otherwise;
}

class SequenceSimulation : public ::testing::TestWithParam<int> {};

TEST_P(SequenceSimulation, TheEngineFindsWhatTheReferenceFinds) {
    const std::uint64_t cases = setting("SEQUITUR_SIM_CASES", 12500);
    const std::uint64_t first =
        setting("SEQUITUR_SIM_SEED", static_cast<std::uint64_t>(GetParam()) * 1'000'000);
    std::size_t matches = 0;
    for (std::uint64_t seed = first; seed < first + cases; ++seed) {
        const Case of(seed);
        RunOptions options;
        options.flush = seed % 3 == 0;
        options.limits.partial_matches_per_key_max = 1u << 20;  // The reference knows no quota.
        options.batch = std::vector<std::size_t>{1, 3, 256}[seed % 3];
        options.shards = std::vector<std::size_t>{1, 2, 7}[seed / 3 % 3];
        const auto found = run(of.rules, of.story, options);
        matches += found.size();
        ASSERT_EQ(sorted(found), sorted(reference_matches(*of.rules, of.story, options.flush)))
            << "seed " << seed;
        if (seed % 16 != 0) continue;
        for (const std::size_t shards : {1u, 2u, 7u}) {
            for (const std::size_t batch : {1u, 3u, 256u}) {
                ASSERT_EQ(run(of.rules, of.story, {shards, batch, options.flush, options.limits}),
                          found)
                    << "seed " << seed << ", " << shards << " shards, batches of " << batch;
            }
        }
    }
    EXPECT_GT(matches, cases / 4);  // The streams do satisfy the rules.
}

INSTANTIATE_TEST_SUITE_P(Seeds, SequenceSimulation, ::testing::Range(1, 9));

// The check of the check: engines that are broken in some way, here by being given other rules than
// the reference, must be found out.
std::size_t caught(const std::function<void(SequencePlan&)>& breakage) {
    std::size_t count = 0;
    for (std::uint64_t seed = 1; seed <= 300; ++seed) {
        const Case of(seed);
        std::vector<SequencePlan> broken = of.rules->sequences;
        for (SequencePlan& plan : broken) breakage(plan);
        const auto found = sorted(run(rule_set(broken), of.story));
        count += found != sorted(reference_matches(*of.rules, of.story)) ? 1u : 0u;
    }
    return count;
}

TEST(SequenceSimulationCanary, AnExclusiveWindowIsCaught) {
    EXPECT_GT(caught([](SequencePlan& plan) {
                  if (plan.within != kUnbounded) plan.within -= Duration(1);
              }),
              5u);
}

TEST(SequenceSimulationCanary, AForgottenUntilIsCaught) {
    EXPECT_GT(caught([](SequencePlan& plan) { plan.until.reset(); }), 5u);
}

TEST(SequenceSimulationCanary, AForgottenAbsenceIsCaught) {
    EXPECT_GT(caught([](SequencePlan& plan) {
                  for (StepPlan& step : plan.steps) {
                      if (step.kind == StepKind::kAbsence) step.condition = kConditions - 1;
                  }
              }),
              5u);
}

TEST(SequenceSimulationCanary, AnotherPolicyIsCaught) {
    EXPECT_GT(caught([](SequencePlan& plan) {
                  plan.match = plan.match == MatchPolicy::kLatest ? MatchPolicy::kFirst
                                                                  : MatchPolicy::kLatest;
              }),
              5u);
}

TEST(SequenceSimulationCanary, AForgottenReferenceIsCaught) {
    EXPECT_GT(caught([](SequencePlan& plan) {
                  for (StepPlan& step : plan.steps) {
                      step.links.clear();
                      step.residual.reset();
                  }
              }),
              5u);
}

}  // namespace
}  // namespace sequitur::testing
