// The events that a match's steps were, as conditions and outputs ask for them: by StepPlan::index.
//
// A retained event is packed; here it is unpacked. Reused from match to match, so that nothing is
// allocated once it has grown. Thread: its owner's.
#pragma once

#include "core/retained_event.h"

#include <cstddef>
#include <span>
#include <vector>

namespace sequitur {

class StepEvents {
public:
    // No event of `count` steps.
    void reset(std::size_t count) {
        events_.assign(count, nullptr);
        if (unpacked_.size() < count) unpacked_.resize(count);
    }
    // The event of step `index`; the first that is given for it counts. One that is out of range,
    // as a step's without a name is, nobody can ask for.
    void add(std::size_t index, const RetainedEvent& event) {
        if (index >= events_.size() || events_[index] != nullptr) return;
        unpacked_[index] = event.event();
        events_[index] = &unpacked_[index];
    }

    // Null where there is none. Valid until the next reset().
    std::span<const Event* const> view() const { return events_; }
    const Event* operator[](std::size_t index) const { return events_[index]; }

private:
    std::vector<const Event*> events_;
    std::vector<Event> unpacked_;
};

}  // namespace sequitur
