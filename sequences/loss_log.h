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

namespace sequitur {

class LossLog {
public:
    void note_events(std::int64_t time_ns, std::uint64_t count);
    void note_eviction(const Eviction& eviction);

    // Events lost in [from, to].
    std::uint64_t events_lost(std::int64_t from_ns, std::int64_t to_ns) const;
    // Partial matches of the key that were evicted at `from_ns` or later.
    std::uint64_t evicted(std::uint32_t sequence, const Key& key, std::int64_t from_ns) const;

private:
    static constexpr std::size_t kEntriesMax = 4096;
    struct Loss {
        std::int64_t first_ns = 0, last_ns = 0;
        std::uint64_t count = 0;
    };
    std::deque<Loss> losses_;
    std::deque<Eviction> evictions_;
};

}  // namespace sequitur
