#include "probe/record_arena.h"

#include <cstring>

namespace sequitur::probe {

RecordArena::Place RecordArena::keep(std::span<const std::byte> bytes) {
    const std::size_t rounded = (bytes.size() + 7) & ~std::size_t{7};
    if (chunks_.empty() || chunks_[current_].used + rounded > kChunkBytes) {
        std::uint32_t next = 0;
        while (next < chunks_.size() && !chunks_[next].is_free) ++next;
        if (next == chunks_.size()) {
            chunks_.emplace_back();
            chunks_.back().memory = std::make_unique<std::byte[]>(kChunkBytes);
        }
        current_ = next;
        chunks_[current_].is_free = false;
        chunks_[current_].used = 0;
    }
    Chunk& chunk = chunks_[current_];
    std::byte* to = chunk.memory.get() + chunk.used;
    std::memcpy(to, bytes.data(), bytes.size());
    chunk.used += rounded;
    ++chunk.waiting;
    return {to, static_cast<std::uint32_t>(bytes.size()), current_};
}

void RecordArena::hand_out(const Place& place, std::uint64_t call) {
    Chunk& chunk = chunks_[place.chunk];
    --chunk.waiting;
    chunk.last_call = call;
}

void RecordArena::begin_call(std::uint64_t call) {
    for (std::uint32_t i = 0; i < chunks_.size(); ++i) {
        Chunk& chunk = chunks_[i];
        const bool unused = chunk.waiting == 0 && chunk.last_call + 2 <= call;
        if (!unused || chunk.used == 0) continue;
        if (i == current_) chunk.used = 0;
        else chunk.is_free = true;
    }
}

}  // namespace sequitur::probe
