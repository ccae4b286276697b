#include "probe/mapped_memory.h"

#include <cerrno>
#include <cstring>
#include <sys/mman.h>
#include <unistd.h>
#include <utility>

namespace sequitur::probe {

Result<MappedMemory> MappedMemory::map(int fd, std::size_t offset, std::size_t size,
                                       Access access) {
    const int protection = access == Access::kRead ? PROT_READ : PROT_READ | PROT_WRITE;
    void* const memory =
        ::mmap(nullptr, size, protection, MAP_SHARED, fd, static_cast<off_t>(offset));
    if (memory == MAP_FAILED) return fail(Error::Code::kRefused, std::strerror(errno), errno);
    MappedMemory mapped;
    mapped.memory_ = {static_cast<std::byte*>(memory), size};
    return mapped;
}

MappedMemory::MappedMemory(MappedMemory&& other) noexcept
    : memory_(std::exchange(other.memory_, {})) {}

MappedMemory& MappedMemory::operator=(MappedMemory&& other) noexcept {
    std::swap(memory_, other.memory_);
    return *this;
}

MappedMemory::~MappedMemory() {
    if (!memory_.empty()) ::munmap(memory_.data(), memory_.size());
}

std::size_t page_bytes() { return static_cast<std::size_t>(::sysconf(_SC_PAGESIZE)); }

}  // namespace sequitur::probe
