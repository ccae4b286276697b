// What most partial matches do not need and some do, kept apart so that the many stay small.
#pragma once

#include "core/retained_event.h"
#include "sequences/gathering.h"
#include "sequences/partial_match.h"

#include <cstdint>
#include <memory>
#include <vector>

namespace sequitur {

inline constexpr std::uint8_t kNoPosition = 0xff;
inline constexpr std::int64_t kLongAgo = INT64_MIN;

struct HeldStep {
    Ref<RetainedEvent> event;  // the first, for a counted step
    Ref<RetainedEvent> last;   // counted steps only
    std::uint64_t count = 1;
    std::uint16_t step = 0;  // StepPlan::index
};

struct MatchDetail {
    std::vector<HeldStep> more;  // matched steps behind PartialMatch::events

    // at_least and all_of: the position that gathers, and what it has. A counted step that is done
    // goes on counting into more[counted_step].
    std::uint8_t gather_position = kNoPosition;
    bool gather_done = false;
    std::uint16_t counted_step = 0;
    std::unique_ptr<Gathering> gathering;  // made when first needed, then kept

    // Time of the last event before the first step that a leading absence without `for` names.
    std::int64_t barrier_ns = kLongAgo;

    // Sequences with links: what later steps link to, and the list of all matches of the base key.
    Key slot;
    Handle group = kNoHandle;
    ListLinks in_group;

    // Sequences whose key holds the process and more: the list of that process's matches (9).
    Handle owner = kNoHandle;
    ListLinks in_owner;

    void reset() {
        more.clear();
        gather_position = kNoPosition;
        gather_done = false;
        if (gathering) gathering->clear();
        barrier_ns = kLongAgo;
        slot = {};
        group = owner = kNoHandle;
        in_group = in_owner = {};
    }
};

}  // namespace sequitur
