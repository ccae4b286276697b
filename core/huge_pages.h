// Memory for what is large and looked at everywhere: on huge pages, so that a look costs no walk
// through page tables.
//
// The kernel gives huge pages as it has them (MADV_HUGEPAGE); without, the memory is the same, only
// slower. Thread: any.
#pragma once

#include <cstddef>
#include <new>

namespace sequitur {

inline constexpr std::size_t kHugePage = std::size_t{2} << 20;

// Zeroed memory of `bytes`, which is a multiple of kHugePage, aligned to it. std::bad_alloc.
void* map_huge(std::size_t bytes);
void unmap_huge(void* memory, std::size_t bytes) noexcept;

// For containers: small ones live on the heap, those of a huge page or more on huge pages.
template <typename T>
struct HugeAllocator {
    using value_type = T;

    HugeAllocator() = default;
    template <typename U>
    explicit HugeAllocator(const HugeAllocator<U>&) {}

    T* allocate(std::size_t count) {
        const std::size_t bytes = count * sizeof(T);
        if (bytes < kHugePage) return static_cast<T*>(::operator new(bytes));
        return static_cast<T*>(map_huge(rounded(bytes)));
    }
    void deallocate(T* memory, std::size_t count) noexcept {
        const std::size_t bytes = count * sizeof(T);
        if (bytes < kHugePage) return ::operator delete(memory);
        unmap_huge(memory, rounded(bytes));
    }
    friend bool operator==(const HugeAllocator&, const HugeAllocator&) { return true; }

private:
    static std::size_t rounded(std::size_t bytes) {
        return (bytes + kHugePage - 1) / kHugePage * kHugePage;
    }
};

}  // namespace sequitur
