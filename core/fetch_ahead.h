// Bringing memory in before it is looked at.
#pragma once

namespace sequitur {

// Starts to fetch the cache line of `address`, which may be any. A bare __builtin_prefetch is no
// effect to gcc: a function that does nothing else counts as pure, and calls of it are dropped. The
// empty asm is one.
inline void fetch_ahead(const void* address) {
    __builtin_prefetch(address);
    asm volatile("");
}

}  // namespace sequitur
