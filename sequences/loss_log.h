// What was lost lately, so that an alert can say whether it could have mattered.
//
// Remembers a bounded number of losses; when there are more, the oldest are merged, so that counts
// stay right and times become coarser.
// Thread: the engine's.
#pragma once

#include "sequences/tracker.h"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <unordered_map>
#include <vector>

namespace sequitur {

class LossLog {
public:
    // `count` events, somewhere in [first, last].
    void note_events(std::int64_t first_ns, std::int64_t last_ns, std::uint64_t count);
    // Nobody watched in [first, last]. Of more than kGapsMax the oldest is forgotten.
    void note_gap(Timestamp first, Timestamp last);
    void note_eviction(const Eviction& eviction);

    // Events lost in [from, to].
    std::uint64_t events_lost(std::int64_t from_ns, std::int64_t to_ns) const;
    // The gaps that meet [from, to].
    std::vector<AlertGap> gaps(std::int64_t from_ns, std::int64_t to_ns) const;
    // Partial matches of the key that were evicted, if any was at `from_ns` or later.
    std::uint64_t evicted(std::uint32_t sequence, const Key& key, std::int64_t from_ns) const;

private:
    static constexpr std::size_t kEntriesMax = 4096;
    static constexpr std::size_t kKeysMax = 65536;  // those that lost a match longest ago go first
    static constexpr std::size_t kGapsMax = 64;
    struct Loss {
        std::int64_t first_ns = 0, last_ns = 0;
        std::uint64_t count = 0;
    };
    struct Place {
        Key key;
        std::uint32_t sequence = 0;
        friend bool operator==(const Place&, const Place&) = default;
    };
    struct PlaceHash {
        std::size_t operator()(const Place& place) const { return place.key.low ^ place.sequence; }
    };
    struct Evicted {
        std::int64_t last_ns = 0;
        std::uint64_t count = 0;
        std::uint32_t entries = 0;  // of order_
    };

    std::deque<Loss> losses_;
    std::deque<AlertGap> gaps_;
    std::unordered_map<Place, Evicted, PlaceHash> evicted_;
    std::deque<Place> order_;  // of evictions; at most kKeysMax
};

}  // namespace sequitur
