#include "daemon/service/heap.h"

#include <malloc.h>

namespace sequitur {
namespace {

constexpr int kLarge = 128 << 10;

}  // namespace

void keep_large_buffers_apart() {
    // Set once, they are no longer raised by what is freed. Refusing is no fault.
    ::mallopt(M_MMAP_THRESHOLD, kLarge);
    ::mallopt(M_TRIM_THRESHOLD, 2 * kLarge);
}

void give_back_free_memory() { ::malloc_trim(0); }

}  // namespace sequitur
