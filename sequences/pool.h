// Objects of one type under small numbers, reused: where a tracker keeps what it follows.
//
// An object is default-constructed once and never destroyed before the pool: whoever takes one back
// resets it, so that vectors in it keep their memory. Addresses are stable.
// Thread: the tracker's.
#pragma once

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
    // Allocates only when more objects are live than ever before.
    Handle take() {
        if (!free_.empty()) {
            const Handle handle = free_.back();
            free_.pop_back();
            return handle;
        }
        if (taken_ == chunks_.size() * kChunk) {
            chunks_.push_back(std::make_unique<T[]>(kChunk));
        }
        return static_cast<Handle>(taken_++);
    }
    void give_back(Handle handle) { free_.push_back(handle); }

    T& operator[](Handle handle) { return chunks_[handle / kChunk][handle % kChunk]; }
    const T& operator[](Handle handle) const { return chunks_[handle / kChunk][handle % kChunk]; }

    std::size_t live() const { return taken_ - free_.size(); }
    std::size_t bytes() const {
        return chunks_.size() * kChunk * sizeof(T) + free_.capacity() * sizeof(Handle);
    }

private:
    std::vector<std::unique_ptr<T[]>> chunks_;
    std::vector<Handle> free_;
    std::size_t taken_ = 0;
};

}  // namespace sequitur
