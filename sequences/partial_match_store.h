// Where a tracker's partial matches live: a slab, found by key, listed by key and by origin.
//
// The store keeps lists, counts and references right; what a partial match means is the tracker's.
// Thread: the tracker's.
#pragma once

#include "core/retained_event.h"
#include "sequences/key_index.h"
#include "sequences/match_detail.h"
#include "sequences/partial_match.h"
#include "sequences/pool.h"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace sequitur {

// The partial matches that are found under one key, in the order in which they came.
struct KeyRecord {
    Key key;
    Handle first = kNoHandle, last = kNoHandle;
    std::uint32_t count = 0;
    std::uint32_t sequence = 0;
};

// Who opened partial matches of a sequence, for a fair choice of what goes when there are too many:
// by user, and within a user by process, hashed into a few classes.
struct Origin {
    std::uint32_t sequence = 0;
    std::uint32_t uid = 0;
    std::uint32_t process_class = 0;
};
inline constexpr std::uint32_t kProcessClasses = 16;

// Matches of one origin, oldest first.
struct OriginGroup {
    Key key;
    Origin origin;
    Handle first = kNoHandle, last = kNoHandle;
    std::uint32_t count = 0;
    ListLinks in_sequence;
};

class PartialMatchStore {
public:
    explicit PartialMatchStore(std::size_t sequences);
    ~PartialMatchStore();
    PartialMatchStore(const PartialMatchStore&) = delete;

    // A fresh match of `origin`, on no key yet; it is the youngest of its origin. Its place may
    // still be on the timing wheel, and deadline_ns says for when.
    Handle create(const Origin& origin);
    // Makes another of it: one that `origin` opens now, without steps, under the same key. As
    // destroy(), create() and put_in_bucket(), but what stays the same is not touched.
    // Precondition: it has no detail, and `origin` is of the same sequence.
    void renew(Handle match, const Origin& origin);
    // Takes it off every list and lets go of its events; its timer stays as it is.
    void destroy(Handle match);
    // A fresh match with the same events and stage, on no key and group, without a deadline.
    Handle clone(Handle match);

    PartialMatch& operator[](Handle match) { return matches_[match]; }
    const PartialMatch& operator[](Handle match) const { return matches_[match]; }
    std::uint32_t sequence_of(Handle match) const;

    MatchDetail& detail(Handle match);  // made when there was none
    MatchDetail* detail_of(Handle match) {
        const Handle detail = matches_[match].detail;
        return detail == kNoHandle ? nullptr : &details_[detail];
    }

    // Matched steps, in order.
    void push_step(Handle match, const RetainedEvent& event, std::uint16_t step);
    void push_counted_step(Handle match, HeldStep step);
    void count_further(Handle match, const RetainedEvent& event);
    void drop_steps(Handle match);
    std::size_t step_count(Handle match);
    // Precondition: i < step_count().
    const RetainedEvent& step_event(Handle match, std::size_t i, std::uint16_t& step);
    const RetainedEvent& first_event(Handle match);
    const RetainedEvent& last_event(Handle match);  // of a counted step, the last one counted

    // Lists of matches by key. A record exists while something is on its list.
    const KeyRecord* find(const Key& key);
    // Puts a match last under `key`, wherever it was before.
    void put_in_bucket(Handle match, const Key& key, std::uint32_t sequence);
    void take_from_bucket(Handle match);
    void put_in_group(Handle match, const Key& key, std::uint32_t sequence);
    void put_with_owner(Handle match, const Key& key, std::uint32_t sequence);
    // The neighbours behind `match`, or kNoHandle.
    Handle next_in_bucket(Handle match) { return matches_[match].bucket.next; }
    Handle next_in_group(Handle match) { return group_links(match).next; }
    Handle next_of_owner(Handle match) { return owner_links(match).next; }
    const KeyRecord& record(Handle record) { return records_[record]; }

    // Bring in, step by step, what a look at the first match of `key` will touch. Each step goes by
    // what the one before it has brought, so some work should lie between them.
    void prefetch_place(const Key& key) const { record_index_.prefetch(key); }
    // The record that is probably the key's, or kNoHandle; for the two that follow, which do no
    // harm when it is another's by then, or nobody's.
    Handle prefetch_record(const Key& key) const;
    void prefetch_match(Handle record) const;
    // For an event that does step `position`: what moves on stands before it, what is replaced
    // behind it. `ends`: what moves on is over.
    void prefetch_rest(Handle record, std::size_t position, bool ends) const;
    // The same for a match that will expire: its place among those of its origin, all but its
    // place in the index, and that too.
    void prefetch_age(Handle match) const;
    void prefetch_end(Handle match) const;
    void prefetch_place_of(Handle match) const;

    // The next younger match of its origin, or kNoHandle.
    Handle next_by_age(Handle match) const { return ages_[match].next; }
    // The groups of a sequence, in no particular order.
    Handle first_origin(std::uint32_t sequence) const { return origins_of_[sequence]; }
    const OriginGroup& origin(Handle group) const { return origins_[group]; }

    Pool<PartialMatch>& matches() { return matches_; }
    // By which limits are judged, summed over all stores.
    std::uint32_t live(std::uint32_t sequence) const { return live_of_[sequence]; }
    std::uint64_t live() const { return matches_.live(); }
    std::uint64_t retained_bytes() const { return retained_bytes_; }  // for each holder of an event
    std::size_t bytes() const;  // slabs and indexes; not the retained events

private:
    template <auto links>
    void append(Handle match, Handle record);
    template <auto links>
    void unlink(Handle match, Handle record);
    Handle ensure(const Key& key, std::uint32_t sequence);
    void release_if_empty(Handle record);
    Handle group_of(const Origin& origin);  // made when there was none
    void append_to_origin(Handle match, Handle group);
    void unlink_from_origin(Handle match, Handle group);
    void release_origin_if_empty(Handle group);
    void hold(const RetainedEvent& event);
    void let_go(const RetainedEvent& event);

    ListLinks& bucket_links(Handle match) { return matches_[match].bucket; }
    ListLinks& group_links(Handle match) { return details_[matches_[match].detail].in_group; }
    ListLinks& owner_links(Handle match) { return details_[matches_[match].detail].in_owner; }

    Pool<PartialMatch> matches_;
    // The age lists' links, by the match's handle. Neighbours in age lie anywhere, so they are kept
    // close together: 8 of them in a cache line, and all of them in a cache where matches are not.
    Pool<ListLinks> ages_;
    Pool<MatchDetail, 16> details_;
    Pool<KeyRecord> records_;
    Pool<OriginGroup> origins_;
    KeyIndex record_index_, origin_index_;
    Handle last_origin_ = kNoHandle;      // the group joined last
    std::vector<Handle> origins_of_;      // first group of each sequence
    std::vector<std::uint32_t> live_of_;  // matches of each sequence
    std::uint64_t retained_bytes_ = 0;
};

}  // namespace sequitur
