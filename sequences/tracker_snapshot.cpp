// Partial matches to plain data and back. What can be worked out again is not saved: the lists that
// a match stands on follow from its key, stage and steps.
#include "sequences/snapshot.h"
#include "sequences/tracker.h"
#include "sequences/tracker_place.h"
#include "sequences/tracker_time.h"

#include <algorithm>
#include <unordered_map>

namespace sequitur {
namespace {

bool gathers_at(const CompiledSequence& sequence, std::size_t position) {
    return position < sequence.size() && sequence.positions[position].gathers();
}

bool have_steps_sense(const SavedMatch& saved, const CompiledSequence& sequence) {
    std::size_t inside = 0, held = 0;
    for (const SavedStep& step : saved.steps) {
        if (sequence.part_of_step(step.step) == nullptr) return false;
        if (!step.is_held && held > 0) return false;
        ++(step.is_held ? held : inside);
    }
    return inside <= 2 && (held == 0 || saved.has_detail);
}

bool have_entries_sense(const SavedMatch& saved, const Position& position) {
    return std::all_of(saved.entries.begin(), saved.entries.end(), [&](const SavedEntry& entry) {
        return entry.parts != 0 && (position.parts.size() >= 32 ||
                                    entry.parts < std::uint32_t{1} << position.parts.size());
    });
}

}  // namespace

bool Tracker::makes_sense(const SavedMatch& saved, const CompiledSequence& sequence) {
    if (saved.process_class >= kProcessClasses || !have_steps_sense(saved, sequence)) return false;
    const bool has_position = saved.has_detail && saved.gather_position != kNoPosition;
    if (has_position && !gathers_at(sequence, saved.gather_position)) return false;
    const bool is_gathering = has_position && !saved.gather_done;
    if (saved.use == MatchUse::kMemory) {
        return saved.has_detail && !has_position && saved.memory == saved.stage &&
               saved.memory < sequence.leading.size() && saved.steps.empty() &&
               saved.entries.empty();
    }
    if (saved.stage > sequence.size()) return false;
    if (saved.use == MatchUse::kQuiet) {
        return has_position && saved.steps.empty() && saved.entries.empty();
    }
    if (is_gathering) {
        return saved.state == Lifecycle::kWaiting && saved.stage == saved.gather_position &&
               !saved.entries.empty() &&
               have_entries_sense(saved, sequence.positions[saved.gather_position]);
    }
    if (saved.steps.empty() || !saved.entries.empty()) return false;
    if (saved.state == Lifecycle::kGuarding) {
        return saved.stage == sequence.size() && !sequence.trailing.empty() && !saved.gather_done;
    }
    const auto held = std::count_if(saved.steps.begin(), saved.steps.end(),
                                    [](const SavedStep& step) { return step.is_held; });
    return saved.state == Lifecycle::kWaiting && saved.stage > 0 && saved.stage < sequence.size() &&
           (!saved.gather_done || (has_position && saved.counted_step < held));
}

void Tracker::save(EventSaver& events, std::vector<SavedMatch>& matches) {
    std::unordered_map<Handle, std::uint32_t> order;  // of those whose list has been walked
    for (std::uint32_t sequence = 0; sequence < rules_.sequences.size(); ++sequence) {
        for (Handle group = store_.first_origin(sequence); group != kNoHandle;
             group = store_.origin(group).in_sequence.next) {
            for (Handle match = store_.origin(group).first; match != kNoHandle;
                 match = store_.next_by_age(match)) {
                if (!order.contains(match)) {
                    std::uint32_t next = 0;
                    for (Handle other = store_.record(store_[match].key).first; other != kNoHandle;
                         other = store_.next_in_bucket(other)) {
                        order.emplace(other, next++);
                    }
                }
                matches.push_back(save_match(match, store_.origin(group).origin, events));
                matches.back().order = order.at(match);
            }
        }
    }
}

SavedMatch Tracker::save_match(Handle match, const Origin& origin, EventSaver& events) {
    const PartialMatch& of = store_[match];
    SavedMatch saved;
    saved.sequence = origin.sequence;
    saved.uid = origin.uid;
    saved.process_class = origin.process_class;
    saved.use = of.use;
    saved.state = of.state;
    saved.stage = of.stage;
    saved.blocked_from = of.blocked_from;
    saved.deadline_ns = of.deadline_ns;
    saved.turns_ago = first_turn_ - of.age;

    Key base = base_key(match);
    if (of.use == MatchUse::kMemory) {
        saved.memory = of.stage;
        base = rules_.hasher.in_place(base, origin.sequence, kMemoryPlace + saved.memory);
    }
    saved.key = rules_.hasher.in_place(base, origin.sequence, kGroupPlace);

    const std::size_t count = store_.step_count(match);
    const MatchDetail* detail = store_.detail_of(match);
    const std::size_t inside = count - (detail != nullptr ? detail->more.size() : 0);
    for (std::size_t i = 0; i < count; ++i) {
        SavedStep& step = saved.steps.emplace_back();
        step.event = events.add(&store_.step_event(match, i, step.step));
        if (i < inside) continue;
        const HeldStep& held = detail->more[i - inside];
        step.is_held = true;
        step.count = held.count;
        step.last = events.add(held.last.get());
    }
    if (detail == nullptr) return saved;
    saved.has_detail = true;
    saved.gather_position = detail->gather_position;
    saved.gather_done = detail->gather_done;
    saved.counted_step = detail->counted_step;
    saved.barrier_ns = detail->barrier_ns;
    if (!detail->gathering || !is_gathering(match)) return saved;
    for (const Gathering::Entry& entry : detail->gathering->entries()) {
        saved.entries.push_back({events.add(entry.event.get()), entry.parts, entry.value,
                                 entry.opens, entry.barrier_ns});
    }
    return saved;
}

Handle Tracker::restore(const SavedMatch& saved, const CompiledSequence& sequence,
                        const EventLoader& events) {
    const Handle match = store_.create({sequence.index, saved.uid, saved.process_class});
    if (saved.use == MatchUse::kMatch) ++counters_.opened;
    PartialMatch& fresh = store_[match];
    fresh.age = first_turn_ - saved.turns_ago;
    fresh.use = saved.use;
    fresh.state = saved.state;
    fresh.stage = saved.stage;
    fresh.blocked_from = saved.blocked_from;
    for (const SavedStep& step : saved.steps) {
        if (!step.is_held) {
            store_.push_step(match, *events.event(step.event), step.step);
            continue;
        }
        HeldStep held;
        held.event = Ref<RetainedEvent>(events.event(step.event));
        held.last = Ref<RetainedEvent>(events.event(step.last));
        held.count = step.count;
        held.step = step.step;
        store_.push_counted_step(match, std::move(held));
    }
    if (saved.has_detail) {
        MatchDetail& detail = store_.detail(match);
        if (!saved.entries.empty()) {
            begin_gathering(sequence, match, saved.gather_position);
            for (const SavedEntry& entry : saved.entries) {
                Gathering::Entry own;
                own.event = Ref<RetainedEvent>(events.event(entry.event));
                own.parts = entry.parts;
                own.value = entry.value;
                own.opens = entry.opens;
                own.barrier_ns = entry.barrier_ns;
                detail.gathering->add(std::move(own));
            }
        }
        detail.gather_position = saved.gather_position;
        detail.gather_done = saved.gather_done;
        detail.counted_step = saved.counted_step;
        detail.barrier_ns = saved.barrier_ns;
    }
    set_deadline(match, saved.deadline_ns);
    return match;
}

void Tracker::list_restored(Handle match, const SavedMatch& saved,
                            const CompiledSequence& sequence) {
    Event first;
    if (saved.use == MatchUse::kMatch) first = store_.first_event(match).event();
    Occurrence occurrence;
    occurrence.event = &first;
    const Key base = rules_.hasher.in_place(saved.key, sequence.index, kGroupPlace);
    const Turn turn{sequence, occurrence, base, ns_of_event(*occurrence.event), 0, 0, false};

    Key bucket = base;
    if (saved.use == MatchUse::kMemory) {
        bucket = rules_.hasher.in_place(base, sequence.index, kMemoryPlace + saved.memory);
    } else if (saved.use == MatchUse::kQuiet || is_gathering(match)) {
        bucket = gather_key(turn);
    } else if (saved.state == Lifecycle::kGuarding) {
        bucket = rules_.hasher.in_place(base, sequence.index, kGuardPlace);
    } else if (sequence.is_linked) {
        bucket = match_key(turn, saved.stage, match);
    }
    const bool is_waiting =
        saved.use == MatchUse::kMatch && !is_gathering(match) && saved.state == Lifecycle::kWaiting;
    if (is_waiting && sequence.stages[saved.stage].crowd == Crowd::kBySlot) {
        const Key slot = slot_key(turn, saved.stage, match);
        store_.detail(match).slot = slot;
    }
    store_.put_in_bucket(match, bucket, sequence.index);
    if (saved.use == MatchUse::kMemory) return;
    if (sequence.is_linked) store_.put_in_group(match, base, sequence.index);
    const bool has_owner = sequence.exit_field >= 0 && sequence.plan->by.size() > 1;
    if (saved.use == MatchUse::kMatch && has_owner) list_by_owner(turn, match);
}

}  // namespace sequitur
