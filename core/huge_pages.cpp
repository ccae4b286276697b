#include "core/huge_pages.h"

#include <cstdint>
#include <sys/mman.h>

namespace sequitur {

void* map_huge(std::size_t bytes) {
    // A huge page more than is wanted, to cut an aligned piece out of.
    const std::size_t mapped = bytes + kHugePage;
    void* const memory =
        ::mmap(nullptr, mapped, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) throw std::bad_alloc();
    auto* const first = static_cast<std::byte*>(memory);
    const std::size_t before =
        (kHugePage - reinterpret_cast<std::uintptr_t>(first) % kHugePage) % kHugePage;
    std::byte* const aligned = first + before;
    if (before > 0) ::munmap(first, before);
    if (before < kHugePage) ::munmap(aligned + bytes, kHugePage - before);
    ::madvise(aligned, bytes, MADV_HUGEPAGE);  // An offer; refusing it changes no result.
    return aligned;
}

void unmap_huge(void* memory, std::size_t bytes) noexcept { ::munmap(memory, bytes); }

}  // namespace sequitur
