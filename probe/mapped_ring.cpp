#include "probe/mapped_ring.h"

#include <algorithm>
#include <linux/bpf.h>
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
    const std::size_t page = page_bytes();
    auto consumer = MappedMemory::map(fd, 0, page, MappedMemory::Access::kReadWrite);
    if (!consumer) return tl::unexpected(consumer.error());
    auto producer = MappedMemory::map(fd, page, page + size + std::min(size, kRecordMax),
                                      MappedMemory::Access::kRead);
    if (!producer) return tl::unexpected(producer.error());
    MappedRing ring;
    ring.consumer_ = std::move(*consumer);
    ring.producer_ = std::move(*producer);
    ring.page_ = page;
    ring.size_ = size;
    return ring;
}

// The next record that is complete. The kernel fills in reserved places in any order; those that
// were given up are passed over.
bool MappedRing::next(std::span<const std::byte>& record) {
    const std::byte* const data = producer_.data() + page_;
    at_ = load<std::uint64_t>(consumer_.data());
    while (at_ < load<std::uint64_t>(producer_.data())) {
        const std::byte* const head = data + (at_ & (size_ - 1));
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
    __atomic_store_n(reinterpret_cast<std::uint64_t*>(consumer_.data()), end_, __ATOMIC_RELEASE);
}

}  // namespace sequitur::probe
