#include "sequences/timer_wheel.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <random>

namespace sequitur {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

class TimerWheelTest : public ::testing::Test {
protected:
    Handle arm(std::int64_t deadline_ns) {
        const Handle match = matches.take();
        matches[match] = {};
        matches[match].deadline_ns = deadline_ns;
        wheel.arm(match);
        return match;
    }
    std::vector<Handle> advance(std::int64_t now_ns) {
        std::vector<Handle> expired;
        wheel.advance(now_ns, expired);
        return expired;
    }

    Pool<PartialMatch> matches;
    TimerWheel wheel{matches};
};

TEST_F(TimerWheelTest, ADeadlineIsStillInTimeAtItsOwnInstant) {
    const Handle match = arm(1'000'000'007);
    EXPECT_THAT(advance(1'000'000'007), IsEmpty());
    EXPECT_THAT(advance(1'000'000'008), ElementsAre(match));
}

TEST_F(TimerWheelTest, WhatIsDisarmedDoesNotExpire) {
    const Handle first = arm(10), second = arm(10), third = arm(10);
    wheel.disarm(second);
    wheel.disarm(second);
    EXPECT_THAT(advance(100), UnorderedElementsAre(first, third));
}

TEST_F(TimerWheelTest, ADeadlineInThePastExpiresWithTheNextStepOfTime) {
    advance(1000);
    const Handle late = arm(5);
    EXPECT_THAT(advance(1001), ElementsAre(late));
}

TEST_F(TimerWheelTest, ADeadlineMayMoveEitherWay) {
    const Handle earlier = arm(1000), later = arm(1000), never = arm(1000), back = arm(1000);
    wheel.rearm(earlier, 10);
    wheel.rearm(later, 2000);
    wheel.rearm(never, kNoDeadline);
    wheel.rearm(back, kNoDeadline);
    wheel.rearm(back, 1500);
    EXPECT_THAT(advance(10), IsEmpty());
    EXPECT_THAT(advance(11), ElementsAre(earlier));
    EXPECT_THAT(advance(1500), IsEmpty());
    EXPECT_THAT(advance(1501), ElementsAre(back));
    EXPECT_THAT(advance(2000), IsEmpty());
    EXPECT_THAT(advance(kNoDeadline), ElementsAre(later));
}

TEST_F(TimerWheelTest, APlaceWhoseMatchEndedServesTheNextOne) {
    const Handle freed = arm(100), taken_over = arm(100), sooner = arm(100);
    for (const Handle match : {freed, taken_over, sooner}) matches[match].use = MatchUse::kFree;
    for (const Handle match : {taken_over, sooner}) matches[match].use = MatchUse::kMatch;
    wheel.rearm(taken_over, 200);
    wheel.rearm(sooner, 50);
    EXPECT_THAT(advance(51), ElementsAre(sooner));
    EXPECT_THAT(advance(200), IsEmpty());
    EXPECT_THAT(advance(201), ElementsAre(taken_over));
}

TEST_F(TimerWheelTest, NoDeadlineIsNeverReached) {
    arm(kNoDeadline);
    EXPECT_THAT(advance(kNoDeadline), IsEmpty());
}

TEST_F(TimerWheelTest, TimesBeforeTheEpochAreInOrder) {
    const Handle before = arm(-5), after = arm(5);
    EXPECT_THAT(advance(0), ElementsAre(before));
    EXPECT_THAT(advance(6), ElementsAre(after));
}

TEST_F(TimerWheelTest, AgreesWithASortedListOnAnySpan) {
    std::mt19937_64 random(7);
    std::multimap<std::int64_t, Handle> sorted;
    std::int64_t now = 0;
    for (int round = 0; round < 20'000; ++round) {
        const auto magnitude = random() % 45;
        const auto span = static_cast<std::int64_t>(random() % (std::uint64_t{1} << magnitude));
        if (random() % 3 != 0) {
            const std::int64_t deadline = now + span;
            sorted.emplace(deadline, arm(deadline));
        } else if (random() % 4 == 0 && !sorted.empty()) {
            const auto victim =
                std::next(sorted.begin(), static_cast<std::ptrdiff_t>(random() % sorted.size()));
            const Handle match = victim->second;
            sorted.erase(victim);
            if (random() % 2 == 0) {
                wheel.disarm(match);
            } else {
                wheel.rearm(match, now + span);
                sorted.emplace(now + span, match);
            }
        } else {
            now += span;
            std::vector<Handle> expected;
            while (!sorted.empty() && sorted.begin()->first < now) {
                expected.push_back(sorted.begin()->second);
                sorted.erase(sorted.begin());
            }
            EXPECT_THAT(advance(now), ::testing::UnorderedElementsAreArray(expected));
        }
    }
}

}  // namespace
}  // namespace sequitur
