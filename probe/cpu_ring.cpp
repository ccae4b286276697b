#include "probe/cpu_ring.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <utility>

namespace sequitur::probe {
namespace {

// There are kernels that take no entry of an array above 4 MB (KMALLOC_MAX_SIZE).
constexpr std::size_t kPartBytesMax = std::size_t{1} << 21;

}  // namespace

std::size_t CpuRing::Shape::part_stride() const {
    return (std::size_t{1} << part_shift) + SEQUITUR_RING_SLACK;
}

CpuRing::Shape CpuRing::Shape::of(std::size_t ring_bytes) {
    const std::size_t part = std::min(ring_bytes, kPartBytesMax);
    return {static_cast<std::uint32_t>(ring_bytes / part),
            static_cast<std::uint32_t>(std::countr_zero(part))};
}

Result<CpuRing> CpuRing::map(int heads_fd, std::size_t head_stride, int parts_fd, Shape shape,
                             std::size_t cpu) {
    const std::size_t size = shape.parts * shape.part_stride();
    auto head = MappedMemory::map(heads_fd, cpu * head_stride, page_bytes(),
                                  MappedMemory::Access::kReadWrite);
    if (!head) return tl::unexpected(head.error());
    auto parts = MappedMemory::map(parts_fd, cpu * size, size, MappedMemory::Access::kRead);
    if (!parts) return tl::unexpected(parts.error());
    CpuRing ring;
    ring.head_ = std::move(*head);
    ring.parts_ = std::move(*parts);
    ring.shape_ = shape;
    return ring;
}

sequitur_ring_head& CpuRing::head() const {
    return *reinterpret_cast<sequitur_ring_head*>(head_.data());
}

bool CpuRing::next(std::span<const std::byte>& record) {
    const std::uint64_t at = head().read;
    if (at == __atomic_load_n(&head().written, __ATOMIC_ACQUIRE)) return false;
    const std::uint64_t part = at >> shape_.part_shift & (shape_.parts - 1);
    const std::uint64_t within = at & ((std::uint64_t{1} << shape_.part_shift) - 1);
    const std::byte* const entry = parts_.data() + part * shape_.part_stride() + within;
    std::uint64_t size = 0;
    std::memcpy(&size, entry, sizeof size);
    record = {entry + sizeof size, size};
    end_ = at + ((size + sizeof size + 7) & ~std::uint64_t{7});
    return true;
}

// Gives the record's room back to the programs.
void CpuRing::release() { __atomic_store_n(&head().read, end_, __ATOMIC_RELEASE); }

}  // namespace sequitur::probe
