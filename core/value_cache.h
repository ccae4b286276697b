// What was found out about interned strings: a bounded cache from Symbol to a row of words.
//
// Set-associative: a key may stand in one of a few neighbouring places, and when all are taken the
// one written longest ago goes. It starts small and doubles until its bound; from then on it does
// not allocate. Not synchronised: one per scratch and field.
#pragma once

#include "core/interner.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace sequitur {

class ValueCache {
public:
    // Rows of `words` words; at most `entries_max` of them (but at least two).
    ValueCache(std::size_t words, std::size_t entries_max);

    // The row of `symbol`, or nullptr. Valid until the next insert().
    const std::uint64_t* find(Symbol symbol) const {
        const std::size_t set = set_of(symbol->serial);
        const std::uint64_t* serials = serials_.data() + set * ways_;
        for (std::size_t way = 0; way < ways_; ++way) {
            if (serials[way] != symbol->serial) continue;
            const std::uint64_t* row = row_at(set * ways_ + way);
            // Serials are unique within one interner; the hash tells those of two apart.
            if (row[0] == symbol->hash) return row + 1;
        }
        return nullptr;
    }

    // A row for `symbol`, which is not in here, to be filled by the caller: its words are whatever
    // they were. Allocates only while the cache is below its bound.
    std::span<std::uint64_t> insert(Symbol symbol);

    std::size_t size() const { return size_; }
    std::size_t capacity() const { return serials_.size(); }
    std::size_t bytes() const;

private:
    static constexpr std::size_t kWays = 8;  // the serials of a set fill one cache line

    std::size_t set_of(std::uint64_t serial) const {
        return static_cast<std::size_t>((serial * 0x9e3779b97f4a7c15ULL) >> shift_);
    }
    const std::uint64_t* row_at(std::size_t entry) const { return rows_.data() + entry * stride_; }
    std::uint64_t* row_at(std::size_t entry) { return rows_.data() + entry * stride_; }
    std::size_t free_way(std::size_t set) const;
    void grow();

    std::size_t words_, stride_, ways_, entries_max_;
    unsigned shift_ = 63;  // 64 - log2(number of sets), at least two sets' worth
    std::size_t size_ = 0;
    std::vector<std::uint64_t> serials_;  // 0: nothing there
    std::vector<std::uint64_t> rows_;     // hash, then the words
    std::vector<std::uint8_t> oldest_;    // per set: the way that was written longest ago
};

}  // namespace sequitur
