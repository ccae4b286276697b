// The batched engine against evaluate(): random conditions over all fields, on random events.
//
// Seeds are fixed; SEQUITUR_SEED=N in the environment tries another one. A failure prints the
// condition, the event and the seed.
#include "core/condition_set.h"
#include "tests/sim/random_host.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <map>
#include <numeric>

namespace sequitur {
namespace {

constexpr std::size_t kConditions = 300;
constexpr std::size_t kEvents = 400;

std::vector<std::uint32_t> seeds() {
    if (const char* seed = std::getenv("SEQUITUR_SEED")) {
        return {static_cast<std::uint32_t>(std::strtoul(seed, nullptr, 10))};
    }
    return {1, 2};
}

struct Case {
    explicit Case(std::uint32_t seed) : host(seed) {
        ConditionSet::Builder builder;
        for (std::size_t i = 0; i < kConditions; ++i) {
            Condition condition = host.condition(3);
            const ConditionIndex index = builder.add(condition);
            if (index == conditions.size()) conditions.push_back(std::move(condition));
        }
        for (std::size_t i = 0; i < kEvents; ++i) events.push_back(host.event());
        auto built = builder.build(seed + 1);
        if (!built) {
            ADD_FAILURE() << built.error().message;
            std::abort();
        }
        set = *built;

        ValueScratch scratch;
        for (std::uint32_t e = 0; e < events.size(); ++e) {
            for (std::uint32_t c = 0; c < conditions.size(); ++c) {
                scratch.reset();
                if (evaluate(conditions[c], events[e], {}, scratch)) expected.push_back({e, c});
            }
        }
    }

    // All events in batches of `batch`, shared out to `scratches` in turn.
    std::vector<ConditionHit> judge(std::size_t batch, std::vector<ConditionScratch>& scratches) {
        std::vector<std::uint32_t> which(events.size());
        std::iota(which.begin(), which.end(), 0);
        std::vector<ConditionHit> hits;
        for (std::size_t i = 0, turn = 0; i < which.size(); i += batch, ++turn) {
            const std::size_t count = std::min(batch, which.size() - i);
            set->evaluate(events, std::span(which).subspan(i, count),
                          scratches[turn % scratches.size()], hits);
        }
        return hits;
    }

    void expect_agreement(const std::vector<ConditionHit>& hits, const std::string& how) {
        for (const ConditionHit& hit : expected) {
            if (std::ranges::binary_search(hits, hit)) continue;
            ADD_FAILURE() << how << ": missed " << describe(hit);
            return;
        }
        for (const ConditionHit& hit : hits) {
            if (std::ranges::binary_search(expected, hit)) continue;
            ADD_FAILURE() << how << ": made up " << describe(hit);
            return;
        }
        EXPECT_EQ(hits, expected) << how;
    }

    std::string describe(const ConditionHit& hit) const {
        return "event " + std::to_string(hit.event) + " of type " +
               std::string(events[hit.event].info->name) + ", condition " +
               std::to_string(hit.condition) + ": " + to_string(conditions[hit.condition]);
    }

    RandomHost host;
    std::vector<Condition> conditions;
    std::vector<Event> events;
    std::shared_ptr<const ConditionSet> set;
    std::vector<ConditionHit> expected;
};

// Made once for all tests: evaluate() on every pair is what takes the time.
Case& case_of(std::uint32_t seed) {
    static std::map<std::uint32_t, Case> cases;
    return cases.try_emplace(seed, seed).first->second;
}

TEST(ConditionDifferential, EngineAgreesWithEvaluate) {
    for (const std::uint32_t seed : seeds()) {
        SCOPED_TRACE("SEQUITUR_SEED=" + std::to_string(seed));
        Case& run = case_of(seed);
        EXPECT_GT(run.expected.size(), kConditions * kEvents / 20);  // not all trivially false
        EXPECT_LT(run.expected.size(), kConditions * kEvents * 19 / 20);
        for (const std::size_t batch : {1u, 7u, 256u}) {
            for (const std::size_t cache : {4u, 1u << 16}) {
                for (const std::size_t shards : {1u, 3u}) {
                    std::vector<ConditionScratch> scratches;
                    for (std::size_t i = 0; i < shards; ++i)
                        scratches.emplace_back(*run.set, cache);
                    const std::string how = "batch " + std::to_string(batch) + ", cache " +
                                            std::to_string(cache) + ", scratches " +
                                            std::to_string(shards);
                    run.expect_agreement(run.judge(batch, scratches), how);
                    run.expect_agreement(run.judge(batch, scratches), how + ", again");
                }
            }
        }
    }
}

// The engine is only tested if most checks do not end up with evaluate() itself.
TEST(ConditionDifferential, MostChecksHaveAFastForm) {
    const std::string dump = case_of(1).set->dump();
    std::size_t slots = 0, judged = 0;
    for (std::size_t at = 0; (at = dump.find("\nslot ", at)) != std::string::npos; ++at) {
        ++slots;
        const std::string_view line =
            std::string_view(dump).substr(at + 1, dump.find('\n', at + 1) - at);
        judged += line.find(": judge ") != std::string_view::npos ? 1U : 0U;
    }
    const std::size_t atoms = case_of(1).set->atom_count();
    EXPECT_GT(atoms, 600u);
    EXPECT_LT(judged * 4, atoms) << judged << " of " << atoms << " atoms, " << slots << " slots";
}

TEST(ConditionDifferential, EventTypesCoverEveryHit) {
    for (const std::uint32_t seed : seeds()) {
        Case& run = case_of(seed);
        for (const ConditionHit& hit : run.expected) {
            const auto type = static_cast<std::size_t>(run.events[hit.event].type);
            ASSERT_TRUE(run.set->event_types(hit.condition).test(type)) << run.describe(hit);
        }
    }
}

// A reload: images and caches keep nothing of the set before.
TEST(ConditionDifferential, AnotherGenerationStartsAnew) {
    Case& first = case_of(1);
    ConditionSet::Builder builder;
    for (std::size_t i = first.conditions.size(); i-- > 0;) builder.add(first.conditions[i]);
    const auto second = builder.build(77);
    ASSERT_TRUE(second);
    std::vector<ConditionScratch> scratches;
    scratches.emplace_back(*first.set);
    first.expect_agreement(first.judge(64, scratches), "before");
    ConditionScratch scratch(**second);
    std::vector<std::uint32_t> which(first.events.size());
    std::iota(which.begin(), which.end(), 0);
    std::vector<ConditionHit> hits;
    (*second)->evaluate(first.events, which, scratch, hits);
    const auto last = static_cast<ConditionIndex>(first.conditions.size() - 1);
    for (ConditionHit& hit : hits) hit.condition = last - hit.condition;
    std::ranges::sort(hits);
    first.expect_agreement(hits, "after");
    first.expect_agreement(first.judge(64, scratches), "and back");
}

}  // namespace
}  // namespace sequitur
