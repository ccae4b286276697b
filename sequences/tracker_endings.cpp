// What ends partial matches, or keeps them from opening: absences, until, exits.
#include "sequences/tracker.h"
#include "sequences/tracker_place.h"
#include "sequences/tracker_time.h"

#include <algorithm>
#include <optional>

namespace sequitur {

// Puts all entries of the base key into found_, but for guards of sequences without links.
void Tracker::find_all(const Turn& turn) {
    found_.clear();
    const KeyRecord* record = store_.find(turn.base);
    if (record == nullptr) return;
    for (Handle match = record->first; match != kNoHandle;
         match = turn.sequence.is_linked ? store_.next_in_group(match)
                                         : store_.next_in_bucket(match)) {
        found_.push_back(match);
    }
}

void Tracker::forbid(const Turn& turn, const CompiledAbsence& absence) {
    const CompiledSequence& sequence = turn.sequence;
    found_.clear();
    Key bucket = turn.base;
    if (absence.gap == sequence.size()) {
        bucket = rules_.hasher.in_place(turn.base, sequence.index, kGuardPlace);
    } else if (sequence.is_linked && absence.uses_bucket) {
        if (!hit_key(turn, absence.gap, *absence.plan, bucket)) return;
    } else {
        find_all(turn);
        for (const Handle match : found_) forbid_match(turn, match, absence);
        return;
    }
    if (const KeyRecord* record = store_.find(bucket)) {
        for (Handle match = record->first; match != kNoHandle;
             match = store_.next_in_bucket(match)) {
            found_.push_back(match);
        }
    }
    for (const Handle match : found_) forbid_match(turn, match, absence);
}

void Tracker::forbid_match(const Turn& turn, Handle match, const CompiledAbsence& absence) {
    PartialMatch& open = store_[match];
    const bool is_trailing = absence.gap == turn.sequence.size();
    if (open.use != MatchUse::kMatch || is_gathering(match)) return;
    if (is_trailing != (open.state == Lifecycle::kGuarding)) return;
    if (absence.gap < open.stage || absence.gap > turn.sequence.stages[open.stage].last) return;
    const RetainedEvent& previous = store_.last_event(match);
    // Strictly after the step before it: this very event may just have been that step.
    if (&previous == turn.occurrence.retained->load(std::memory_order_relaxed)) return;
    if (turn.time_ns > later(ns_of(previous), absence.for_ns)) return;
    if (absence.plan->residual || !absence.plan->links.empty()) {
        load_steps(match, turn.sequence);
        if (!refers_rightly(turn, *absence.plan, true)) return;
    }
    if (absence.gap > open.stage) {
        open.blocked_from = std::min(open.blocked_from, absence.gap);
        return;
    }
    const MatchDetail* detail = store_.detail_of(match);
    if (detail != nullptr && detail->gather_done) keep_quiet(turn, match);
    end(match, LifecycleSignal::kForbidden);
}

void Tracker::end_all(const Turn& turn) {
    find_all(turn);
    if (!turn.sequence.is_linked) {
        const KeyRecord* guards =
            store_.find(rules_.hasher.in_place(turn.base, turn.sequence.index, kGuardPlace));
        for (Handle match = guards != nullptr ? guards->first : kNoHandle; match != kNoHandle;
             match = store_.next_in_bucket(match)) {
            found_.push_back(match);
        }
    }
    for (const Handle match : found_) end(match, LifecycleSignal::kUntil);
    found_.clear();
}

// Rule 9. The hit's key is that of the process alone, in no sequence's place.
void Tracker::end_exited(const StepHit& hit) {
    for (const std::uint32_t index : level_.exit_sequences) {
        if (store_.live(index) == 0) continue;
        const CompiledSequence& sequence = rules_.sequences[index];
        const bool has_owners = sequence.plan->by.size() > 1;
        const KeyRecord* record = store_.find(
            rules_.hasher.in_place(hit.key, index, has_owners ? kOwnerPlace : kGroupPlace));
        if (record == nullptr) continue;
        found_.clear();
        for (Handle match = record->first; match != kNoHandle;) {
            found_.push_back(match);
            match = has_owners           ? store_.next_of_owner(match)
                    : sequence.is_linked ? store_.next_in_group(match)
                                         : store_.next_in_bucket(match);
        }
        for (const Handle match : found_) {
            const PartialMatch& open = store_[match];
            if (open.use != MatchUse::kMatch || !sequence.stages[open.stage].exit_ends) continue;
            end(match, LifecycleSignal::kProcessExited);
        }
    }
    found_.clear();
}

// Lists a match, new here, by the process that rule 9 may end it with.
void Tracker::list_by_owner(const Turn& turn, Handle match) {
    const CompiledSequence& sequence = turn.sequence;
    std::uint16_t step = 0;
    std::optional<Event> kept;
    if (store_.step_count(match) > 0) {
        kept = store_.step_event(match, 0, step).event();
    } else {
        step = sequence.positions[store_[match].stage].parts.front().step;
    }
    const CompiledPart* part = sequence.part_of_step(step);
    if (part == nullptr) return;
    const auto field = static_cast<std::size_t>(sequence.exit_field);
    scratch_.reset();
    const Event& first = kept ? *kept : turn.event();
    const Value owner = extract(rules_.shapes[part->shape][field].field.field, first, scratch_);
    if (!owner) return;
    bytes_.clear();
    append_key_bytes(owner, bytes_);
    const Key key = rules_.hasher.in_place(rules_.hasher.hash(bytes_), sequence.index, kOwnerPlace);
    store_.put_with_owner(match, key, sequence.index);
}

// An event that a leading absence names: the latest of each key is remembered for as long as it can
// keep a partial match from opening.
void Tracker::remember_absence(const Turn& turn, const CompiledAbsence& absence) {
    if (!absence.is_leading) return;
    const Key key =
        rules_.hasher.in_place(turn.base, turn.sequence.index, kMemoryPlace + absence.memory);
    const KeyRecord* record = store_.find(key);
    Handle memory = record != nullptr ? record->first : kNoHandle;
    if (memory == kNoHandle) {
        memory = create(turn);
        --counters_.opened;
        store_[memory].use = MatchUse::kMemory;
        store_[memory].stage = static_cast<std::uint8_t>(absence.memory);
        store_.put_in_bucket(memory, key, turn.sequence.index);
    }
    const std::int64_t span_ns =
        absence.for_ns != kNoDeadline ? absence.for_ns : turn.sequence.within_ns;
    std::int64_t seen_ns = turn.time_ns;
    if (store_[memory].detail != kNoHandle) {
        seen_ns = std::max(seen_ns, store_.detail(memory).barrier_ns);
    }
    store_.detail(memory).barrier_ns = seen_ns;
    set_deadline(memory, later(seen_ns, span_ns));
}

// Whether leading absences let the event open a match at `position`. Those without `for` are judged
// when the match completes, by what they saw last: `barrier_ns`.
bool Tracker::may_open(const Turn& turn, std::size_t position, std::int64_t& barrier_ns) {
    for (const std::uint8_t number : turn.sequence.leading) {
        const CompiledAbsence& absence = turn.sequence.absences[number];
        if (absence.gap > position) continue;
        const KeyRecord* record = store_.find(
            rules_.hasher.in_place(turn.base, turn.sequence.index, kMemoryPlace + absence.memory));
        if (record == nullptr) continue;
        const std::int64_t seen_ns = store_.detail(record->first).barrier_ns;
        if (absence.for_ns != kNoDeadline) {
            if (turn.time_ns <= later(seen_ns, absence.for_ns)) return false;
        } else {
            barrier_ns = std::max(barrier_ns, seen_ns);
        }
    }
    return true;
}

}  // namespace sequitur
