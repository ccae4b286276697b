// The program's side of one CPU's ring of calls (sequitur_ring_head in bpf/protocol.h).
//
// Thread: one at a time.
#pragma once

#include "core/result.h"
#include "probe/bpf/protocol.h"
#include "probe/mapped_memory.h"
#include "probe/record_ring.h"

#include <cstddef>
#include <cstdint>
#include <span>

namespace sequitur::probe {

class CpuRing : public RecordRing<CpuRing> {
public:
    struct Shape {
        std::uint32_t parts = 0;                  // of each ring, a power of two
        std::uint32_t part_shift = 0;             // a part has 1 << part_shift bytes
        std::size_t part_stride() const;          // from one part to the next
        static Shape of(std::size_t ring_bytes);  // a power of two of pages
    };

    // `heads_fd` of the map of struct cpu, whose entries are `head_stride` bytes apart and begin
    // with the head; `parts_fd` of the map of parts.
    static Result<CpuRing> map(int heads_fd, std::size_t head_stride, int parts_fd, Shape shape,
                               std::size_t cpu);

private:
    friend class RecordRing<CpuRing>;
    CpuRing() = default;
    bool next(std::span<const std::byte>& record);
    void release();

    sequitur_ring_head& head() const;

    MappedMemory head_, parts_;
    Shape shape_;
    std::uint64_t end_ = 0;  // of the record that is read now
};

}  // namespace sequitur::probe
