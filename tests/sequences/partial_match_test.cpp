#include "sequences/partial_match.h"

#include <gtest/gtest.h>

namespace sequitur {
namespace {

using enum Lifecycle;
using Signal = LifecycleSignal;

TEST(Lifecycle, WaitsThroughStepsToItsCompletion) {
    EXPECT_EQ(next(kWaiting, Signal::kStepDone), kWaiting);
    EXPECT_EQ(next(kWaiting, Signal::kLastStepDone), kCompleted);
}

TEST(Lifecycle, AGuardCompletesAtItsDeadlineOrOnRequest) {
    EXPECT_EQ(next(kWaiting, Signal::kGuardBegins), kGuarding);
    EXPECT_EQ(next(kGuarding, Signal::kDeadline), kCompleted);
    EXPECT_EQ(next(kGuarding, Signal::kFlush), kCompleted);
}

TEST(Lifecycle, ADeadlineEndsWaiting) { EXPECT_EQ(next(kWaiting, Signal::kDeadline), kExpired); }

TEST(Lifecycle, AGuardIsNotReplacedAndSurvivesItsProcess) {
    EXPECT_EQ(next(kGuarding, Signal::kReplaced), kGuarding);
    EXPECT_EQ(next(kGuarding, Signal::kProcessExited), kGuarding);
    EXPECT_EQ(next(kWaiting, Signal::kReplaced), kCancelled);
    EXPECT_EQ(next(kWaiting, Signal::kProcessExited), kCancelled);
}

TEST(Lifecycle, ForbiddenEventsUntilAndLimitsEndEither) {
    for (const Lifecycle state : {kWaiting, kGuarding}) {
        EXPECT_EQ(next(state, Signal::kForbidden), kCancelled);
        EXPECT_EQ(next(state, Signal::kUntil), kCancelled);
        EXPECT_EQ(next(state, Signal::kEvicted), kCancelled);
    }
}

TEST(Lifecycle, FlushLeavesWhatWaitsForSteps) {
    EXPECT_EQ(next(kWaiting, Signal::kFlush), kWaiting);
}

TEST(Lifecycle, FinalStatesStay) {
    for (const Lifecycle state : {kCompleted, kExpired, kCancelled}) {
        EXPECT_TRUE(is_final(state));
        for (int signal = 0; signal <= static_cast<int>(Signal::kEvicted); ++signal) {
            EXPECT_EQ(next(state, static_cast<Signal>(signal)), state);
        }
    }
}

}  // namespace
}  // namespace sequitur
