// From keys to handles: open addressing over eight bytes per place.
//
// A place holds a handle and 32 bits of its key's hash; the key itself stands in the object that
// the handle names, so it is stored once. Keys come hashed (sequences/key.h). Thread: the
// tracker's.
#pragma once

#include "core/fetch_ahead.h"
#include "core/huge_pages.h"
#include "sequences/key.h"
#include "sequences/partial_match.h"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace sequitur {

class KeyIndex {
public:
    // The handle under `key`, or kNoHandle. `key_of(handle)` gives the key that an object stores.
    template <typename KeyOf>
    Handle find(const Key& key, KeyOf&& key_of) const {
        if (size_ == 0) return kNoHandle;
        const std::uint32_t tag = tag_of(key);
        for (std::size_t i = tag & mask_; places_[i].handle != kNoHandle; i = (i + 1) & mask_) {
            if (places_[i].tag == tag && key_of(places_[i].handle) == key) return places_[i].handle;
        }
        return kNoHandle;
    }

    // Precondition: `key` is not there.
    void insert(const Key& key, Handle handle) {
        if ((size_ + 1) * 8 > places_.size() * 7) grow();
        put({tag_of(key), handle});
        ++size_;
    }

    // Precondition: `handle` is there under `key`.
    void erase(const Key& key, Handle handle) {
        std::size_t hole = tag_of(key) & mask_;
        while (places_[hole].handle != handle) hole = (hole + 1) & mask_;
        // What had been pushed past the hole moves back, so that no search stops short of it.
        for (std::size_t i = (hole + 1) & mask_; places_[i].handle != kNoHandle;
             i = (i + 1) & mask_) {
            const std::size_t home = places_[i].tag & mask_;
            if (((i - home) & mask_) < ((i - hole) & mask_)) continue;
            places_[hole] = places_[i];
            hole = i;
        }
        places_[hole] = {};
        --size_;
    }

    // Brings in the memory that find(key) will look at.
    void prefetch(const Key& key) const {
        if (size_ > 0) fetch_ahead(&places_[tag_of(key) & mask_]);
    }
    // The handle that is probably `key`'s, without a look at the object; or kNoHandle.
    Handle guess(const Key& key) const {
        if (size_ == 0) return kNoHandle;
        const std::uint32_t tag = tag_of(key);
        std::size_t i = tag & mask_;
        while (places_[i].handle != kNoHandle && places_[i].tag != tag) i = (i + 1) & mask_;
        return places_[i].handle;
    }

    std::size_t size() const { return size_; }
    static constexpr std::size_t kPlaceBytes = 8;
    std::size_t bytes() const { return places_.capacity() * sizeof(Place); }

private:
    struct Place {
        std::uint32_t tag = 0;
        Handle handle = kNoHandle;
    };
    static_assert(sizeof(Place) == kPlaceBytes);

    using Places = std::vector<Place, HugeAllocator<Place>>;

    static std::uint32_t tag_of(const Key& key) {
        return static_cast<std::uint32_t>(key.low ^ key.high >> 32);
    }

    void put(Place place) {
        std::size_t i = place.tag & mask_;
        while (places_[i].handle != kNoHandle) i = (i + 1) & mask_;
        places_[i] = place;
    }

    void grow() {
        Places old(places_.empty() ? 16 : places_.size() * 2);
        old.swap(places_);
        mask_ = places_.size() - 1;
        for (const Place& place : old) {
            if (place.handle != kNoHandle) put(place);
        }
    }

    Places places_;
    std::size_t mask_ = 0;
    std::size_t size_ = 0;
};

}  // namespace sequitur
