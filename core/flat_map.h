// A hash map for the state stage's hot look-ups: open addressing, linear probing, one array.
//
// Keys and values are trivially copyable and small. A pointer to a value is valid until the next
// insert or erase. Allocates only when it grows.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <type_traits>
#include <utility>
#include <vector>

namespace sequitur {

// Spreads the entropy of an integer key over all bits (the finaliser of a multiplicative hash).
constexpr std::uint64_t mix_bits(std::uint64_t x) {
    x ^= x >> 32;
    x *= 0xd6e8feb86659fd93U;
    x ^= x >> 32;
    x *= 0xd6e8feb86659fd93U;
    x ^= x >> 32;
    return x;
}

struct IntegerHash {
    std::uint64_t operator()(std::uint64_t key) const { return mix_bits(key); }
};

template <typename Key, typename Value, typename Hash = IntegerHash>
class FlatMap {
    static_assert(std::is_trivially_copyable_v<Key> && std::is_trivially_copyable_v<Value>);

public:
    Value* find(const Key& key) { return const_cast<Value*>(std::as_const(*this).find(key)); }
    const Value* find(const Key& key) const {
        if (size_ == 0) return nullptr;
        const std::uint64_t hash = Hash{}(key);
        const std::uint8_t tag = tag_of(hash);
        for (std::size_t i = hash & mask_;; i = (i + 1) & mask_) {
            if (tags_[i] == kFree) return nullptr;
            if (tags_[i] == tag && slots_[i].key == key) return &slots_[i].value;
        }
    }

    // The value of `key`, made from `value` if there was none.
    Value& insert(const Key& key, const Value& value) {
        if (Value* found = find(key)) return *found;
        if ((size_ + 1) * 4 > tags_.size() * 3) grow();
        ++size_;
        return place(key, value).value;
    }

    bool erase(const Key& key) {
        Value* value = find(key);
        if (value == nullptr) return false;
        const auto* bytes = reinterpret_cast<const std::byte*>(value);
        const auto* first = reinterpret_cast<const std::byte*>(&slots_[0].value);
        erase_slot(static_cast<std::size_t>(bytes - first) / sizeof(Slot));
        return true;
    }

    std::size_t size() const { return size_; }

    // Calls visit(key, value) for all entries, in no particular order.
    template <typename Visit>
    void for_each(Visit&& visit) {
        for (std::size_t i = 0; i < tags_.size(); ++i) {
            if (tags_[i] != kFree) visit(std::as_const(slots_[i].key), slots_[i].value);
        }
    }

private:
    struct Slot {
        Key key;
        Value value;
    };
    static constexpr std::uint8_t kFree = 0;

    static std::uint8_t tag_of(std::uint64_t hash) {
        return static_cast<std::uint8_t>((hash >> 56) | 0x80);
    }

    Slot& place(const Key& key, const Value& value) {
        const std::uint64_t hash = Hash{}(key);
        std::size_t i = hash & mask_;
        while (tags_[i] != kFree) i = (i + 1) & mask_;
        tags_[i] = tag_of(hash);
        slots_[i] = Slot{key, value};
        return slots_[i];
    }

    // Moves back what had been pushed past the hole, so that no search stops short of it.
    void erase_slot(std::size_t hole) {
        for (std::size_t i = (hole + 1) & mask_; tags_[i] != kFree; i = (i + 1) & mask_) {
            const std::size_t home = Hash{}(slots_[i].key) & mask_;
            if (((i - home) & mask_) < ((i - hole) & mask_)) continue;
            slots_[hole] = slots_[i];
            tags_[hole] = tags_[i];
            hole = i;
        }
        tags_[hole] = kFree;
        --size_;
    }

    void grow() {
        const std::size_t size = tags_.empty() ? 16 : tags_.size() * 2;
        std::vector<std::uint8_t> tags(size, kFree);
        std::vector<Slot> slots(size);
        std::swap(tags, tags_);
        std::swap(slots, slots_);
        mask_ = size - 1;
        for (std::size_t i = 0; i < tags.size(); ++i) {
            if (tags[i] != kFree) place(slots[i].key, slots[i].value);
        }
    }

    std::vector<std::uint8_t> tags_;
    std::vector<Slot> slots_;
    std::size_t mask_ = 0;
    std::size_t size_ = 0;
};

}  // namespace sequitur
