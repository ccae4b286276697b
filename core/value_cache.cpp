#include "core/value_cache.h"

#include <algorithm>
#include <bit>
#include <utility>

namespace sequitur {
namespace {

constexpr std::size_t kSetsFirst = 2;  // a shift of 64 bits, as for one set, is undefined

}  // namespace

ValueCache::ValueCache(std::size_t words, std::size_t entries_max)
    : words_(words),
      stride_(words + 1),
      ways_(std::clamp<std::size_t>(entries_max / kSetsFirst, 1, kWays)),
      entries_max_(std::max<std::size_t>(entries_max, kSetsFirst)),
      serials_(kSetsFirst * ways_),
      rows_(kSetsFirst * ways_ * stride_),
      oldest_(kSetsFirst) {}

std::size_t ValueCache::free_way(std::size_t set) const {
    const std::uint64_t* serials = serials_.data() + set * ways_;
    return static_cast<std::size_t>(std::find(serials, serials + ways_, 0) - serials);
}

std::span<std::uint64_t> ValueCache::insert(Key key) {
    std::size_t set = set_of(key.serial);
    std::size_t way = free_way(set);
    // A full set in a cache that is mostly empty is bad luck, which growing would not cure.
    while (way == ways_ && 2 * size_ >= capacity() && 2 * capacity() <= entries_max_) {
        grow();
        set = set_of(key.serial);
        way = free_way(set);
    }
    if (way == ways_) {
        way = oldest_[set];
        oldest_[set] = static_cast<std::uint8_t>((way + 1) % ways_);
    } else {
        ++size_;
    }
    const std::size_t entry = set * ways_ + way;
    serials_[entry] = key.serial;
    std::uint64_t* row = row_at(entry);
    row[0] = key.rest;
    return {row + 1, words_};
}

void ValueCache::grow() {
    const std::vector<std::uint64_t> serials = std::exchange(serials_, {});
    const std::vector<std::uint64_t> rows = std::exchange(rows_, {});
    serials_.resize(serials.size() * 2);
    rows_.resize(rows.size() * 2);
    oldest_.assign(oldest_.size() * 2, 0);
    --shift_;
    for (std::size_t i = 0; i < serials.size(); ++i) {
        if (serials[i] == 0) continue;
        // Each set splits in two, so a way is always free.
        const std::size_t set = set_of(serials[i]);
        const std::size_t entry = set * ways_ + free_way(set);
        serials_[entry] = serials[i];
        std::copy_n(rows.data() + i * stride_, stride_, row_at(entry));
    }
}

std::size_t ValueCache::bytes() const {
    return (serials_.size() + rows_.size()) * sizeof(std::uint64_t) + oldest_.size();
}

}  // namespace sequitur
