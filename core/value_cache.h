// What was found out about immutable things with a serial number: interned strings, descriptors. A
// bounded cache from such a thing to a row of words.
//
// Set-associative: a key may stand in one of a few neighbouring places, and when all are taken the
// one written longest ago goes. It starts small and doubles until its bound; from then on it does
// not allocate. Not synchronised: one per scratch and field.
#pragma once

#include "core/fetch_ahead.h"
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

    // What a row is about. Two keys are the same only if both numbers are.
    struct Key {
        std::uint64_t serial;  // never 0
        std::uint64_t rest;
    };
    // Serials are unique within one interner; the hash tells those of two apart.
    static Key key_of(Symbol symbol) { return {symbol->serial, symbol->hash}; }

    // The row of `key`, or nullptr. Valid until the next insert().
    const std::uint64_t* find(Key key) const {
        const std::size_t set = set_of(key.serial);
        const std::uint64_t* serials = serials_.data() + set * ways_;
        for (std::size_t way = 0; way < ways_; ++way) {
            if (serials[way] != key.serial) continue;
            const std::uint64_t* row = row_at(set * ways_ + way);
            if (row[0] == key.rest) return row + 1;
        }
        return nullptr;
    }
    const std::uint64_t* find(Symbol symbol) const { return find(key_of(symbol)); }

    // For whoever knows keys before their turn: fetch_ahead() starts to bring in where a row would
    // be named, guess() tells the row that probably is the key's, or nullptr, without looking at
    // it.
    void fetch_ahead(Key key) const {
        sequitur::fetch_ahead(serials_.data() + set_of(key.serial) * ways_);
    }
    const std::uint64_t* guess(Key key) const {
        const std::size_t set = set_of(key.serial);
        for (std::size_t way = 0; way < ways_; ++way) {
            if (serials_[set * ways_ + way] == key.serial) return row_at(set * ways_ + way);
        }
        return nullptr;
    }

    // A row for `key`, which is not in here, to be filled by the caller: its words are whatever
    // they were. Allocates only while the cache is below its bound.
    std::span<std::uint64_t> insert(Key key);
    std::span<std::uint64_t> insert(Symbol symbol) { return insert(key_of(symbol)); }

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
    std::vector<std::uint64_t> rows_;     // the key's rest, then the words
    std::vector<std::uint8_t> oldest_;    // per set: the way that was written longest ago
};

}  // namespace sequitur
