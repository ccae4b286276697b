// Deadlines of partial matches, exact to the nanosecond of event time.
//
// arm, disarm and each expiry cost the same whether ten deadlines are waiting or a million.
// Knows nothing of what a deadline means.
#pragma once

#include "sequences/partial_match.h"
#include "sequences/pool.h"

#include <array>
#include <cstdint>
#include <vector>

namespace sequitur {

class TimerWheel {
public:
    // `matches` holds the nodes (PartialMatch::deadline_ns, ::timer and ::use) and must outlive
    // this. A place whose match ended (MatchUse::kFree) stays on the wheel until its time comes or
    // the next match in it is rearmed.
    explicit TimerWheel(Pool<PartialMatch>& matches);

    // Puts the match's deadline_ns on the wheel; kNoDeadline is never reached and not put there.
    // Precondition: not armed. deadline_ns stays as it is until disarm or expiry.
    // A deadline that has already passed expires at the next advance that moves time.
    void arm(Handle match);
    // Takes it off; nothing happens to a match that is not armed.
    void disarm(Handle match);
    // Sets deadline_ns, whether the match is armed or not. One that moves to a later deadline, as
    // nearly all do, stays where it is on the wheel until time gets there: nothing but the match
    // itself is touched.
    void rearm(Handle match, std::int64_t deadline_ns);

    // Moves time to `now_ns` and appends every match whose deadline lies before it, disarmed, in no
    // particular order. A deadline equal to `now_ns` stays. Time does not go back.
    // Cost: per expired match constant (at most kLevels moves over its life).
    void advance(std::int64_t now_ns, std::vector<Handle>& expired) {
        soon_.clear();
        later_.clear();
        if (ordered(now_ns) > earliest_) advance_slowly(ordered(now_ns), expired);
    }

    // Those that the last advance() found to be due before long, and some time after that: worth a
    // look ahead.
    const std::vector<Handle>& soon() const { return soon_; }
    const std::vector<Handle>& later() const { return later_; }

private:
    static constexpr unsigned kBits = 6, kSlots = 1u << kBits, kLevels = 11;
    static constexpr std::uint64_t kNever = UINT64_MAX;
    static constexpr Handle kHead = 0x80000000;  // plus a slot's number: no match, that slot
    static constexpr unsigned kSoonLevel = 2, kLaterLevel = 3;  // slots of 4 and of 260 us

    // Signed times in unsigned order.
    static std::uint64_t ordered(std::int64_t time_ns) {
        return static_cast<std::uint64_t>(time_ns) ^ (std::uint64_t{1} << 63);
    }

    void advance_slowly(std::uint64_t now, std::vector<Handle>& expired);
    void put(Handle match, std::uint64_t deadline);
    // Empties a slot: what lies before `now` is expired, the rest put where it now belongs.
    void drain(unsigned level, unsigned slot, std::uint64_t now, std::vector<Handle>& expired);
    std::uint64_t start_of(unsigned level, unsigned slot) const;
    void find_earliest();

    Pool<PartialMatch>& matches_;
    std::vector<Handle> soon_, later_;
    std::uint64_t now_ = 0;
    std::uint64_t earliest_ = kNever;  // start of the first occupied slot
    std::array<std::array<Handle, kSlots>, kLevels> heads_;
    std::array<std::uint64_t, kLevels> occupied_{};  // bit s: slot s of the level holds something
    std::uint32_t levels_ = 0;                       // bit l: level l does
};

}  // namespace sequitur
