// A bump allocator: memory of one lifetime, given back all at once.
//
// For the records of a batch. Allocation is an addition; reset() keeps the chunks, so that in
// steady state nothing is asked of the heap. Holds bytes only and runs no destructors.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <vector>

namespace sequitur {

class Arena {
public:
    static constexpr std::size_t kChunkBytes = std::size_t{64} << 10;

    Arena() = default;
    Arena(const Arena&) = delete;
    Arena& operator=(const Arena&) = delete;
    Arena(Arena&&) noexcept = default;
    Arena& operator=(Arena&&) noexcept = default;

    // `bytes` bytes, aligned to 8, uninitialised. They stay where they are until reset(). More than
    // kChunkBytes is fine and gets a chunk of its own.
    std::span<std::byte> allocate(std::size_t bytes) {
        const std::size_t rounded = (bytes + 7) & ~std::size_t{7};
        while (chunk_ < chunks_.size() && chunks_[chunk_].size - used_ < rounded) {
            ++chunk_;
            used_ = 0;
        }
        if (chunk_ == chunks_.size()) grow(rounded);
        std::byte* at = chunks_[chunk_].bytes.get() + used_;
        used_ += rounded;
        return {at, bytes};
    }

    // Makes everything allocated so far invalid and its memory available again.
    void reset() {
        chunk_ = 0;
        used_ = 0;
    }

private:
    struct Chunk {
        std::unique_ptr<std::byte[]> bytes;
        std::size_t size = 0;
    };

    void grow(std::size_t bytes) {
        const std::size_t size = bytes > kChunkBytes ? bytes : kChunkBytes;
        chunks_.push_back({std::unique_ptr<std::byte[]>(new std::byte[size]), size});
        used_ = 0;
    }

    std::vector<Chunk> chunks_;
    std::size_t chunk_ = 0;  // the one that is being filled
    std::size_t used_ = 0;   // of it
};

}  // namespace sequitur
