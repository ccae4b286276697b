#include "sequences/router.h"

#include "sequences/tracker_place.h"
#include "sequences/tracker_time.h"

#include <algorithm>
#include <limits>
#include <tuple>

namespace sequitur {

const RetainedEvent& Occurrence::make_retained() const {
    Ref<RetainedEvent> made = RetainedEvent::copy_of(*event);
    const RetainedEvent* expected = nullptr;
    // Two trackers may get here at once; the later one takes the other's copy.
    if (!retained->compare_exchange_strong(expected, made.get(), std::memory_order_acq_rel)) {
        return *expected;
    }
    return *made.detach();  // The reference is the cell's now.
}

void BatchEvents::begin(std::span<const Event> events, std::int64_t clock_ns) {
    clear();
    events_ = events;
    clock_ns_ = clock_ns;
    clocks_.resize(events.size());
    for (std::size_t i = 0; i < events.size(); ++i) {
        clock_ns = std::max(clock_ns, ns_of_event(events[i]));
        clocks_[i] = clock_ns;
    }
    if (events.size() > cell_count_) {
        cell_count_ = events.size();
        cells_ = std::make_unique<Cell[]>(cell_count_);
    }
}

void BatchEvents::clear() {
    // No tracker runs any more, so plain loads and stores will do.
    const auto release = [](Cell& cell) {
        if (const RetainedEvent* event = cell.load(std::memory_order_relaxed)) {
            cell.store(nullptr, std::memory_order_relaxed);
            event->release();
        }
    };
    std::for_each(cells_.get(), cells_.get() + events_.size(), release);
    std::for_each(detection_cells_.begin(), detection_cells_.end(), release);
    detection_cells_.clear();
    detection_events_.clear();
    events_ = {};
}

Occurrence BatchEvents::occurrence(std::size_t event) {
    return {&events_[event], clocks_[event], &cells_[event]};
}

Occurrence BatchEvents::occurrence(const Detection& detection) {
    detection.event->retain();
    const Event& event = detection_events_.emplace_back(detection.event->event());
    Cell& cell = detection_cells_.emplace_back(detection.event.get());
    return {&event, ns_of_event(event), &cell};
}

BatchPlace BatchEvents::place_of(const Occurrence& occurrence) const {
    const Cell* cell = occurrence.retained;
    if (!events_.empty() && cell >= cells_.get() && cell < cells_.get() + events_.size()) {
        return 2 * static_cast<BatchPlace>(cell - cells_.get()) + 1;
    }
    return place_of_deadline(occurrence.clock_ns);
}

BatchPlace BatchEvents::place_of_deadline(std::int64_t time_ns) const {
    const auto behind = std::upper_bound(clocks_.begin(), clocks_.end(), time_ns);
    return 2 * static_cast<BatchPlace>(behind - clocks_.begin());
}

Router::Router(const CompiledRules& rules) : rules_(rules), keys_(rules.shapes, rules.hasher) {}

void Router::route(const Level& level, BatchEvents& batch, std::span<const ConditionHit> hits,
                   std::span<const Detection> detections) {
    hits_.clear();
    occurrences_.clear();
    turns_ = 0;
    const auto add_deadlines_before = [&](BatchPlace place) {
        while (!detections.empty() && detections.front().place < place) {
            begin(batch.occurrence(detections.front()));
            add(level.by_sequence.of(detections.front().sequence));
            end();
            detections = detections.subspan(1);
        }
    };
    const bool wants_exits = !level.exit_sequences.empty();
    const std::span<const Event> events = batch.events();
    for (std::size_t i = 0; i < events.size(); ++i) {
        const BatchPlace place = 2 * i + 1;
        if (!detections.empty()) add_deadlines_before(place);
        const bool is_exit = wants_exits && events[i].is_exit_of_process;
        const bool is_hit = !hits.empty() && hits.front().event == i;
        const bool is_detected = !detections.empty() && detections.front().place == place;
        if (!is_exit && !is_hit && !is_detected) continue;
        begin(batch.occurrence(i));
        for (; !hits.empty() && hits.front().event == i; hits = hits.subspan(1)) {
            add(level.by_condition.of(hits.front().condition));
        }
        for (; !detections.empty() && detections.front().place == place;
             detections = detections.subspan(1)) {
            add(level.by_sequence.of(detections.front().sequence));
        }
        end();
        if (!is_exit) {
            if (hits_.size() == first_hit_) occurrences_.pop_back();
            continue;
        }
        for (const EventKey& key : keys_.keys(rules_.entity_shape)) {
            StepHit hit;
            hit.key = key.key;
            hit.occurrence = static_cast<std::uint32_t>(occurrences_.size() - 1);
            hit.sequence = std::numeric_limits<std::uint32_t>::max();
            hit.turn = turns_++;
            hit.role = HitRole::kExit;
            hits_.push_back(hit);
        }
    }
    add_deadlines_before(std::numeric_limits<BatchPlace>::max());
}

void Router::begin(const Occurrence& occurrence) {
    occurrences_.push_back(occurrence);
    keys_.begin(*occurrence.event);
    first_hit_ = hits_.size();
}

void Router::add(std::span<const Consumer> consumers) {
    for (const Consumer& consumer : consumers) {
        for (const EventKey& key : keys_.keys(consumer.shape)) {
            StepHit& hit = hits_.emplace_back();
            hit.key = rules_.hasher.in_place(key.key, consumer.sequence, kGroupPlace);
            hit.occurrence = static_cast<std::uint32_t>(occurrences_.size() - 1);
            hit.sequence = consumer.sequence;
            hit.role = consumer.role;
            hit.position = consumer.position;
            hit.part = consumer.part;
            hit.opens = key.opens;
        }
    }
}

// Sorts the occurrence's hits into turns. The turns of one sequence follow the order in which their
// keys first came up, which hangs on rules and values alone: the hash is no order to show.
void Router::end() {
    const auto first = hits_.begin() + static_cast<std::ptrdiff_t>(first_hit_);
    const auto count = static_cast<std::size_t>(hits_.end() - first);
    if (count > 1) {
        std::uint32_t number = 0;
        for (auto hit = first; hit != hits_.end(); ++hit) hit->turn = number++;
        const auto by_key = [](const StepHit& hit) {
            return std::tuple(hit.sequence, hit.key.low, hit.key.high);
        };
        std::sort(first, hits_.end(), [&](const StepHit& a, const StepHit& b) {
            return std::tuple(by_key(a), a.turn) < std::tuple(by_key(b), b.turn);
        });
        for (auto hit = first + 1; hit != hits_.end(); ++hit) {
            if (by_key(*hit) == by_key(*(hit - 1))) hit->turn = (hit - 1)->turn;
        }
        const auto in_turn = [](const StepHit& hit) {
            return std::tuple(hit.sequence, hit.turn, hit.role, 255 - hit.position, hit.part);
        };
        std::sort(first, hits_.end(), [&](const StepHit& a, const StepHit& b) {
            // Absences in their own order; it makes no difference.
            return in_turn(a) < in_turn(b);
        });
        // One event is one event, however many detections it stands for.
        const auto last = std::unique(first, hits_.end(), [&](const StepHit& a, const StepHit& b) {
            return in_turn(a) == in_turn(b);
        });
        hits_.erase(last, hits_.end());
    }
    number_turns(first_hit_);
}

void Router::number_turns(std::size_t first) {
    std::uint64_t before = std::numeric_limits<std::uint64_t>::max();
    for (std::size_t i = first; i < hits_.size(); ++i) {
        const std::uint64_t turn = std::uint64_t{hits_[i].sequence} << 32 | hits_[i].turn;
        if (turn != before) ++turns_;
        before = turn;
        hits_[i].turn = turns_ - 1;
    }
}

}  // namespace sequitur
