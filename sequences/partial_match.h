// One partial match: how far one attempt at a sequence has come, in a cache line.
//
// Its life is a small state machine (Boost.MSM, in partial_match.cpp alone); which step comes next
// is data of the compiled sequence. Partial matches live in a PartialMatchStore, which owns their
// places in the lists below and their references to retained events.
#pragma once

#include <cstdint>
#include <string_view>

namespace sequitur {

class RetainedEvent;

// The states of a partial match. The last three are final.
enum class Lifecycle : std::uint8_t {
    kWaiting,    // for its next step
    kGuarding,   // all steps came; waits for a trailing absence to hold until its deadline
    kCompleted,  // reported
    kExpired,    // the window ended first (8)
    kCancelled,  // forbidden event, `until`, a newer match, an exit or a limit ended it
};

// What can happen to a partial match.
enum class LifecycleSignal : std::uint8_t {
    kStepDone,       // a step, and more are to come
    kLastStepDone,   // the last step, and no absence has to be waited for
    kGuardBegins,    // the last step, and a trailing absence has to hold
    kDeadline,       // event time has passed the deadline
    kFlush,          // the input is over and what waits for an absence is asked for
    kForbidden,      // an event that an absence names (7)
    kUntil,          // the sequence's end condition (6)
    kReplaced,       // a newer match of this key has come as far (4)
    kProcessExited,  // the process that all remaining steps need is gone (9)
    kEvicted,        // a limit was reached
};

// The state after `signal`. A signal that means nothing in a state leaves it as it is: a guarding
// match is not replaced and survives its process; a final state never changes.
// Cost: a look-up. Pure.
Lifecycle next(Lifecycle state, LifecycleSignal signal);

constexpr bool is_final(Lifecycle state) { return state >= Lifecycle::kCompleted; }
std::string_view name_of(Lifecycle state);

// Number of a partial match, key record, ... in its pool.
using Handle = std::uint32_t;
inline constexpr Handle kNoHandle = 0xffffffff;

// Neighbours in a doubly linked list of the same kind.
struct ListLinks {
    Handle next = kNoHandle;
    Handle previous = kNoHandle;
};

inline constexpr std::int64_t kNoDeadline = INT64_MAX;
inline constexpr std::uint8_t kNothingBlocked = 0xff;

// What a slab entry stands for. Only the first kind is a partial match in the language's sense.
enum class MatchUse : std::uint8_t {
    kMatch,
    kQuiet,   // a counted step was done; takes further events until the window has passed
    kMemory,  // an event that a leading absence names was seen
    kFree,    // nothing; only its timer may still stand on the wheel
};

struct PartialMatch {
    std::int64_t deadline_ns = kNoDeadline;  // the last instant that is still in time
    // The first two matched events, retained; later and counted ones are in the MatchDetail.
    const RetainedEvent* events[2] = {nullptr, nullptr};
    ListLinks timer;                  // timing wheel slot
    ListLinks bucket;                 // matches of one key record, oldest arrival first
    Handle key = kNoHandle;           // key record that it is found under
    Handle origin = kNoHandle;        // origin group that it counts for
    Handle detail = kNoHandle;        // what most matches do not need, or none
    std::uint32_t age = 0;            // number of the turn that opened it; goes round
    std::uint16_t steps[2] = {0, 0};  // StepPlan::index of events[i]
    Lifecycle state = Lifecycle::kWaiting;
    std::uint8_t stage = 0;  // position of the next step; kMemory: number of the absence
    std::uint8_t blocked_from = kNothingBlocked;  // an absence bars steps from this position on
    MatchUse use = MatchUse::kMatch;
};
static_assert(sizeof(PartialMatch) == 64);

}  // namespace sequitur
