// The program's side of one BPF ring buffer (BPF_MAP_TYPE_RINGBUF), as the kernel documents it:
// Documentation/bpf/ringbuf.rst.
//
// libbpf maps a ring's data twice in a row, so that no record is ever cut at the end, and each page
// then counts twice as memory of the program. Here only as much is mapped again as the longest
// record needs. Thread: one at a time.
#pragma once

#include "core/result.h"

#include <cstddef>
#include <cstdint>
#include <span>

namespace sequitur::probe {

class MappedRing {
public:
    // Precondition: no record is longer. Ours stay below 32 KB (RECORD_BYTES in bpf/maps.bpf.h).
    static constexpr std::size_t kRecordMax = std::size_t{1} << 16;

    // `fd` of a map of `size` bytes (a power of two).
    static Result<MappedRing> map(int fd, std::size_t size);
    MappedRing(MappedRing&& other) noexcept;
    MappedRing& operator=(MappedRing&& other) noexcept;
    ~MappedRing();

    // Calls read(std::span<const std::byte>) for each record there is, until it returns false: that
    // record has been read. The bytes live for the call. Whether all that was there is read.
    template <typename Read>
    bool consume(Read read) {
        std::span<const std::byte> record;
        while (next(record)) {
            const bool goes_on = read(record);
            release();
            if (!goes_on) return false;
        }
        return true;
    }

private:
    MappedRing() = default;
    bool next(std::span<const std::byte>& record);
    void release();

    std::byte* consumer_ = nullptr;  // a page with what is read; ours to write
    std::byte* producer_ = nullptr;  // a page with what is written, then the data
    std::size_t page_ = 0, size_ = 0, mapped_ = 0;
    std::uint64_t at_ = 0, end_ = 0;  // of the record that is read now
};

}  // namespace sequitur::probe
