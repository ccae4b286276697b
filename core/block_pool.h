// Blocks for retained events: made on any thread, let go of on any other, a million at a time.
//
// Sizes are rounded up to a few classes, each with a list of free blocks that is refilled from huge
// pages (core/huge_pages.h). Every thread keeps some free blocks to itself, so that neither taking
// nor giving back one takes a lock, but for once in many times. Memory is reused, never returned;
// what bounds it is the limit on retained bytes. Blocks above the largest class are the heap's.
#pragma once

#include <cstddef>

namespace sequitur {

// A block of at least `bytes`, aligned to a cache line. std::bad_alloc. Thread: any.
void* take_block(std::size_t bytes);
// `bytes` as it was taken with.
void give_back_block(void* block, std::size_t bytes) noexcept;

// What a block of `bytes` really takes.
std::size_t block_size(std::size_t bytes);

}  // namespace sequitur
