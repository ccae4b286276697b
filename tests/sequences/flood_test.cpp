// A flood of first steps by one user, while another's dropper goes about its three steps.
//
// SEQUITUR_FLOOD sets how many events the flood has; the full measure is 10,000,000.
#include "core/field.h"
#include "tests/sequences/hand_made.h"

#include <gtest/gtest.h>

#include <cstdlib>

namespace sequitur::testing {
namespace {

std::uint64_t flood_size() {
    const char* text = std::getenv("SEQUITUR_FLOOD");
    return text != nullptr ? std::strtoull(text, nullptr, 10) : 100'000;
}

// Events on numbered files, each satisfying one condition, in batches of one engine.
class Host {
public:
    Host(const Limits& limits, SequencePlan plan)
        : engine_(rule_set({std::move(plan)}), limits, 1), limits_(limits) {
        world_.process(1, 0, 1000);
        world_.process(2, 0, 2000);
    }

    void at(std::int64_t ns, ConditionIndex condition, std::int64_t pid, std::uint64_t file) {
        Event event;
        event.info = event_type_info(EventType::kOpenat);
        event.type = EventType::kOpenat;
        event.time = Timestamp(Duration(ns));
        event.number = ++number_;
        event.process = world_.process(pid);
        event.file = {file, 2049, 0, FileId::Kind::kInode};
        hits_.push_back({static_cast<std::uint32_t>(events_.size()), condition});
        events_.push_back(event);
        if (events_.size() == 256) apply();
    }

    void apply() {
        engine_.apply(events_, hits_, matches_);
        events_.clear();
        hits_.clear();
        ASSERT_LE(engine_.memory().retained_events, limits_.retained_bytes_max);
        ASSERT_LE(engine_.counters().live, limits_.partial_matches_max);
    }

    const Engine& engine() const { return engine_; }
    const std::vector<Match>& matches() const { return matches_; }

private:
    World world_;
    Engine engine_;
    Limits limits_;
    std::vector<Event> events_;
    std::vector<ConditionHit> hits_;
    std::vector<Match> matches_;  // Goes before what its events refer to.
    std::uint64_t number_ = 0;
};

TEST(Flood, OfFirstStepsByOneUserHidesNobodysDropper) {
    constexpr std::int64_t kSecond = 1'000'000'000;
    const std::uint64_t junk = flood_size();
    Limits limits;
    // Smaller in a small flood, so that each limit is reached many times over.
    limits.partial_matches_max = limits.partial_matches_per_sequence_max = junk / 100;
    limits.retained_bytes_max = junk * 4;
    SequencePlan dropper =
        sequence({"file.id"}, 60 * kSecond, {step("a", 0), step("b", 1), step("c", 2)});
    Host host(limits, std::move(dropper));

    constexpr std::uint64_t kDropped = 1;
    host.at(0, 0, 2, kDropped);
    const auto time_of = [&](std::uint64_t i) {
        return 1 + static_cast<std::int64_t>(i * static_cast<std::uint64_t>(kSecond) / junk);
    };
    for (std::uint64_t i = 0; i < junk; ++i) {
        host.at(time_of(i), 0, 1, 2 + i);
        if (i == junk / 2) host.at(time_of(i), 1, 2, kDropped);
    }
    host.at(kSecond + 1, 2, 2, kDropped);
    host.apply();

    ASSERT_EQ(host.matches().size(), 1u);
    const Match& match = host.matches().front();
    EXPECT_EQ(match.time, Timestamp(Duration(kSecond + 1)));
    ASSERT_EQ(match.steps.size(), 3u);
    EXPECT_EQ(match.steps[0].event->event().process->uid, 2000u);
    EXPECT_TRUE(match.losses.complete());  // What was evicted was not of its key.
    const EngineCounters counters = host.engine().counters();
    EXPECT_EQ(counters.opened, junk + 1);
    EXPECT_GT(counters.evicted, junk / 2);
    ASSERT_EQ(host.engine().evictions().size(), 1u);
    EXPECT_EQ(host.engine().evictions().front().sequence, "s");
    EXPECT_EQ(host.engine().evictions().front().count, counters.evicted);
}

}  // namespace
}  // namespace sequitur::testing
