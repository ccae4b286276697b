// Objects of one type at fixed addresses, reused: the tables' storage.
//
// Every place has a number below places(), which lets a clock hand walk over all of them. An object
// is default-constructed when it is taken and destroyed when it is given back.
// Thread: the state stage's.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

namespace sequitur {

template <typename T>
class Slab {
public:
    // A new T, and its number. Allocates once in kChunk times, when no place is free.
    std::uint32_t take() {
        if (free_.empty()) add_chunk();
        const std::uint32_t place = free_.back();
        free_.pop_back();
        cell(place).emplace();
        ++live_;
        return place;
    }

    // Destroys the object; its number may be given out again.
    void give_back(std::uint32_t place) {
        cell(place).reset();
        free_.push_back(place);
        --live_;
    }

    // The object with that number. Precondition: it is taken.
    T& operator[](std::uint32_t place) { return *cell(place); }
    const T& operator[](std::uint32_t place) const {
        return *(*chunks_[place / kChunk])[place % kChunk];
    }
    // The same, or nullptr when no object has that number, which may be any.
    T* at(std::uint32_t place) { return const_cast<T*>(std::as_const(*this).at(place)); }
    const T* at(std::uint32_t place) const {
        if (place >= places()) return nullptr;
        const auto& object = (*chunks_[place / kChunk])[place % kChunk];
        return object ? &*object : nullptr;
    }

    std::size_t size() const { return live_; }
    std::uint32_t places() const { return static_cast<std::uint32_t>(chunks_.size() * kChunk); }

private:
    static constexpr std::size_t kChunk = 256;
    using Chunk = std::array<std::optional<T>, kChunk>;

    std::optional<T>& cell(std::uint32_t place) {
        return (*chunks_[place / kChunk])[place % kChunk];
    }

    void add_chunk() {
        const std::uint32_t first = places();
        chunks_.push_back(std::make_unique<Chunk>());
        free_.reserve(places());
        for (std::uint32_t i = kChunk; i > 0; --i) free_.push_back(first + i - 1);
    }

    std::vector<std::unique_ptr<Chunk>> chunks_;
    std::vector<std::uint32_t> free_;
    std::size_t live_ = 0;
};

}  // namespace sequitur
