// All strings of a set with which a text starts, or all with which it ends, in one binary search.
//
// For sets too large to be compared one by one and too slow to be compiled by Hyperscan (a
// thousand prefixes take it seconds; DEAD_ENDS.md). Immutable; any thread.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace sequitur {

class AffixTable {
public:
    enum class End : std::uint8_t { kStart, kEnd };

    struct Entry {
        std::string text;
        std::uint32_t bit = 0;
    };

    explicit AffixTable(End end) : end_(end) {}
    AffixTable(End end, std::vector<Entry> entries);

    // Sets the bit of each entry that is a prefix (suffix) of `text`. The empty string is one.
    // Cost: log n comparisons, and one step per nested entry.
    void match(std::string_view text, std::span<std::uint64_t> row) const;

    bool empty() const { return entries_.empty(); }
    std::size_t bytes() const;

private:
    End end_;
    std::vector<Entry> entries_;  // kEnd: reversed texts; ascending
    // For each entry the longest other one that it starts with, or itself when there is none.
    std::vector<std::uint32_t> shorter_;
};

}  // namespace sequitur
