#include "probe/mapped_ring.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <linux/bpf.h>
#include <sys/mman.h>
#include <unistd.h>
#include <utility>

namespace sequitur::probe {
namespace {

// The kernel's own type of positions and of the word before each record.
template <typename T>
T load(const std::byte* from) {
    return __atomic_load_n(reinterpret_cast<const T*>(from), __ATOMIC_ACQUIRE);
}

}  // namespace

Result<MappedRing> MappedRing::map(int fd, std::size_t size) {
    MappedRing ring;
    ring.page_ = static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
    ring.size_ = size;
    void* const consumer = ::mmap(nullptr, ring.page_, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (consumer == MAP_FAILED) return fail(Error::Code::kRefused, std::strerror(errno), errno);
    ring.consumer_ = static_cast<std::byte*>(consumer);
    const std::size_t mapped = ring.page_ + size + std::min(size, kRecordMax);
    void* const producer =
        ::mmap(nullptr, mapped, PROT_READ, MAP_SHARED, fd, static_cast<off_t>(ring.page_));
    if (producer == MAP_FAILED) return fail(Error::Code::kRefused, std::strerror(errno), errno);
    ring.producer_ = static_cast<std::byte*>(producer);
    ring.mapped_ = mapped;
    return ring;
}

MappedRing::MappedRing(MappedRing&& other) noexcept { *this = std::move(other); }

MappedRing& MappedRing::operator=(MappedRing&& other) noexcept {
    std::swap(consumer_, other.consumer_);
    std::swap(producer_, other.producer_);
    std::swap(page_, other.page_);
    std::swap(size_, other.size_);
    std::swap(mapped_, other.mapped_);
    std::swap(at_, other.at_);
    std::swap(end_, other.end_);
    return *this;
}

MappedRing::~MappedRing() {
    if (consumer_ != nullptr) ::munmap(consumer_, page_);
    if (producer_ != nullptr) ::munmap(producer_, mapped_);
}

// The next record that is complete. The kernel fills in reserved places in any order; those that
// were given up are passed over.
bool MappedRing::next(std::span<const std::byte>& record) {
    at_ = load<std::uint64_t>(consumer_);
    while (at_ < load<std::uint64_t>(producer_)) {
        const std::byte* const head = producer_ + page_ + (at_ & (size_ - 1));
        const auto word = load<std::uint32_t>(head);
        if ((word & BPF_RINGBUF_BUSY_BIT) != 0) return false;
        const std::size_t length = word & ~(BPF_RINGBUF_BUSY_BIT | BPF_RINGBUF_DISCARD_BIT);
        end_ = at_ + ((length + BPF_RINGBUF_HDR_SZ + 7) & ~std::size_t{7});
        if ((word & BPF_RINGBUF_DISCARD_BIT) == 0) {
            record = {head + BPF_RINGBUF_HDR_SZ, length};
            return true;
        }
        release();
        at_ = end_;
    }
    return false;
}

// Gives the record's room back to the kernel.
void MappedRing::release() {
    __atomic_store_n(reinterpret_cast<std::uint64_t*>(consumer_), end_, __ATOMIC_RELEASE);
}

}  // namespace sequitur::probe
