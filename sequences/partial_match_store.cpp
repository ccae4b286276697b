// A partial match stands on up to five lists at once: its timer slot (the wheel's), its bucket, its
// age within its origin, and for some sequences its group and its owner. All are intrusive and
// doubly linked through 32-bit handles, so that taking a match off all of them is a fixed number of
// writes, and moving it to its next stage touches only the lists that change.
//
// Invariants
//   1. A match is on the age list of exactly one origin group from create() to destroy().
//   2. A record or group is in its index exactly while its list is not empty.
//   3. Bucket lists are in the order of put_in_bucket(), age lists in that of create().
//   4. live_of_ counts matches between create() and destroy(); retained_bytes_ counts an
//      event once for each of its places in a match.
#include "sequences/partial_match_store.h"

#include "core/fetch_ahead.h"

#include <utility>

namespace sequitur {
namespace {

// Distinct for distinct origins, and spread over the index's places: each step can be undone.
Key key_of(const Origin& origin) {
    std::uint64_t low = std::uint64_t{origin.sequence} << 32 | origin.uid;
    low = (low ^ low >> 32) * 0xd6e8feb86659fd93;
    low = (low ^ low >> 32) * 0xd6e8feb86659fd93;
    return {low, std::uint64_t{origin.process_class} * 0x9e3779b97f4a7c15};
}

}  // namespace

PartialMatchStore::PartialMatchStore(std::size_t sequences)
    : origins_of_(sequences, kNoHandle), live_of_(sequences, 0) {}

PartialMatchStore::~PartialMatchStore() {
    for (std::uint32_t sequence = 0; sequence < origins_of_.size(); ++sequence) {
        while (origins_of_[sequence] != kNoHandle) destroy(origins_[origins_of_[sequence]].first);
    }
}

Handle PartialMatchStore::create(const Origin& origin) {
    const Handle match = matches_.take();
    if (match == ages_.live()) ages_.take();
    PartialMatch& fresh = matches_[match];
    const ListLinks timer = fresh.timer;
    const std::int64_t armed_for_ns = fresh.deadline_ns;
    fresh = {};
    fresh.timer = timer;
    fresh.deadline_ns = armed_for_ns;
    append_to_origin(match, group_of(origin));
    ++live_of_[origin.sequence];
    return match;
}

void PartialMatchStore::renew(Handle match, const Origin& origin) {
    drop_steps(match);
    const Handle before = matches_[match].origin;
    const Handle group = group_of(origin);
    unlink_from_origin(match, before);
    append_to_origin(match, group);
    release_origin_if_empty(before);
    const Handle record = matches_[match].key;
    if (records_[record].count > 1) {
        unlink<&PartialMatchStore::bucket_links>(match, record);
        append<&PartialMatchStore::bucket_links>(match, record);
    }
}

void PartialMatchStore::destroy(Handle match) {
    const std::uint32_t sequence = sequence_of(match);
    take_from_bucket(match);
    drop_steps(match);
    if (MatchDetail* detail = detail_of(match)) {
        if (detail->group != kNoHandle)
            unlink<&PartialMatchStore::group_links>(match, detail->group);
        if (detail->owner != kNoHandle)
            unlink<&PartialMatchStore::owner_links>(match, detail->owner);
        detail->reset();
        details_.give_back(matches_[match].detail);
    }
    const Handle group = matches_[match].origin;
    unlink_from_origin(match, group);
    release_origin_if_empty(group);
    matches_[match].use = MatchUse::kFree;
    matches_.give_back(match);
    --live_of_[sequence];
}

Handle PartialMatchStore::clone(Handle match) {
    const Handle copy = create(origins_[matches_[match].origin].origin);
    const PartialMatch& from = matches_[match];
    PartialMatch& to = matches_[copy];
    to.stage = from.stage;
    for (std::size_t i = 0; i < 2 && from.events[i] != nullptr; ++i) {
        push_step(copy, *from.events[i], from.steps[i]);
    }
    if (from.detail == kNoHandle) return copy;
    MatchDetail& detail_copy = detail(copy);
    const MatchDetail& original = details_[from.detail];
    detail_copy.barrier_ns = original.barrier_ns;
    for (const HeldStep& step : original.more) push_counted_step(copy, step);
    return copy;
}

std::uint32_t PartialMatchStore::sequence_of(Handle match) const {
    return origins_[matches_[match].origin].origin.sequence;
}

MatchDetail& PartialMatchStore::detail(Handle match) {
    Handle& detail = matches_[match].detail;
    if (detail == kNoHandle) detail = details_.take();
    return details_[detail];
}

void PartialMatchStore::hold(const RetainedEvent& event) {
    event.retain();
    retained_bytes_ += event.bytes();
}

void PartialMatchStore::let_go(const RetainedEvent& event) {
    retained_bytes_ -= event.bytes();
    event.release();
}

void PartialMatchStore::push_step(Handle match, const RetainedEvent& event, std::uint16_t step) {
    PartialMatch& to = matches_[match];
    const bool has_more = to.detail != kNoHandle && !details_[to.detail].more.empty();
    for (std::size_t i = 0; i < 2 && !has_more; ++i) {
        if (to.events[i] != nullptr) continue;
        hold(event);
        to.events[i] = &event;
        to.steps[i] = step;
        return;
    }
    HeldStep held;
    held.event = Ref<RetainedEvent>(&event);
    held.step = step;
    push_counted_step(match, std::move(held));
}

void PartialMatchStore::push_counted_step(Handle match, HeldStep step) {
    retained_bytes_ += step.event->bytes();
    detail(match).more.push_back(std::move(step));
}

void PartialMatchStore::count_further(Handle match, const RetainedEvent& event) {
    MatchDetail& counting = detail(match);
    HeldStep& step = counting.more[counting.counted_step];
    ++step.count;
    step.last = Ref<RetainedEvent>(&event);
}

void PartialMatchStore::drop_steps(Handle match) {
    PartialMatch& from = matches_[match];
    for (const RetainedEvent*& event : from.events) {
        if (event != nullptr) let_go(*std::exchange(event, nullptr));
    }
    if (from.detail == kNoHandle) return;
    for (const HeldStep& step : details_[from.detail].more) {
        retained_bytes_ -= step.event->bytes();
    }
    details_[from.detail].more.clear();
}

std::size_t PartialMatchStore::step_count(Handle match) {
    const PartialMatch& of = matches_[match];
    std::size_t count = (of.events[0] != nullptr ? 1u : 0u) + (of.events[1] != nullptr ? 1u : 0u);
    if (of.detail != kNoHandle) count += details_[of.detail].more.size();
    return count;
}

const RetainedEvent& PartialMatchStore::step_event(Handle match, std::size_t i,
                                                   std::uint16_t& step) {
    const PartialMatch& of = matches_[match];
    for (std::size_t k = 0; k < 2 && of.events[k] != nullptr; ++k) {
        if (i-- > 0) continue;
        step = of.steps[k];
        return *of.events[k];
    }
    const HeldStep& held = details_[of.detail].more[i];
    step = held.step;
    return *held.event;
}

const RetainedEvent& PartialMatchStore::first_event(Handle match) {
    const PartialMatch& of = matches_[match];
    if (of.events[0] != nullptr) return *of.events[0];
    const MatchDetail& more = details_[of.detail];
    return more.more.empty() ? *more.gathering->first().event : *more.more.front().event;
}

const RetainedEvent& PartialMatchStore::last_event(Handle match) {
    const PartialMatch& of = matches_[match];
    if (of.detail != kNoHandle && !details_[of.detail].more.empty()) {
        const HeldStep& held = details_[of.detail].more.back();
        return held.last ? *held.last : *held.event;
    }
    return of.events[1] != nullptr ? *of.events[1] : *of.events[0];
}

template <auto links>
void PartialMatchStore::append(Handle match, Handle record) {
    KeyRecord& list = records_[record];
    (this->*links)(match) = {kNoHandle, list.last};
    if (list.last == kNoHandle) {
        list.first = match;
    } else {
        (this->*links)(list.last).next = match;
    }
    list.last = match;
    ++list.count;
}

template <auto links>
void PartialMatchStore::unlink(Handle match, Handle record) {
    KeyRecord& list = records_[record];
    ListLinks& own = (this->*links)(match);
    (own.previous == kNoHandle ? list.first : (this->*links)(own.previous).next) = own.next;
    (own.next == kNoHandle ? list.last : (this->*links)(own.next).previous) = own.previous;
    own = {};
    --list.count;
    release_if_empty(record);
}

const KeyRecord* PartialMatchStore::find(const Key& key) {
    const Handle found = record_index_.find(
        key, [this](Handle record) -> const Key& { return records_[record].key; });
    return found == kNoHandle ? nullptr : &records_[found];
}

Handle PartialMatchStore::ensure(const Key& key, std::uint32_t sequence) {
    const Handle found = record_index_.find(
        key, [this](Handle record) -> const Key& { return records_[record].key; });
    if (found != kNoHandle) return found;
    const Handle record = records_.take();
    records_[record] = {};
    records_[record].key = key;
    records_[record].sequence = sequence;
    record_index_.insert(key, record);
    return record;
}

void PartialMatchStore::release_if_empty(Handle record) {
    if (records_[record].count > 0) return;
    record_index_.erase(records_[record].key, record);
    records_.give_back(record);
}

Handle PartialMatchStore::prefetch_record(const Key& key) const {
    const Handle record = record_index_.guess(key);
    if (record != kNoHandle) fetch_ahead(&records_[record]);
    return record;
}

void PartialMatchStore::prefetch_match(Handle record) const {
    if (record == kNoHandle || records_[record].first == kNoHandle) return;
    for (const Handle handle : {records_[record].first, records_[record].last}) {
        fetch_ahead(&matches_[handle]);
        fetch_ahead(&ages_[handle]);
    }
}

void PartialMatchStore::prefetch_rest(Handle record, std::size_t position, bool ends) const {
    if (record == kNoHandle || records_[record].first == kNoHandle) return;
    const KeyRecord& list = records_[record];
    for (const Handle match : {list.first, list.last}) {
        const PartialMatch& there = matches_[match];
        if (there.stage > position + 1 || there.stage < position) continue;
        if (ends || there.stage > position) {
            prefetch_end(match);
        } else {
            for (const RetainedEvent* event : there.events) fetch_ahead(event);  // their times
        }
        if (list.count == 1) return;
    }
}

void PartialMatchStore::prefetch_place_of(Handle match) const {
    const Handle record = matches_[match].key;
    if (record != kNoHandle) record_index_.prefetch(records_[record].key);
}

void PartialMatchStore::prefetch_age(Handle match) const { fetch_ahead(&ages_[match]); }

void PartialMatchStore::prefetch_end(Handle match) const {
    const PartialMatch& ending = matches_[match];
    if (ending.key != kNoHandle) fetch_ahead(&records_[ending.key]);
    // The lists that it will be taken off.
    for (const Handle neighbour : {ages_[match].next, ages_[match].previous}) {
        if (neighbour != kNoHandle) fetch_ahead(&ages_[neighbour]);
    }
    for (const RetainedEvent* event : ending.events) {
        if (event == nullptr) return;
        // What it refers to stands in front; and when it is let go of, the next event to be
        // retained is written there.
        fetch_ahead(event);
        fetch_ahead(event + 1);
    }
}

void PartialMatchStore::put_in_bucket(Handle match, const Key& key, std::uint32_t sequence) {
    const Handle before = matches_[match].key;
    if (before != kNoHandle && records_[before].key == key) {
        if (records_[before].count == 1) return;
        unlink<&PartialMatchStore::bucket_links>(match, before);
        append<&PartialMatchStore::bucket_links>(match, before);
        return;
    }
    take_from_bucket(match);
    const Handle record = ensure(key, sequence);
    append<&PartialMatchStore::bucket_links>(match, record);
    matches_[match].key = record;
}

void PartialMatchStore::take_from_bucket(Handle match) {
    const Handle record = std::exchange(matches_[match].key, kNoHandle);
    if (record != kNoHandle) unlink<&PartialMatchStore::bucket_links>(match, record);
}

void PartialMatchStore::put_in_group(Handle match, const Key& key, std::uint32_t sequence) {
    detail(match).group = ensure(key, sequence);
    append<&PartialMatchStore::group_links>(match, detail(match).group);
}

void PartialMatchStore::put_with_owner(Handle match, const Key& key, std::uint32_t sequence) {
    detail(match).owner = ensure(key, sequence);
    append<&PartialMatchStore::owner_links>(match, detail(match).owner);
}

Handle PartialMatchStore::group_of(const Origin& origin) {
    const Key key = key_of(origin);
    if (last_origin_ != kNoHandle && origins_[last_origin_].key == key) return last_origin_;
    Handle group = origin_index_.find(
        key, [this](Handle handle) -> const Key& { return origins_[handle].key; });
    if (group == kNoHandle) {
        group = origins_.take();
        OriginGroup& fresh = origins_[group] = {};
        fresh.key = key;
        fresh.origin = origin;
        fresh.in_sequence.next = origins_of_[origin.sequence];
        if (fresh.in_sequence.next != kNoHandle) {
            origins_[fresh.in_sequence.next].in_sequence.previous = group;
        }
        origins_of_[origin.sequence] = group;
        origin_index_.insert(key, group);
    }
    last_origin_ = group;
    return group;
}

void PartialMatchStore::append_to_origin(Handle match, Handle group) {
    OriginGroup& list = origins_[group];
    matches_[match].origin = group;
    ages_[match] = {kNoHandle, list.last};
    (list.last == kNoHandle ? list.first : ages_[list.last].next) = match;
    list.last = match;
    ++list.count;
}

void PartialMatchStore::unlink_from_origin(Handle match, Handle group) {
    OriginGroup& list = origins_[group];
    const ListLinks own = ages_[match];
    (own.previous == kNoHandle ? list.first : ages_[own.previous].next) = own.next;
    (own.next == kNoHandle ? list.last : ages_[own.next].previous) = own.previous;
    --list.count;
}

void PartialMatchStore::release_origin_if_empty(Handle group) {
    OriginGroup& list = origins_[group];
    if (list.count > 0) return;
    const ListLinks& place = list.in_sequence;
    (place.previous == kNoHandle ? origins_of_[list.origin.sequence]
                                 : origins_[place.previous].in_sequence.next) = place.next;
    if (place.next != kNoHandle) origins_[place.next].in_sequence.previous = place.previous;
    if (last_origin_ == group) last_origin_ = kNoHandle;
    origin_index_.erase(list.key, group);
    origins_.give_back(group);
}

std::size_t PartialMatchStore::bytes() const {
    return matches_.bytes() + ages_.bytes() + details_.bytes() + records_.bytes() +
           origins_.bytes() + record_index_.bytes() + origin_index_.bytes();
}

}  // namespace sequitur
