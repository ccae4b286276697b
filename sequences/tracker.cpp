// How a turn goes. A turn is what one occurrence is to one sequence under one key; no two keys have
// anything to do with each other, so all that follows speaks of one.
//
// The simple idea: keep, for each key, the partial matches in the order in which they came; for
// each hit on position p, from the last position to the first, move those forward that wait for p;
// then let forbidden events end what they end, then `until` the rest, and last open a new partial
// match if the event may be a first step. This order is the semantics: the event that is the next
// step and forbidden counts as the step (7); what `until` completes is complete, all else that was
// open is gone, what it opens stays (6); nothing is moved twice by one event (3).
//
// What is added to that:
//   - Sequences whose steps are tied by links (own = val(step.field)) may have thousands of matches
//     under one base key, or no key at all. They are found in buckets of their own, by stage and
//     link values; the base key's list (the "group") is then only for `until`, exits and quotas.
//   - A match that only waits for a trailing absence is found under the same key in another place,
//     so that steps do not meet it.
//   - at_least and all_of hold several events while they gather (tracker_gathering.cpp).
//
// Invariants
//   1. Event time never runs backwards here: before a turn, every deadline before its clock has
//      passed. So whoever is found is inside its window, but for events that came late.
//   2. Under `latest` and `first`, a bucket holds at most one waiting match per stage
//   (Crowd::kOne),
//      per combination of linked values (kBySlot), or kBackReferencedMax (kMany).
//   3. A waiting match's deadline is the last instant at which some next step would be in time.
//   4. A match of the store is on exactly one bucket; in a sequence with links also on its group.
#include "sequences/tracker.h"

#include "sequences/tracker_place.h"
#include "sequences/tracker_time.h"

#include <algorithm>
#include <utility>

