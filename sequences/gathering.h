// Events of one position that takes several: all_of in any order, or at_least so many of one kind.
//
// Holds the events that may count, in their order. Before its first step a sequence has no window
// yet; so a gathering that opens a partial match slides: events too old for the window of the
// newest fall out, and what is left goes on counting. One behind an earlier step does not slide.
// Knows nothing of keys and sequences.
#pragma once

#include "core/reference.h"
#include "core/retained_event.h"
#include "sequences/key.h"

#include <cstdint>
#include <span>
#include <unordered_map>
#include <vector>

namespace sequitur {

struct KeyHash {
    std::size_t operator()(const Key& key) const { return key.low; }
};

class Gathering {
public:
    struct Entry {
        Ref<RetainedEvent> event;
        std::uint32_t parts = 0;  // all_of: bit i, it satisfies part i
        bool counts = false;      // all_of: one of those that fill parts
        Key value;                // distinct: of its field
        // Whether a gathering that slides may begin with it, and what a leading absence saw then.
        bool opens = true;
        std::int64_t barrier_ns = INT64_MIN;
    };

    // Empty, for `part_count` parts (all_of).
    void begin_parts(std::uint32_t part_count);
    // Empty, for `at_least` events, or different values of them. 0: not gathering anything.
    void begin_count(std::uint32_t at_least, bool is_distinct);
    void clear() { begin_count(0, false); }

    // Whether an event that satisfies `parts` would bring an all_of on: whether some assignment of
    // events to parts has room for it. The events that count are the first that can.
    bool wants(std::uint32_t parts);
    // Adds an event; of `entry`, `counts` is worked out here.
    void add(Entry entry);

    // Lets go of events before `time_ns`, then of those that it cannot begin with, and counts
    // again.
    void drop_before(std::int64_t time_ns);

    bool is_done() const;
    bool is_empty() const { return head_ == entries_.size(); }
    std::size_t size() const { return entries_.size() - head_; }
    std::span<const Entry> entries() const { return std::span(entries_).subspan(head_); }
    const Entry& first() const { return entries_[head_]; }
    const Entry& last() const { return entries_.back(); }

    // all_of, done: the events that count, each with its part: of all assignments the one that
    // gives the earliest events the lowest parts. In the order of the events.
    std::vector<std::pair<const Entry*, std::uint32_t>> assignment() const;

private:
    bool can_fill(std::uint32_t parts) const;
    void recount();
    void trim();

    std::vector<Entry> entries_;
    std::size_t head_ = 0;
    std::uint32_t part_count_ = 0, filled_ = 0;
    std::uint32_t at_least_ = 0;
    bool is_distinct_ = false;
    std::unordered_map<Key, std::uint32_t, KeyHash> values_;
};

}  // namespace sequitur
