// Memory that is mapped from a descriptor, unmapped with its owner.
#pragma once

#include "core/result.h"

#include <cstddef>
#include <cstdint>
#include <span>

namespace sequitur::probe {

class MappedMemory {
public:
    enum class Access { kRead, kReadWrite };

    // `size` bytes of `fd` from `offset` on, a multiple of a page; shared with all that map them.
    // Refused with errno. The descriptor may be closed afterwards.
    static Result<MappedMemory> map(int fd, std::size_t offset, std::size_t size, Access access);
    MappedMemory() = default;
    MappedMemory(MappedMemory&& other) noexcept;
    MappedMemory& operator=(MappedMemory&& other) noexcept;
    ~MappedMemory();

    std::byte* data() const { return memory_.data(); }

private:
    std::span<std::byte> memory_;
};

std::size_t page_bytes();

}  // namespace sequitur::probe
