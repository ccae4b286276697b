// Brings records of several rings into the order of their time. Pure: no clock, no rings.
//
// Each ring is nearly in order; the rings run ahead of each other. What is added waits until its
// time is so far back that nothing older is to be expected (the caller's horizon), and then leaves
// in order. Records of equal time leave in the order in which they were added.
#pragma once

#include "probe/record_arena.h"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace sequitur::probe {

class RingMerge {
public:
    struct Item {
        std::uint64_t ts_ns = 0;
        std::uint64_t number = 0;  // of adding
        RecordArena::Place place;
    };

    void add(std::uint64_t ts_ns, const RecordArena::Place& place);

    // Appends to `taken` what is not younger than `horizon_ns`, in order, at most `max`.
    // What is older than something taken before is late: it comes first, and is counted.
    // Cost: sorting what was added since, and one merge; allocates only while it grows.
    void take(std::uint64_t horizon_ns, std::size_t max, std::vector<Item>& taken);

    std::size_t waiting() const { return sorted_.size() - head_ + added_.size(); }
    std::uint64_t late() const { return late_; }

private:
    std::vector<Item> sorted_, added_, merged_;
    std::size_t head_ = 0;  // sorted_ before it has been taken
    std::uint64_t number_ = 0;
    std::uint64_t last_taken_ns_ = 0;
    std::uint64_t late_ = 0;
};

}  // namespace sequitur::probe