namespace sequitur {

Tracker::Tracker(const CompiledRules& rules, std::size_t level, const Limits& limits)
    : rules_(rules),
      level_(rules.levels[level]),
      limits_(limits),
      store_(rules.sequences.size()),
      wheel_(store_.matches()) {}

void Tracker::apply(std::span<const StepHit> hits, const Occurrence& occurrence) {
    advance(occurrence.clock_ns);
    const StepHit& head = hits.front();
    turn_ = head.turn;
    if (head.role == HitRole::kExit) return end_exited(head);

    const auto is_role = [](HitRole role) {
        return [role](const StepHit& hit) { return hit.role == role; };
    };
    const CompiledSequence& sequence = rules_.sequences[head.sequence];
    const auto steps_end = std::find_if_not(hits.begin(), hits.end(), is_role(HitRole::kStep));
    const auto absences_end = std::find_if_not(steps_end, hits.end(), is_role(HitRole::kAbsence));
    const PositionHits steps(hits.begin(), steps_end);
    const PositionHits absences(steps_end, absences_end);
    const Turn turn{sequence,
                    occurrence,
                    head.key,
                    ns_of_event(*occurrence.event),
                    head.occurrence,
                    head.turn,
                    absences_end != hits.end()};
    counters_.step_hits += steps.size();

    used_.reset();
    for_each_run<&StepHit::position>(steps, [&](PositionHits at) {
        const std::size_t position = at.front().position;
        const bool completes = sequence.is_last(position) && sequence.trailing.empty();
        if (turn.has_until && !completes) return;
        used_[position] =
            sequence.positions[position].gathers() ? gather(turn, at) : advance_position(turn, at);
    });
    for (const StepHit& hit : absences) forbid(turn, sequence.absences[hit.position]);
    if (turn.has_until) end_all(turn);
    for_each_run<&StepHit::position>(steps, [&](PositionHits at) {
        const std::size_t position = at.front().position;
        if (position > sequence.last_opening) return;
        const bool gathers = sequence.positions[position].gathers();
        const bool every = sequence.match == MatchPolicy::kEvery && !gathers;
        if (used_[position] && !turn.has_until && !every) return;
        gathers ? open_gathering(turn, at) : open(turn, at);
    });
    for (const StepHit& hit : absences) remember_absence(turn, sequence.absences[hit.position]);
}

// With a million partial matches nothing that a hit needs is in a cache, and every piece lies on a
// page of its own, whose address has to be looked up in page tables first. Until that is done the
// prefetch itself waits in the core's queue, and with a hit's work between one and the next too few
// of them fit in there to overlap. So each of the four steps that lead to a match is taken for a
// group of hits at a stroke, one step for each of the four groups that come.
void Tracker::look_ahead(std::span<const StepHit> hits, std::size_t next) {
    constexpr std::size_t kGroup = 16;
    if (ahead_.size() < hits.size()) ahead_.resize(hits.size(), kNoHandle);
    const auto for_group = [&hits](std::ptrdiff_t group, auto&& visit) {
        if (group < 0) return;
        const std::size_t begin = static_cast<std::size_t>(group) * kGroup;
        const std::size_t end = std::min(begin + kGroup, hits.size());
        for (std::size_t i = begin; i < end; ++i) visit(i);
    };
    for (; next_group_ <= static_cast<std::ptrdiff_t>(next / kGroup); ++next_group_) {
        for_group(next_group_ + 3, [&](std::size_t i) { store_.prefetch_place(hits[i].key); });
        for_group(next_group_ + 2,
                  [&](std::size_t i) { ahead_[i] = store_.prefetch_record(hits[i].key); });
        for_group(next_group_ + 1, [&](std::size_t i) { store_.prefetch_match(ahead_[i]); });
        for_group(next_group_, [&](std::size_t i) {
            const StepHit& hit = hits[i];
            const bool ends =
                hit.role != HitRole::kStep || rules_.sequences[hit.sequence].is_last(hit.position);
            store_.prefetch_rest(ahead_[i], hit.position, ends);
        });
    }
}

void Tracker::advance(std::int64_t clock_ns) {
    if (clock_ns <= clock_ns_) return;
    clock_ns_ = clock_ns;
    expired_.clear();
    wheel_.advance(clock_ns, expired_);
    for (const Handle match : wheel_.later()) store_.prefetch_end(match);
    for (const Handle match : wheel_.soon()) store_.prefetch_place_of(match);
    constexpr std::size_t kApart = 4;
    for (std::size_t i = 0; i < expired_.size(); ++i) {
        // Of many at once, the wheel has told of none before.
        if (i + 3 * kApart < expired_.size()) store_.prefetch_age(expired_[i + 3 * kApart]);
        if (i + 2 * kApart < expired_.size()) store_.prefetch_end(expired_[i + 2 * kApart]);
        if (i + kApart < expired_.size()) store_.prefetch_place_of(expired_[i + kApart]);
        deadline_passed(expired_[i], clock_ns);
    }
}

void Tracker::deadline_passed(Handle match, std::int64_t clock_ns) {
    PartialMatch& passed = store_[match];
    if (passed.use != MatchUse::kMatch) return remove(match);
    const MatchDetail* detail = store_.detail_of(match);
    if (is_gathering(match) && store_.step_count(match) == 0 && slide(match, clock_ns)) return;

    const Lifecycle state = next(passed.state, LifecycleSignal::kDeadline);
    if (state == Lifecycle::kCompleted) {
        return complete(match, LifecycleSignal::kDeadline, passed.deadline_ns, nullptr);
    }
    ++counters_.expired;
    passed.state = state;
    // A counted step that is done keeps further events to itself until its window has passed.
    const bool counts_on = detail != nullptr && detail->gather_done;
    if (counts_on && window_end(match) >= clock_ns) {
        passed.use = MatchUse::kQuiet;
        set_deadline(match, window_end(match));
        store_.drop_steps(match);
        return;
    }
    remove(match);
}

void Tracker::flush(std::int64_t clock_ns) {
    for (std::uint32_t sequence = 0; sequence < rules_.sequences.size(); ++sequence) {
        found_.clear();
        for (Handle group = store_.first_origin(sequence); group != kNoHandle;
             group = store_.origin(group).in_sequence.next) {
            for (Handle match = store_.origin(group).first; match != kNoHandle;
                 match = store_.next_by_age(match)) {
                found_.push_back(match);
            }
        }
        for (const Handle match : found_) {
            if (store_[match].state != Lifecycle::kGuarding) continue;
            complete(match, LifecycleSignal::kFlush, clock_ns, nullptr);
        }
    }
}

void Tracker::finish_step(const Turn& turn, Handle match, std::size_t position) {
    if (!turn.sequence.is_last(position)) return enter_stage(turn, match, position + 1);
    if (!turn.sequence.trailing.empty()) return begin_guard(turn, match);
    complete(match, LifecycleSignal::kLastStepDone, turn.time_ns, &turn);
}

void Tracker::enter_stage(const Turn& turn, Handle match, std::size_t stage) {
    // On its list before another makes room, so that the key's record stays while they change
    // places.
    const bool is_new = store_[match].key == kNoHandle;
    store_.put_in_bucket(match, turn.sequence.is_linked ? match_key(turn, stage, match) : turn.base,
                         turn.sequence.index);
    if (!make_room_in_stage(turn, match, stage)) return end(match, LifecycleSignal::kReplaced);
    PartialMatch& entering = store_[match];
    entering.state = next(entering.state, LifecycleSignal::kStepDone);
    entering.stage = static_cast<std::uint8_t>(stage);
    entering.blocked_from = kNothingBlocked;
    keep_quota(turn, match, is_new);
    set_deadline(match, stage_deadline(turn.sequence, match));
}

void Tracker::begin_guard(const Turn& turn, Handle match) {
    PartialMatch& guard = store_[match];
    guard.state = next(guard.state, LifecycleSignal::kGuardBegins);
    guard.stage = static_cast<std::uint8_t>(turn.sequence.size());
    // Not before now: the last step of an all_of that had to wait may lie further back.
    std::int64_t deadline_ns = turn.time_ns;
    for (const std::uint8_t number : turn.sequence.trailing) {
        const std::int64_t for_ns = turn.sequence.absences[number].for_ns;
        deadline_ns = std::max(deadline_ns, for_ns == kNoDeadline
                                                ? window_end(match)
                                                : later(ns_of(store_.last_event(match)), for_ns));
    }
    list_by_key(turn, match, rules_.hasher.in_place(turn.base, turn.sequence.index, kGuardPlace));
    set_deadline(match, deadline_ns);
}

// Keeps (2) when `newcomer` is about to enter `stage`: false when it is the one that has to go.
bool Tracker::make_room_in_stage(const Turn& turn, Handle newcomer, std::size_t stage) {
    const CompiledSequence& sequence = turn.sequence;
    if (sequence.match == MatchPolicy::kEvery) return true;
    const Crowd crowd = sequence.stages[stage].crowd;
    if (crowd == Crowd::kBySlot) {
        const Key slot = slot_key(turn, stage, newcomer);
        store_.detail(newcomer).slot = slot;
    }
    Handle oldest = kNoHandle;
    std::size_t count = 0;
    for (Handle other = store_.record(store_[newcomer].key).first; other != kNoHandle;
         other = store_.next_in_bucket(other)) {
        const PartialMatch& there = store_[other];
        if (other == newcomer || there.stage != stage || there.use != MatchUse::kMatch ||
            is_gathering(other)) {
            continue;
        }
        if (crowd == Crowd::kBySlot &&
            !(store_.detail(other).slot == store_.detail(newcomer).slot)) {
            continue;
        }
        if (oldest == kNoHandle) oldest = other;
        ++count;
    }
    if (count < (crowd == Crowd::kMany ? kBackReferencedMax : 1)) return true;
    if (sequence.match == MatchPolicy::kFirst) return false;
    crowd == Crowd::kMany ? evict(oldest) : end(oldest, LifecycleSignal::kReplaced);
    return true;
}

// A counted step that is done goes on taking events although its match has moved on.
void Tracker::keep_quiet(const Turn& turn, Handle match) {
    MatchDetail& detail = store_.detail(match);
    const std::uint8_t position = std::exchange(detail.gather_position, kNoPosition);
    detail.gather_done = false;
    const std::int64_t until_ns = window_end(match);
    const Handle quiet = store_.create(store_.origin(store_[match].origin).origin);
    store_[quiet].age = first_turn_ + turn_;
    store_[quiet].use = MatchUse::kQuiet;
    store_[quiet].state = Lifecycle::kCompleted;
    store_.detail(quiet).gather_position = position;
    store_.put_in_bucket(quiet, gather_key(turn), turn.sequence.index);
    if (turn.sequence.is_linked) store_.put_in_group(quiet, turn.base, turn.sequence.index);
    set_deadline(quiet, until_ns);
}

void Tracker::complete(Handle match, LifecycleSignal signal, std::int64_t time_ns,
                       const Turn* turn) {
    Completion& completion = completions_.emplace_back();
    completion.time_ns = time_ns;
    completion.sequence = store_.sequence_of(match);
    completion.age = store_[match].age;
    completion.key = turn != nullptr ? turn->base : base_key(match);
    store_[match].state = next(store_[match].state, signal);
    ++counters_.completed;
    if (turn != nullptr) {
        completion.occurrence = turn->number;
        completion.turn = turn->turn;
    }
    const std::size_t count = store_.step_count(match);
    for (std::size_t i = 0; i < count; ++i) {
        std::uint16_t step = 0;
        MatchedStep matched;
        matched.event = Ref<RetainedEvent>(&store_.step_event(match, i, step));
        matched.step = step;
        completion.steps.push_back(std::move(matched));
    }
    if (const MatchDetail* detail = store_.detail_of(match)) {
        const std::size_t inline_count = count - detail->more.size();
        for (std::size_t i = 0; i < detail->more.size(); ++i) {
            completion.steps[inline_count + i].count = detail->more[i].count;
            completion.steps[inline_count + i].last = detail->more[i].last;
        }
    }
    remove(match);
}

void Tracker::end(Handle match, LifecycleSignal signal) {
    PartialMatch& ending = store_[match];
    if (ending.use != MatchUse::kMatch) return remove(match);
    ending.state = next(ending.state, signal);
    if (!is_final(ending.state)) return;
    signal == LifecycleSignal::kEvicted ? ++counters_.evicted : ++counters_.cancelled;
    remove(match);
}

void Tracker::remove(Handle match) { store_.destroy(match); }

void Tracker::evict(Handle match) {
    for (Taken& taken : taken_) {
        if (taken.match == match) taken.match = kNoHandle;
    }
    std::replace(found_.begin(), found_.end(), match, kNoHandle);
    evictions_.push_back({clock_ns_, store_.sequence_of(match), turn_, base_key(match)});
    end(match, LifecycleSignal::kEvicted);
}

void Tracker::evict_oldest(Handle origin) { evict(store_.origin(origin).first); }

void Tracker::set_deadline(Handle match, std::int64_t deadline_ns) {
    wheel_.rearm(match, deadline_ns);
}

// Puts a match where its key's hits will look for it.
void Tracker::list_by_key(const Turn& turn, Handle match, const Key& bucket) {
    const bool is_new = store_[match].key == kNoHandle;
    store_.put_in_bucket(match, bucket, turn.sequence.index);
    keep_quota(turn, match, is_new);
}

// Keeps the key's quota behind a match that has got on its list: the oldest gives way. One that is
// new here goes on the other lists, too.
void Tracker::keep_quota(const Turn& turn, Handle match, bool is_new) {
    const CompiledSequence& sequence = turn.sequence;
    limit_list(store_[match].key, false, match);
    if (!is_new) return;
    if (sequence.is_linked) {
        store_.put_in_group(match, turn.base, sequence.index);
        // Without a key, the group is the whole sequence, which has a limit of its own.
        if (!sequence.has_empty_key) limit_list(store_.detail(match).group, true, match);
    }
    if (sequence.exit_field >= 0 && sequence.plan->by.size() > 1) {
        list_by_owner(turn, match);
    }
}

void Tracker::limit_list(Handle record, bool is_group, Handle newest) {
    if (store_.record(record).count <= limits_.partial_matches_per_key_max) return;
    Handle oldest = store_.record(record).first;
    if (oldest == newest) {
        oldest = is_group ? store_.next_in_group(oldest) : store_.next_in_bucket(oldest);
    }
    if (oldest != kNoHandle) evict(oldest);
}

Key Tracker::base_key(Handle match) {
    const MatchDetail* detail = store_.detail_of(match);
    if (detail != nullptr && detail->group != kNoHandle) return store_.record(detail->group).key;
    const Key& key = store_.record(store_[match].key).key;
    if (store_[match].state != Lifecycle::kGuarding) return key;
    // Mixing the place in once more takes it out.
    return rules_.hasher.in_place(key, store_.sequence_of(match), kGuardPlace);
}

bool Tracker::is_gathering(Handle match) {
    const MatchDetail* detail = store_.detail_of(match);
    return detail != nullptr && detail->gather_position != kNoPosition && !detail->gather_done;
}

std::int64_t Tracker::window_end(Handle match) {
    const CompiledSequence& sequence = rules_.sequences[store_.sequence_of(match)];
    return later(ns_of(store_.first_event(match)), sequence.within_ns);
}

std::int64_t Tracker::stage_deadline(const CompiledSequence& sequence, Handle match) {
    const std::int64_t wait_ns = sequence.stages[store_[match].stage].within_ns;
    return std::min(later(ns_of(store_.first_event(match)), sequence.within_ns),
                    later(ns_of(store_.last_event(match)), wait_ns));
}

}  // namespace sequitur
