// A hierarchical timing wheel (Varghese and Lauck, "Hashed and hierarchical timing wheels", 1987),
// with slots down to one nanosecond.
//
// The simple idea: an array of lists, one for each instant; a deadline goes into its instant's
// list, and time walks over the array. 64-bit nanoseconds would need 2^64 lists. So there are 11
// levels of 64 lists: on level 0 a list stands for one nanosecond, on level 1 for 64 of them, on
// level l for 64^l. A deadline is put on the level of the highest base-64 digit in which it differs
// from now; when time enters its slot, it moves down to a finer level. One 64-bit word per level
// says which lists hold anything, so that empty time is skipped by counting zeros.
//
// Three refinements. When time jumps over a whole slot, all of it is expired at once without moving
// down: the order in which deadlines pass does not matter here, the engine sorts what comes of
// them. And while time has not reached the start of the first occupied slot, advance() does nothing
// at all, not even moves `now_`; deadlines armed meanwhile land on a level that is coarser than
// needed, which costs them one more move. And a deadline that moves to later, or whose match ends,
// leaves its node where it is: the node is looked at when its slot is drained, and put where it now
// belongs or dropped. The next match in the same place takes the node over. So a match that is
// replaced again and again within its window costs the wheel nothing at all.
//
// Invariants
//   1. now_ never goes back; every armed deadline that was not late is at or after now_.
//   2. A node put there for deadline d, not after its deadline_ns, is on level l(d, now_), the
//   digit of the highest bit of d ^ now_, in
//      the slot of d's digit there. This stays true while now_ moves within one slot, because
//      digits above l are equal and the digit at l is greater in d; a slot that now_ enters is
//      drained.
//   3. Hence everything on a level is earlier than everything on the levels above it, and the first
//      occupied slot of the lowest occupied level is the earliest.
//   4. A list's first node has kHead plus its slot's number as its predecessor, so disarm needs no
//      search and no knowledge of the level.
#include "sequences/timer_wheel.h"

#include <algorithm>
#include <bit>

namespace sequitur {

TimerWheel::TimerWheel(Pool<PartialMatch>& matches) : matches_(matches) {
    for (auto& level : heads_) level.fill(kNoHandle);
}

void TimerWheel::arm(Handle match) {
    const std::int64_t deadline_ns = matches_[match].deadline_ns;
    if (deadline_ns == kNoDeadline) return;
    put(match, std::max(ordered(deadline_ns), now_));
}

void TimerWheel::put(Handle match, std::uint64_t deadline) {
    const std::uint64_t difference = deadline ^ now_;
    const unsigned level =
        difference == 0 ? 0 : (63 - static_cast<unsigned>(std::countl_zero(difference))) / kBits;
    const unsigned slot = static_cast<unsigned>(deadline >> (level * kBits)) & (kSlots - 1);
    Handle& head = heads_[level][slot];
    PartialMatch& node = matches_[match];
    node.timer = {head, kHead + level * kSlots + slot};  // Invariant 4.
    if (head != kNoHandle) matches_[head].timer.previous = match;
    head = match;
    occupied_[level] |= std::uint64_t{1} << slot;
    levels_ |= 1u << level;
    earliest_ = std::min(earliest_, start_of(level, slot));
}

void TimerWheel::disarm(Handle match) {
    ListLinks& links = matches_[match].timer;
    if (links.previous == kNoHandle) return;
    if (links.next != kNoHandle) matches_[links.next].timer.previous = links.previous;
    if (links.previous < kHead) {
        matches_[links.previous].timer.next = links.next;
    } else {
        const unsigned level = (links.previous - kHead) / kSlots;
        const unsigned slot = (links.previous - kHead) % kSlots;
        heads_[level][slot] = links.next;
        if (links.next == kNoHandle) {
            occupied_[level] &= ~(std::uint64_t{1} << slot);
            if (occupied_[level] == 0) levels_ &= ~(1u << level);
            // earliest_ may now be too early, which costs one look at the next advance.
        }
    }
    links = {};
}

void TimerWheel::rearm(Handle match, std::int64_t deadline_ns) {
    PartialMatch& node = matches_[match];
    const bool is_armed = node.timer.previous != kNoHandle;
    const bool stays = is_armed && deadline_ns >= node.deadline_ns;
    if (is_armed && !stays) disarm(match);
    node.deadline_ns = deadline_ns;
    if (!stays) arm(match);
}

void TimerWheel::advance_slowly(std::uint64_t now, std::vector<Handle>& expired) {
    while (levels_ != 0) {
        const auto level = static_cast<unsigned>(std::countr_zero(levels_));
        const auto slot = static_cast<unsigned>(std::countr_zero(occupied_[level]));
        const std::uint64_t start = start_of(level, slot);
        if (start > now || (level == 0 && start == now)) break;
        // Later slots are untouched whether now_ is the slot's start or lies within it.
        const std::uint64_t last = start | ((std::uint64_t{1} << (level * kBits)) - 1);
        now_ = std::max(now_, last < now ? start : now);
        drain(level, slot, now, expired);
    }
    now_ = std::max(now_, now);
    find_earliest();
}

void TimerWheel::drain(unsigned level, unsigned slot, std::uint64_t now,
                       std::vector<Handle>& expired) {
    Handle match = heads_[level][slot];
    heads_[level][slot] = kNoHandle;
    occupied_[level] &= ~(std::uint64_t{1} << slot);
    if (occupied_[level] == 0) levels_ &= ~(1u << level);
    while (match != kNoHandle) {
        PartialMatch& node = matches_[match];
        const Handle following = node.timer.next;
        node.timer = {};
        const std::uint64_t deadline = ordered(node.deadline_ns);
        if (node.use == MatchUse::kFree || node.deadline_ns == kNoDeadline) {
            // Nothing is waited for any more.
        } else if (deadline < now) {
            expired.push_back(match);
        } else {
            put(match, deadline);
            if (level == kSoonLevel) soon_.push_back(match);
            if (level == kLaterLevel) later_.push_back(match);
        }
        match = following;
    }
}

std::uint64_t TimerWheel::start_of(unsigned level, unsigned slot) const {
    const unsigned shift = level * kBits;
    // The digits of now_ above this level; on the topmost level there are none.
    const std::uint64_t above =
        shift + kBits >= 64 ? 0 : now_ >> (shift + kBits) << (shift + kBits);
    return above | std::uint64_t{slot} << shift;
}

void TimerWheel::find_earliest() {
    if (levels_ == 0) {
        earliest_ = kNever;
        return;
    }
    const auto level = static_cast<unsigned>(std::countr_zero(levels_));
    earliest_ = start_of(level, static_cast<unsigned>(std::countr_zero(occupied_[level])));
}

}  // namespace sequitur
