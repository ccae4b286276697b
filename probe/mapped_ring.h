// The program's side of one BPF ring buffer (BPF_MAP_TYPE_RINGBUF), as the kernel documents it:
// Documentation/bpf/ringbuf.rst.
//
// libbpf maps a ring's data twice in a row, so that no record is ever cut at the end, and each page
// then counts twice as memory of the program. Here only as much is mapped again as the longest
// record needs. Thread: one at a time.
#pragma once

#include "core/result.h"
#include "probe/mapped_memory.h"
#include "probe/record_ring.h"

#include <cstddef>
#include <cstdint>
#include <span>

namespace sequitur::probe {

class MappedRing : public RecordRing<MappedRing> {
public:
    // Precondition: no record is longer. Ours stay below 32 KB (RECORD_BYTES in bpf/maps.bpf.h).
    static constexpr std::size_t kRecordMax = std::size_t{1} << 16;

    // `fd` of a map of `size` bytes (a power of two).
    static Result<MappedRing> map(int fd, std::size_t size);

private:
    friend class RecordRing<MappedRing>;
    MappedRing() = default;
    bool next(std::span<const std::byte>& record);
    void release();

    MappedMemory consumer_;  // a page with what is read; ours to write
    MappedMemory producer_;  // a page with what is written, then the data
    std::size_t page_ = 0, size_ = 0;
    std::uint64_t at_ = 0, end_ = 0;  // of the record that is read now
};

}  // namespace sequitur::probe
