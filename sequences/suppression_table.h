// Which alerts of a sequence with `suppress` are sent, and which only counted.
//
// The first alert of each combination of values is; those that follow it within the duration,
// inclusive, are not. Bounded: of too many combinations the oldest is forgotten.
// Thread: the engine's; matches come in their final order.
#pragma once

#include "sequences/gathering.h"
#include "sequences/key.h"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <unordered_map>
#include <utility>
#include <vector>

namespace sequitur {

class SuppressionTable {
public:
    // Whether the alert with these values at `time_ns` is to be held back.
    bool holds_back(const Key& values, std::int64_t time_ns, std::int64_t duration_ns);

    // What is held back now, oldest first, and when each was sent; and the same put back.
    std::vector<std::pair<Key, std::int64_t>> entries() const;
    void restore(const std::vector<std::pair<Key, std::int64_t>>& entries);

private:
    static constexpr std::size_t kCombinationsMax = 1 << 16;
    std::unordered_map<Key, std::int64_t, KeyHash> sent_ns_;
    std::deque<Key> by_age_;  // of sending; each combination once
};

}  // namespace sequitur
