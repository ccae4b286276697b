// What travels from the engine to its trackers: occurrences, and what each of them is to a
// sequence.
#pragma once

#include "core/retained_event.h"
#include "sequences/key.h"

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <span>

namespace sequitur {

// Something that happens at a moment: an event of the batch, or a detection at a deadline, which is
// shown as the last event of its match with the deadline's time.
struct Occurrence {
    const Event* event = nullptr;
    // The latest time that the stream had reached: event time runs to here before this happens. It
    // differs from event->time only for an event that came late.
    std::int64_t clock_ns = 0;
    // Where the one retained copy of the event is kept, shared by all who see this occurrence.
    std::atomic<const RetainedEvent*>* retained = nullptr;

    // The retained copy, made on first demand. Any thread. Valid as long as the cell's owner keeps
    // its reference, which is to the end of the batch.
    const RetainedEvent& retain() const {
        const RetainedEvent* found = retained->load(std::memory_order_acquire);
        return found != nullptr ? *found : make_retained();
    }

private:
    const RetainedEvent& make_retained() const;
};

enum class HitRole : std::uint8_t { kStep, kAbsence, kUntil, kExit };

// "This occurrence is `role` of this sequence under this key." Those of one occurrence, sequence
// and key are a turn and stand together, steps first and from the last position to the first.
struct StepHit {
    Key key;                       // of the sequence's base place
    std::uint32_t occurrence = 0;  // index in the batch's list
    std::uint32_t sequence = 0;
    std::uint32_t turn = 0;  // number of the turn within the batch, rising
    HitRole role = HitRole::kStep;
    std::uint8_t position = 0;  // of a step; number of an absence
    std::uint8_t part = 0;      // of the position
    bool opens = true;          // under this key it may open a partial match
};

// Calls visit(hits) for each run of hits that agree in `member`.
template <auto member, typename Visit>
void for_each_run(std::span<const StepHit> hits, Visit visit) {
    while (!hits.empty()) {
        std::size_t count = 1;
        while (count < hits.size() && hits[count].*member == hits.front().*member) ++count;
        visit(hits.first(count));
        hits = hits.subspan(count);
    }
}

}  // namespace sequitur
