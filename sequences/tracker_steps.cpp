// Opening partial matches and moving them on.
#include "sequences/tracker.h"
#include "sequences/tracker_place.h"
#include "sequences/tracker_time.h"

#include <algorithm>
#include <bit>

namespace sequitur {

bool Tracker::advance_position(const Turn& turn, PositionHits hits) {
    const CompiledSequence& sequence = turn.sequence;
    const bool every = sequence.match == MatchPolicy::kEvery;
    const std::size_t position = hits.front().position;
    bool has_advanced = false;
    // Those that have come furthest first; earlier stages only over optional steps.
    for (std::size_t stage = position; stage > 0; --stage) {
        if (stage < position && !sequence.positions[stage].is_optional) break;
        collect(turn, stage, hits);
        if (taken_.empty()) continue;
        has_advanced = true;
        // What later steps can't tell apart is one match: of several that complete, one does.
        if (!every && sequence.is_last(position) && taken_.size() > 1) {
            const bool first = sequence.match == MatchPolicy::kFirst;
            if (!first) std::swap(taken_.front(), taken_.back());
            for (std::size_t i = 1; i < taken_.size(); ++i) {
                end(taken_[i].match, LifecycleSignal::kReplaced);
            }
            taken_.resize(1);
        }
        // By index: a quota may strike entries out while this goes on.
        for (std::size_t i = 0; i < taken_.size(); ++i) {
            if (taken_[i].match != kNoHandle) move_on(turn, taken_[i], position);
        }
        taken_.clear();
        if (!every) break;
    }
    return has_advanced;
}

// Puts into taken_ the matches that wait at `stage` and for which the event is the step, in the
// order in which they got there.
void Tracker::collect(const Turn& turn, std::size_t stage, PositionHits hits) {
    taken_.clear();
    const std::size_t position = hits.front().position;
    Key bucket = turn.base;
    if (turn.sequence.is_linked) {
        const CompiledPart& part = turn.sequence.positions[position].parts[hits.front().part];
        if (!hit_key(turn, stage, *part.plan, bucket)) return;
    }
    const KeyRecord* record = store_.find(bucket);
    if (record == nullptr) return;
    for (Handle match = record->first; match != kNoHandle; match = store_.next_in_bucket(match)) {
        const PartialMatch& waiting = store_[match];
        if (waiting.stage != stage || waiting.use != MatchUse::kMatch || is_gathering(match) ||
            !in_time(turn, match, position)) {
            continue;
        }
        const std::uint32_t parts = satisfied_parts(turn, match, hits, stage);
        if (parts != 0) taken_.push_back({match, parts});
    }
}

void Tracker::move_on(const Turn& turn, const Taken& taken, std::size_t position) {
    Handle match = taken.match;
    if (turn.sequence.match == MatchPolicy::kEvery) {
        match = store_.clone(match);
        store_[match].age = first_turn_ + turn_;
        ++counters_.opened;
    } else if (const MatchDetail* detail = store_.detail_of(match)) {
        if (detail->gather_done) keep_quiet(turn, match);
    }
    const auto part = static_cast<std::size_t>(std::countr_zero(taken.parts));
    store_.push_step(match, turn.occurrence.retain(),
                     turn.sequence.positions[position].parts[part].step);
    finish_step(turn, match, position);
}

void Tracker::open(const Turn& turn, PositionHits hits) {
    const std::size_t position = hits.front().position;
    std::int64_t barrier_ns = kLongAgo;
    if (!may_open(turn, position, barrier_ns)) return;
    if (turn.sequence.is_last(position) && barrier_ns != kLongAgo &&
        turn.time_ns <= later(barrier_ns, turn.sequence.within_ns)) {
        return;
    }
    const std::uint32_t parts = satisfied_parts(turn, kNoHandle, hits, 0);
    if (parts == 0) return;
    const std::uint16_t step = turn.sequence.positions[position]
                                   .parts[static_cast<std::size_t>(std::countr_zero(parts))]
                                   .step;
    if (barrier_ns == kLongAgo) {
        const Handle before = replaceable(turn, position + 1);
        if (before != kNoHandle) return replace(turn, before, step);
    }
    const Handle match = create(turn);
    store_.push_step(match, turn.occurrence.retain(), step);
    if (barrier_ns != kLongAgo) store_.detail(match).barrier_ns = barrier_ns;
    finish_step(turn, match, position);
}

// The match that a fresh one entering `stage` would replace (4), when all that differs between the
// two is the event: a common case, and half the work. kNoHandle: there is none, or more to it.
Handle Tracker::replaceable(const Turn& turn, std::size_t stage) {
    const CompiledSequence& sequence = turn.sequence;
    if (sequence.match != MatchPolicy::kLatest || sequence.is_linked || stage >= sequence.size() ||
        sequence.stages[stage].crowd != Crowd::kOne) {
        return kNoHandle;
    }
    const KeyRecord* record = store_.find(turn.base);
    if (record == nullptr) return kNoHandle;
    for (Handle match = record->first; match != kNoHandle; match = store_.next_in_bucket(match)) {
        const PartialMatch& there = store_[match];
        if (there.stage != stage || there.use != MatchUse::kMatch) continue;
        return there.detail == kNoHandle ? match : kNoHandle;
    }
    return kNoHandle;
}

void Tracker::replace(const Turn& turn, Handle match, std::uint16_t step) {
    ++counters_.cancelled;
    ++counters_.opened;
    store_.renew(match, origin_of(turn));
    store_.push_step(match, turn.occurrence.retain(), step);
    PartialMatch& fresh = store_[match];
    fresh.age = first_turn_ + turn_;
    fresh.state = Lifecycle::kWaiting;
    fresh.blocked_from = kNothingBlocked;
    set_deadline(match, stage_deadline(turn.sequence, match));
}

Origin Tracker::origin_of(const Turn& turn) {
    Origin origin;
    origin.sequence = turn.sequence.index;
    if (const ProcessImage* process = turn.event().process) {
        origin.uid = process->uid;
        const std::uint64_t entity =
            static_cast<std::uint64_t>(process->entity.pid) ^ process->entity.start_ns;
        origin.process_class =
            static_cast<std::uint32_t>(entity * 0x9e3779b97f4a7c15 >> 32) % kProcessClasses;
    }
    return origin;
}

Handle Tracker::create(const Turn& turn) {
    ++counters_.opened;
    const Handle match = store_.create(origin_of(turn));
    store_[match].age = first_turn_ + turn_;
    return match;
}

bool Tracker::in_time(const Turn& turn, Handle match, std::size_t position) {
    const CompiledSequence& sequence = turn.sequence;
    const Position& step = sequence.positions[position];
    if (store_[match].blocked_from <= position) return false;
    const std::int64_t previous_ns = ns_of(store_.last_event(match));
    if (turn.time_ns > later(previous_ns, step.within_ns)) return false;
    if (step.after_ns > 0 && turn.time_ns < later(previous_ns, step.after_ns)) return false;
    if (turn.time_ns > window_end(match)) return false;
    const MatchDetail* detail = store_.detail_of(match);
    if (!sequence.is_last(position) || detail == nullptr || detail->barrier_ns == kLongAgo) {
        return true;
    }
    return turn.time_ns > later(detail->barrier_ns, sequence.within_ns);
}

// The parts among `hits` that the event does for `match`, as bits; kNoHandle: for a fresh one.
std::uint32_t Tracker::satisfied_parts(const Turn& turn, Handle match, PositionHits hits,
                                       std::size_t stage) {
    const Position& position = turn.sequence.positions[hits.front().position];
    const bool is_indexed = match != kNoHandle && !turn.sequence.stages[stage].index_links.empty();
    std::uint32_t parts = 0;
    bool has_steps = false;
    for (const StepHit& hit : hits) {
        const StepPlan& plan = *position.parts[hit.part].plan;
        if (match == kNoHandle && !hit.opens) continue;
        const bool with_links = !plan.links.empty() && !is_indexed;
        if (with_links || plan.residual) {
            if (!has_steps) load_steps(match, turn.sequence);
            has_steps = true;
            if (!refers_rightly(turn, plan, with_links)) continue;
        }
        parts |= std::uint32_t{1} << hit.part;
    }
    return parts;
}

// Whether the event agrees with the steps in steps_.
bool Tracker::refers_rightly(const Turn& turn, const StepPlan& step, bool with_links) {
    scratch_.reset();
    if (with_links) {
        for (const KeyLink& link : step.links) {
            const Value own = evaluate(link.own, turn.event(), steps_.view(), scratch_);
            const Value other = evaluate(link.other, turn.event(), steps_.view(), scratch_);
            if (!own || !other) return false;
            bytes_.clear();
            other_bytes_.clear();
            append_key_bytes(own, bytes_);
            append_key_bytes(other, other_bytes_);
            if (bytes_ != other_bytes_) return false;
        }
    }
    return !step.residual || evaluate(*step.residual, turn.event(), steps_.view(), scratch_);
}

void Tracker::load_steps(Handle match, const CompiledSequence& sequence) {
    steps_.reset(sequence.plan->step_index_count);
    if (match == kNoHandle) return;
    const std::size_t count = store_.step_count(match);
    for (std::size_t i = 0; i < count; ++i) {
        std::uint16_t step = 0;
        const RetainedEvent& event = store_.step_event(match, i, step);
        steps_.add(step, event);
    }
}

// In a sequence with links: the bucket in which the event's matches of `stage` stand; false when a
// linked value is missing, which equals nothing.
bool Tracker::hit_key(const Turn& turn, std::size_t stage, const StepPlan& step, Key& key) {
    const std::uint32_t place = kStagePlace + static_cast<std::uint32_t>(stage);
    key = rules_.hasher.in_place(turn.base, turn.sequence.index, place);
    if (turn.sequence.stages[stage].index_links.empty()) return true;
    bytes_.assign(reinterpret_cast<const char*>(&key), sizeof key);
    scratch_.reset();
    for (const KeyLink& link : step.links) {
        const Value own = evaluate(link.own, turn.event(), {}, scratch_);
        if (!own) return false;
        append_key_bytes(own, bytes_);
    }
    key = rules_.hasher.hash(bytes_);
    return true;
}

// The same bucket as a match sees it that enters `stage`.
Key Tracker::match_key(const Turn& turn, std::size_t stage, Handle match) {
    const std::uint32_t place = kStagePlace + static_cast<std::uint32_t>(stage);
    const Key key = rules_.hasher.in_place(turn.base, turn.sequence.index, place);
    const auto& links = turn.sequence.stages[stage].index_links;
    if (links.empty()) return key;
    load_steps(match, turn.sequence);
    bytes_.assign(reinterpret_cast<const char*>(&key), sizeof key);
    scratch_.reset();
    for (const KeyLink* link : links) {
        append_key_bytes(evaluate(link->other, turn.event(), steps_.view(), scratch_), bytes_);
    }
    return rules_.hasher.hash(bytes_);
}

// What steps from `stage` on compare with earlier ones: matches that agree in it can't be told
// apart by anything that comes.
Key Tracker::slot_key(const Turn& turn, std::size_t stage, Handle match) {
    load_steps(match, turn.sequence);
    bytes_.clear();
    scratch_.reset();
    for (const KeyLink* link : turn.sequence.stages[stage].slot_links) {
        append_key_bytes(evaluate(link->other, turn.event(), steps_.view(), scratch_), bytes_);
    }
    return rules_.hasher.hash(bytes_);
}

}  // namespace sequitur
