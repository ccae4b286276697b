// From true conditions and detections to turns: which sequences they concern, and under which keys.
//
// Reads the keys off the events and puts the step hits into the one order that trackers follow.
// Knows nothing of partial matches.
#pragma once

#include "core/condition_set.h"
#include "core/retained_event.h"
#include "sequences/compiled_rules.h"
#include "sequences/key.h"
#include "sequences/step_hit.h"

#include <atomic>
#include <cstdint>
#include <deque>
#include <memory>
#include <span>
#include <vector>

namespace sequitur {

// The place of something in its batch: event i is at 2i + 1, what falls between it and the event
// before it at 2i.
using BatchPlace = std::uint64_t;

// A detection of a sequence, as a step of others.
struct Detection {
    BatchPlace place = 0;
    std::uint32_t sequence = 0;
    Ref<RetainedEvent> event;  // at a deadline: the last step's event, with the deadline's time
};

// The events of one batch, and the one retained copy of each that somebody keeps.
class BatchEvents {
public:
    ~BatchEvents() { clear(); }
    // `clock_ns`: the latest time before this batch.
    void begin(std::span<const Event> events, std::int64_t clock_ns);
    void clear();

    std::span<const Event> events() const { return events_; }
    Occurrence occurrence(std::size_t event);
    Occurrence occurrence(const Detection& detection);
    // Where a deadline falls among the events: behind those whose clock is at or before it.
    BatchPlace place_of_deadline(std::int64_t time_ns) const;
    BatchPlace place_of(const Occurrence& occurrence) const;
    std::int64_t end_clock_ns() const { return clocks_.empty() ? clock_ns_ : clocks_.back(); }

private:
    using Cell = std::atomic<const RetainedEvent*>;
    std::span<const Event> events_;
    std::vector<std::int64_t> clocks_;  // the latest time up to each event
    std::unique_ptr<Cell[]> cells_;
    std::size_t cell_count_ = 0;
    std::deque<Cell> detection_cells_;
    std::deque<Event> detection_events_;
    std::int64_t clock_ns_ = 0;
};

class Router {
public:
    explicit Router(const CompiledRules& rules);

    // Works out the turns of `level`. `hits` as Engine::apply has them; `detections` of the levels
    // below, by place.
    void route(const Level& level, BatchEvents& batch, std::span<const ConditionHit> hits,
               std::span<const Detection> detections);

    // The outcome of the last route(): turns in order, and the occurrences they speak of.
    std::span<const StepHit> hits() const { return hits_; }
    const std::vector<Occurrence>& occurrences() const { return occurrences_; }
    std::uint32_t turn_count() const { return turns_; }

private:
    void begin(const Occurrence& occurrence);
    void add(std::span<const Consumer> consumers);
    void end();
    void number_turns(std::size_t first);

    const CompiledRules& rules_;
    KeyReader keys_;
    std::vector<StepHit> hits_;
    std::vector<Occurrence> occurrences_;
    std::size_t first_hit_ = 0;  // of the occurrence at hand
    std::uint32_t turns_ = 0;
};

}  // namespace sequitur
