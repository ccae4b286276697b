// Objects of one type under small numbers, reused: where a tracker keeps what it follows.
//
// An object is default-constructed once and never destroyed before the pool: whoever takes one back
// resets it, so that vectors in it keep their memory. Addresses are stable.
// A pool that has outgrown a huge page takes its memory in huge pages.
// Thread: the tracker's.
#pragma once

#include "core/huge_pages.h"
#include "sequences/partial_match.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

namespace sequitur {

// `kChunk`: how many objects are allocated at once.
template <typename T, std::size_t kChunk = 256>
class Pool {
public:
    Pool() = default;
    ~Pool() {
        for (std::size_t i = 0; i < chunks_.size(); ++i) std::destroy_n(chunks_[i], kChunk);
        for (std::byte* region : regions_) unmap_huge(region, kHugePage);
    }
    Pool(const Pool&) = delete;
    Pool& operator=(const Pool&) = delete;

    // Allocates only when more objects are live than ever before.
    Handle take() {
        if (!free_.empty()) {
            const Handle handle = free_.back();
            free_.pop_back();
            return handle;
        }
        if (taken_ == chunks_.size() * kChunk) add_chunk();
        return static_cast<Handle>(taken_++);
    }
    void give_back(Handle handle) { free_.push_back(handle); }

    T& operator[](Handle handle) { return chunks_[handle / kChunk][handle % kChunk]; }
    const T& operator[](Handle handle) const { return chunks_[handle / kChunk][handle % kChunk]; }

    std::size_t live() const { return taken_ - free_.size(); }
    std::size_t bytes() const {
        return chunks_.size() * kChunkBytes + free_.capacity() * sizeof(Handle);
    }

private:
    static constexpr std::size_t kLine = 64;
    static constexpr std::size_t kChunkBytes = (kChunk * sizeof(T) + kLine - 1) / kLine * kLine;

    void add_chunk() {
        std::byte* memory = nullptr;
        if (kChunkBytes <= kHugePage && chunks_.size() * kChunkBytes >= kHugePage) {
            if (left_ < kChunkBytes) {
                regions_.push_back(static_cast<std::byte*>(map_huge(kHugePage)));
                left_ = kHugePage;
            }
            memory = regions_.back() + (kHugePage - left_);
            left_ -= kChunkBytes;
        } else {
            heap_.push_back(std::make_unique<Line[]>(kChunkBytes / kLine));
            memory = heap_.back()[0].bytes;
        }
        chunks_.push_back(reinterpret_cast<T*>(memory));
        std::uninitialized_default_construct_n(chunks_.back(), kChunk);
    }

    struct alignas(kLine) Line {
        std::byte bytes[kLine];
    };

    std::vector<T*> chunks_;
    std::vector<std::unique_ptr<Line[]>> heap_;
    std::vector<std::byte*> regions_;
    std::size_t left_ = 0;  // of the last region
    std::vector<Handle> free_;
    std::size_t taken_ = 0;
};

}  // namespace sequitur
