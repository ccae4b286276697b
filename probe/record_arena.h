// Memory for records between the rings and their reader.
//
// Records are appended to large chunks, in the order in which the rings are read; a chunk is used
// again when every record in it has been handed out and the views handed out have ended.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

namespace sequitur::probe {

class RecordArena {
public:
    static constexpr std::size_t kChunkBytes = std::size_t{1} << 20;

    struct Place {
        const std::byte* data = nullptr;
        std::uint32_t size = 0;
        std::uint32_t chunk = 0;
    };

    // Copies `bytes`, at most kChunkBytes; aligned to 8. Allocates only when no chunk is free.
    Place keep(std::span<const std::byte> bytes);

    // `place` has been handed out in call `call`.
    void hand_out(const Place& place, std::uint64_t call);

    // Call `call` begins: what was handed out two calls ago is no longer looked at.
    void begin_call(std::uint64_t call);

    std::size_t bytes() const { return chunks_.size() * kChunkBytes; }

private:
    struct Chunk {
        std::unique_ptr<std::byte[]> memory;
        std::size_t used = 0;
        std::size_t waiting = 0;      // records not handed out yet
        std::uint64_t last_call = 0;  // that handed one out
        bool is_free = false;
    };

    std::vector<Chunk> chunks_;
    std::uint32_t current_ = 0;
};

}  // namespace sequitur::probe
