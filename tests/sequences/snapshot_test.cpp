// Snapshots: what is read back goes on as if nothing had happened.
#include "sequences/snapshot.h"

#include "tests/sequences/hand_made.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace sequitur::testing {
namespace {

HostInfo host(const std::string& boot = "boot-1") {
    HostInfo info;
    info.boot_id = boot;
    info.hostname = "h";
    return info;
}

struct Cut {
    std::vector<std::string> found;
    RestoreCounts counts;
};

std::vector<ConditionHit> hits_of(const Story& story, std::size_t first, std::size_t last) {
    std::vector<ConditionHit> hits;
    for (const ConditionHit& hit : story.hits) {
        if (hit.event >= first && hit.event < last) {
            hits.push_back({hit.event - static_cast<std::uint32_t>(first), hit.condition});
        }
    }
    return hits;
}

// The story with a restart before event `at`, from `shards` trackers to `shards_after`.
Cut run_with_restart(const std::shared_ptr<const RuleSet>& before,
                     const std::shared_ptr<const RuleSet>& after, const Story& story,
                     std::size_t at, std::size_t shards = 1, std::size_t shards_after = 1) {
    Cut cut;
    std::vector<Match> matches;
    const auto note = [&](const RuleSet& rules) {
        for (const Match& match : matches) cut.found.push_back(describe(rules, match));
        matches.clear();
    };
    std::string bytes;
    {
        Engine engine(before, Limits{}, shards);
        engine.apply(std::span(story.events).first(at), hits_of(story, 0, at), matches);
        note(*before);
        bytes = engine.save(host());
    }
    Engine engine(after, Limits{}, shards_after);
    const auto restored = engine.restore(bytes, "boot-1");
    EXPECT_TRUE(restored) << (restored ? "" : restored.error().message);
    if (restored) cut.counts = *restored;
    const std::size_t all = story.events.size();
    engine.apply(std::span(story.events).subspan(at), hits_of(story, at, all), matches);
    engine.finish(matches);
    note(*after);
    return cut;
}

// One sequence for each kind of partial match that there is.
std::vector<SequencePlan> every_kind() {
    std::vector<SequencePlan> plans;
    const auto add = [&](std::vector<std::string> by, std::int64_t within,
                         std::vector<StepPlan> steps, MatchPolicy match = MatchPolicy::kLatest) {
        plans.push_back(sequence(std::move(by), within, std::move(steps), match));
        plans.back().info.name = "s" + std::to_string(plans.size());
    };
    add({"file.path"}, 20, {step("a", 0), step("b", 1), step("c", 2)});
    add({"file.path"}, 20, {step("a", 0), step("b", 1)}, MatchPolicy::kEvery);
    add({}, 20, {step("a", 0), absence(3), step("b", 1)}, MatchPolicy::kFirst);
    add({"file.path"}, 20, {step("a", 0), absence(2, 5)});
    add({"file.path"}, 20, {absence(3, 4), step("a", 0), absence(2), step("b", 1)});
    add({"file.path"}, 20, {absence(3), step("a", 0), step("b", 1)});
    StepPlan counted = step("a", 0);
    counted.at_least = 2;
    add({"file.path"}, 12, {counted, step("b", 1)});
    add({"file.path"}, 12, {counted});
    add({"file.path"}, 20,
        {group_of(StepKind::kAllOf, "", {step("a", 0), step("b", 1)}), step("c", 2)});
    add({"proc.entity", "file.path"}, 20, {step("a", 0), step("b", 1)});
    add({"proc.ancestry"}, 20, {step("a", 0), step("b", 1)});
    add({}, 20, {step("a", 0), step("b", 1), step("c", 2)});
    plans.back().steps[2].links.push_back(link("file.path", 0, "file.path"));
    add({}, 20, {step("a", 0), step("b", 1), step("c", 2)});
    plans.back().steps[2].residual = refers("file.path", Operator::kNe, 0, "file.path");
    return plans;
}

void tell(Story& story, std::uint64_t seed) {
    const auto below = [&seed](std::uint64_t count) {
        seed = seed * 6364136223846793005 + 1442695040888963407;
        return (seed >> 33) % count;
    };
    std::int64_t now = 100;
    for (int i = 0; i < 40; ++i) {
        now += static_cast<std::int64_t>(below(3));
        const auto pid = static_cast<std::int64_t>(below(3) + 1);
        if (below(20) == 0) {
            story.exit_at(now, pid);
            continue;
        }
        story.at(now, {static_cast<ConditionIndex>(below(4))}, pid, below(2) == 0 ? "f" : "g");
    }
}

TEST(Snapshot, ARestartAnywhereChangesNothing) {
    const auto rules = rule_set(every_kind());
    std::size_t matches = 0;
    for (std::uint64_t seed = 1; seed <= 12; ++seed) {
        World world;
        world.process(2, 1);
        world.process(3, 2);
        Story story(world);
        tell(story, seed);
        const auto expected = run(rules, story);
        matches += expected.size();
        for (std::size_t at = 1; at < story.events.size(); at += 3) {
            EXPECT_EQ(run_with_restart(rules, rules, story, at, 1 + at % 3, 1 + seed % 4).found,
                      expected)
                << "seed " << seed << ", before event " << at;
        }
    }
    EXPECT_GT(matches, 300u);
}

TEST(Snapshot, SequencesThatChangedLoseTheirMatches) {
    World world;
    Story story(world);
    story.at(1, {0}).at(2, {1}).at(3, {2});
    std::vector<SequencePlan> plans(
        3, sequence({"file.path"}, 10, {step("a", 0), step("b", 1), step("c", 2)}));
    plans[0].info.name = "same";
    plans[1].info.name = "wider";
    plans[2].info.name = "gone";
    const auto before = rule_set(plans);
    std::vector<SequencePlan> others = {plans[1], plans[0]};
    others[0].within = Duration(11);
    others[1].info.output = {};  // What only shows in alerts is free to change.
    const Cut cut = run_with_restart(before, rule_set(others), story, 2);
    EXPECT_EQ(cut.found, std::vector<std::string>{"same@3#3 f: a=1 b=2 c=3"});
    EXPECT_EQ(cut.counts.restored, 1u);
    EXPECT_EQ(cut.counts.dropped, 2u);
}

TEST(Snapshot, WhatIsSuppressedStaysSo) {
    World world;
    Story story(world);
    story.at(1, {0}).at(2, {1}).at(3, {0}).at(4, {1}).at(20, {0}).at(21, {1});
    SequencePlan plan = sequence({"file.path"}, 10, {step("a", 0), step("b", 1)});
    plan.suppress = Suppression{{field("file.path")}, Duration(10)};
    const auto rules = rule_set({plan});
    EXPECT_EQ(run_with_restart(rules, rules, story, 2).found, run(rules, story));
    EXPECT_EQ(run(rules, story).size(), 2u);
}

class Refusal : public ::testing::Test {
protected:
    Refusal() {
        story_.at(1, {0}).at(2, {1}, 1, "g").at(3, {0}, 1, "g");
        Engine engine(rules_, Limits{}, 1);
        std::vector<Match> matches;
        engine.apply(story_.events, story_.hits, matches);
        good_ = engine.save(host());
    }
    std::string why(const std::string& bytes, const std::string& boot = "boot-1") {
        Engine engine(rules_, Limits{}, 1);
        const auto restored = engine.restore(bytes, boot);
        EXPECT_EQ(engine.counters().live, restored ? 2u : 0u);
        return restored ? "" : restored.error().message;
    }

