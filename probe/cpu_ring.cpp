#include "probe/cpu_ring.h"

#include <algorithm>
#include <bit>
#include <cerrno>
#include <cstring>
#include <sys/mman.h>
#include <unistd.h>
#include <utility>

namespace sequitur::probe {
namespace {

// There are kernels that take no entry of an array above 4 MB (KMALLOC_MAX_SIZE).
constexpr std::size_t kPartBytesMax = std::size_t{1} << 21;

std::size_t page_bytes() { return static_cast<std::size_t>(::sysconf(_SC_PAGESIZE)); }

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
    CpuRing ring;
    ring.shape_ = shape;
    void* const head = ::mmap(nullptr, page_bytes(), PROT_READ | PROT_WRITE, MAP_SHARED, heads_fd,
                              static_cast<off_t>(cpu * head_stride));
    if (head == MAP_FAILED) return fail(Error::Code::kRefused, std::strerror(errno), errno);
    ring.head_ = static_cast<sequitur_ring_head*>(head);
    const std::size_t size = shape.parts * shape.part_stride();
    void* const parts =
        ::mmap(nullptr, size, PROT_READ, MAP_SHARED, parts_fd, static_cast<off_t>(cpu * size));
    if (parts == MAP_FAILED) return fail(Error::Code::kRefused, std::strerror(errno), errno);
    ring.parts_ = static_cast<std::byte*>(parts);
    return ring;
}

CpuRing::CpuRing(CpuRing&& other) noexcept { *this = std::move(other); }

CpuRing& CpuRing::operator=(CpuRing&& other) noexcept {
    std::swap(head_, other.head_);
    std::swap(parts_, other.parts_);
    std::swap(shape_, other.shape_);
    std::swap(end_, other.end_);
    return *this;
}

CpuRing::~CpuRing() {
    if (head_ != nullptr) ::munmap(head_, page_bytes());
    if (parts_ != nullptr) ::munmap(parts_, shape_.parts * shape_.part_stride());
}

bool CpuRing::next(std::span<const std::byte>& record) {
    const std::uint64_t at = head_->read;
    if (at == __atomic_load_n(&head_->written, __ATOMIC_ACQUIRE)) return false;
    const std::uint64_t part = at >> shape_.part_shift & (shape_.parts - 1);
    const std::uint64_t within = at & ((std::uint64_t{1} << shape_.part_shift) - 1);
    const std::byte* const entry = parts_ + part * shape_.part_stride() + within;
    std::uint64_t size = 0;
    std::memcpy(&size, entry, sizeof size);
    record = {entry + sizeof size, size};
    end_ = at + ((size + sizeof size + 7) & ~std::uint64_t{7});
    return true;
}

// Gives the record's room back to the programs.
void CpuRing::release() { __atomic_store_n(&head_->read, end_, __ATOMIC_RELEASE); }

}  // namespace sequitur::probe
