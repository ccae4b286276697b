// Positions that take several events: all_of and at_least.
//
// A match gathers at position p from the first event of p that it takes to the last that p needs.
// While it does, it stands at stage p but does not count among those that wait there. A gathering
// that opened its match has no earlier step, so it slides along with event time (gathering.h).
// An at_least that is done stands at stage p + 1 and keeps its position: further events are counted
// into it, and when it moves on, a quiet entry takes its place until the window has passed, so that
// they do not start another.
#include "sequences/tracker.h"
#include "sequences/tracker_place.h"
#include "sequences/tracker_time.h"

#include <bit>
#include <utility>

namespace sequitur {

Key Tracker::gather_key(const Turn& turn) const {
    if (!turn.sequence.is_linked) return turn.base;
    return rules_.hasher.in_place(turn.base, turn.sequence.index, kGatherPlace);
}

// Whether the event was of use to some match.
bool Tracker::gather(const Turn& turn, PositionHits hits) {
    const CompiledSequence& sequence = turn.sequence;
    const std::uint8_t p = hits.front().position;
    const Position& position = sequence.positions[p];
    Key value;
    if (!distinct_value(turn, position, value)) return true;  // It satisfies no step (2).

    find_all(turn);
    bool is_used = false;
    for (std::size_t i = 0; i < found_.size(); ++i) {
        if (found_[i] == kNoHandle) continue;
        const MatchDetail* detail = store_.detail_of(found_[i]);
        if (detail == nullptr || detail->gather_position != p) continue;
        is_used = feed(turn, found_[i], hits) || is_used;
    }
    const bool are_independent =
        sequence.match == MatchPolicy::kEvery || sequence.stages[p].crowd != Crowd::kOne;
    if (!is_used || are_independent) is_used = start_gathering(turn, hits) || is_used;
    return is_used;
}

bool Tracker::feed(const Turn& turn, Handle match, PositionHits hits) {
    const std::uint8_t p = hits.front().position;
    const Position& position = turn.sequence.positions[p];
    if (store_[match].use == MatchUse::kQuiet) return true;
    if (store_[match].state != Lifecycle::kWaiting) return false;
    const std::uint32_t parts = satisfied_parts(turn, match, hits, p);
    MatchDetail& detail = store_.detail(match);
    if (parts == 0) return false;
    if (detail.gather_done) {
        store_.count_further(match, turn.occurrence.retain());
        set_deadline(match, stage_deadline(turn.sequence, match));
        return true;
    }
    const bool slides = store_.step_count(match) == 0;
    if (!slides && !in_time(turn, match, p)) return false;
    if (position.kind == Position::Kind::kAllOf && !slides && !detail.gathering->wants(parts)) {
        return false;
    }
    bool opens = false;
    for (const StepHit& hit : hits) opens = opens || hit.opens;
    add_event(turn, match, parts, opens);
    return true;
}

// Matches that wait at p, or before p over optional steps, begin to gather.
bool Tracker::start_gathering(const Turn& turn, PositionHits hits) {
    const CompiledSequence& sequence = turn.sequence;
    const std::size_t p = hits.front().position;
    for (std::size_t stage = p; stage > 0; --stage) {
        if (stage < p && !sequence.positions[stage].is_optional) break;
        collect(turn, stage, hits);
        if (taken_.empty()) continue;
        if (sequence.match != MatchPolicy::kEvery && sequence.stages[p].crowd == Crowd::kOne) {
            // The one that gathers already gives way, or stays (4).
            for (const Handle other : found_) {
                if (other == kNoHandle || !is_gathering(other) || store_[other].stage != p)
                    continue;
                if (sequence.match == MatchPolicy::kFirst) {
                    end(taken_.back().match, LifecycleSignal::kReplaced);
                    taken_.clear();
                } else {
                    end(other, LifecycleSignal::kReplaced);
                }
                break;
            }
        }
        for (std::size_t i = 0; i < taken_.size(); ++i) {
            const Taken taken = taken_[i];
            if (taken.match == kNoHandle) continue;
            if (store_.detail(taken.match).gather_done) keep_quiet(turn, taken.match);
            begin_gathering(sequence, taken.match, p);
            list_by_key(turn, taken.match, gather_key(turn));
            set_deadline(taken.match, std::min(window_end(taken.match),
                                               later(ns_of(store_.last_event(taken.match)),
                                                     sequence.positions[p].within_ns)));
            add_event(turn, taken.match, taken.parts, true);
        }
        taken_.clear();
        return true;
    }
    return false;
}

void Tracker::open_gathering(const Turn& turn, PositionHits hits) {
    const std::size_t p = hits.front().position;
    const std::uint32_t parts = satisfied_parts(turn, kNoHandle, hits, 0);
    std::int64_t barrier_ns = kLongAgo;
    Key value;
    if (parts == 0 || !may_open(turn, p, barrier_ns) ||
        !distinct_value(turn, turn.sequence.positions[p], value)) {
        return;
    }
    const Handle match = create(turn);
    begin_gathering(turn.sequence, match, p);
    list_by_key(turn, match, gather_key(turn));
    set_deadline(match, later(turn.time_ns, turn.sequence.within_ns));
    add_event(turn, match, parts, true);
}

void Tracker::begin_gathering(const CompiledSequence& sequence, Handle match, std::size_t p) {
    const Position& position = sequence.positions[p];
    MatchDetail& detail = store_.detail(match);
    store_[match].stage = static_cast<std::uint8_t>(p);
    store_[match].blocked_from = kNothingBlocked;
    detail.gather_position = static_cast<std::uint8_t>(p);
    detail.gather_done = false;
    if (!detail.gathering) detail.gathering = std::make_unique<Gathering>();
    if (position.kind == Position::Kind::kAllOf) {
        detail.gathering->begin_parts(static_cast<std::uint32_t>(position.parts.size()));
    } else {
        detail.gathering->begin_count(position.at_least, position.distinct != nullptr);
    }
}

void Tracker::add_event(const Turn& turn, Handle match, std::uint32_t parts, bool opens) {
    MatchDetail& detail = store_.detail(match);
    const std::uint8_t p = detail.gather_position;
    Gathering::Entry entry;
    entry.event = Ref<RetainedEvent>(&turn.occurrence.retain());
    entry.parts = parts;
    entry.opens = opens && may_open(turn, p, entry.barrier_ns);
    distinct_value(turn, turn.sequence.positions[p], entry.value);
    detail.gathering->add(std::move(entry));
    if (!detail.gathering->is_done()) return;
    // A last step inside what a leading absence forbids does not complete (7).
    const bool slides = store_.step_count(match) == 0;
    const std::int64_t barrier_ns =
        slides ? detail.gathering->first().barrier_ns : detail.barrier_ns;
    const bool is_barred = turn.sequence.is_last(p) && barrier_ns != kLongAgo &&
                           turn.time_ns <= later(barrier_ns, turn.sequence.within_ns);
    if (!is_barred) gathered(turn, match);
}

void Tracker::gathered(const Turn& turn, Handle match) {
    MatchDetail& detail = store_.detail(match);
    const std::uint8_t p = detail.gather_position;
    const Position& position = turn.sequence.positions[p];
    if (store_.step_count(match) == 0) detail.barrier_ns = detail.gathering->first().barrier_ns;
    if (position.kind == Position::Kind::kAllOf) {
        for (const auto& [entry, part] : detail.gathering->assignment()) {
            store_.push_step(match, *entry->event, position.parts[part].step);
        }
        detail.gather_position = kNoPosition;
        detail.gathering->clear();
        return finish_step(turn, match, p);
    }
    HeldStep step;
    step.event = detail.gathering->first().event;
    step.last = detail.gathering->last().event;
    step.count = detail.gathering->size();
    step.step = position.parts[0].step;
    detail.counted_step = static_cast<std::uint16_t>(detail.more.size());
    detail.gather_done = true;
    detail.gathering->clear();
    store_.push_counted_step(match, std::move(step));
    if (turn.sequence.is_last(p)) keep_quiet(turn, match);
    finish_step(turn, match, p);
}

// Lets events fall out of a gathering that opened its match; false when nothing is left.
bool Tracker::slide(Handle match, std::int64_t clock_ns) {
    MatchDetail& detail = store_.detail(match);
    const std::int64_t within_ns = rules_.sequences[store_.sequence_of(match)].within_ns;
    if (within_ns != kNoDeadline) detail.gathering->drop_before(clock_ns - within_ns);
    if (detail.gathering->is_empty()) return false;
    set_deadline(match, later(ns_of(*detail.gathering->first().event), within_ns));
    return true;
}

// The value that `distinct` counts; false when the event has none.
bool Tracker::distinct_value(const Turn& turn, const Position& position, Key& value) {
    if (position.distinct == nullptr) return true;
    scratch_.reset();
    const Value of = extract(*position.distinct, turn.event(), scratch_);
    if (!of) return false;
    bytes_.clear();
    append_key_bytes(of, bytes_);
    value = rules_.hasher.hash(bytes_);
    return true;
}

}  // namespace sequitur