    World world_;
    Story story_{world_};
    std::shared_ptr<const RuleSet> rules_ =
        rule_set({sequence({"file.path"}, 10, {step("a", 0), step("b", 1)})});
    std::string good_;
};

TEST_F(Refusal, NamesItsReason) {
    EXPECT_EQ(why(good_), "");
    EXPECT_NE(why("").find("this is none"), std::string::npos);
    EXPECT_NE(why("something else altogether").find("this is none"), std::string::npos);
    EXPECT_NE(why(good_, "boot-2").find("of boot 'boot-1', this is 'boot-2'"), std::string::npos);
    EXPECT_NE(why(good_ + "x").find("stands behind"), std::string::npos);
    std::string newer = good_;
    newer[8] = static_cast<char>(kSnapshotVersion + 1);
    EXPECT_NE(why(newer).find("version " + std::to_string(kSnapshotVersion + 1)),
              std::string::npos);
    std::string damaged = good_;
    damaged[damaged.size() / 2] ^= 1;
    EXPECT_NE(why(damaged).find("checksum"), std::string::npos);
}

TEST_F(Refusal, IsThereForEveryCut) {
    for (std::size_t size = 0; size < good_.size(); ++size) {
        EXPECT_NE(why(good_.substr(0, size)), "") << size;
    }
}

// Behind the checksum anything may stand; what is taken over nevertheless goes on without harm.
TEST_F(Refusal, OrNoHarmForEveryByteThatIsWrong) {
    std::size_t refused = 0;
    for (std::size_t at = kSnapshotHeaderSize; at < good_.size(); ++at) {
        for (const unsigned flip : {1u, 0x80u, 0xffu}) {
            std::string bad = good_.substr(kSnapshotHeaderSize);
            char& byte = bad[at - kSnapshotHeaderSize];
            byte = static_cast<char>(static_cast<unsigned char>(byte) ^ flip);
            Engine engine(rules_, Limits{}, 1);
            if (!engine.restore(seal_snapshot(bad), "boot-1")) {
                ++refused;
                continue;
            }
            std::vector<Match> matches;
            engine.apply(story_.events, story_.hits, matches);
            engine.finish(matches);
            for (const Match& match : matches) describe(*rules_, match);
            engine.save(host());
        }
    }
    EXPECT_GT(refused, good_.size() / 2);
}

TEST_F(Refusal, OfAnEngineThatHasSeenEvents) {
    Engine engine(rules_, Limits{}, 1);
    std::vector<Match> matches;
    engine.apply(story_.events, story_.hits, matches);
    EXPECT_FALSE(engine.restore(good_, "boot-1"));
}

TEST(Snapshot, AlertsShowTheProcessAsItWas) {
    World world;
    world.process(7, 1, 1000, {"x", "-y"});
    Story story(world);
    story.at(1, {0}, 7).at(2, {1}, 7);
    const auto rules = rule_set({sequence({"file.path"}, 10, {step("a", 0), step("b", 1)})});
    Engine first(rules, Limits{}, 1);
    Engine second(rules, Limits{}, 1);
    std::vector<Match> matches;  // Behind the engines, to whose events it refers.
    first.apply(std::span(story.events).first(1), hits_of(story, 0, 1), matches);
    ASSERT_TRUE(second.restore(first.save(host()), "boot-1"));
    second.apply(std::span(story.events).subspan(1), hits_of(story, 1, 2), matches);
    ASSERT_EQ(matches.size(), 1u);
    const ProcessImage& was = *matches[0].steps[0].event->event().process;
    const ProcessImage& is = *story.events[0].process;
    EXPECT_NE(&was, &is);
    EXPECT_EQ(was.entity, is.entity);
    EXPECT_EQ(was.uid, 1000u);
    EXPECT_EQ(was.args.view(), is.args.view());
    ASSERT_TRUE(was.parent.get() != nullptr || is.parent.get() == nullptr);
    EXPECT_EQ(matches[0].steps[0].event->event().host->hostname, "h");
}

}  // namespace
}  // namespace sequitur::testing
