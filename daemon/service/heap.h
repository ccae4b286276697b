// The C library's heap, in a program that runs for months.
#pragma once

namespace sequitur {

// Before much is allocated. Large buffers, such as those of a saved state, get pages of their own
// and give them back. Left alone, the C library moves them into the heap once one was freed; small
// things that live long then settle in the holes, and the heap grows by another buffer now and
// then.
void keep_large_buffers_apart();

// Gives back what the start took: the text and trees of rules, types of the kernel.
void give_back_free_memory();

}  // namespace sequitur
