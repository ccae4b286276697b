#include "probe/record_arena.h"

#include <gtest/gtest.h>

#include <cstring>
#include <string>

namespace sequitur::probe {
namespace {

RecordArena::Place keep(RecordArena& arena, const std::string& text) {
    return arena.keep(std::as_bytes(std::span(text)));
}

std::string text_of(const RecordArena::Place& place) {
    return {reinterpret_cast<const char*>(place.data), place.size};
}

TEST(RecordArenaTest, KeepsWhatItIsGivenAligned) {
    RecordArena arena;
    const auto a = keep(arena, "abc"), b = keep(arena, "defgh");
    EXPECT_EQ(text_of(a), "abc");
    EXPECT_EQ(text_of(b), "defgh");
    EXPECT_EQ(reinterpret_cast<std::uintptr_t>(b.data) % 8, 0U);
}

// Views live until the second next call begins.
TEST(RecordArenaTest, MemoryIsUsedAgainTwoCallsAfterItWasHandedOut) {
    RecordArena arena;
    const std::string big(RecordArena::kChunkBytes / 2, 'x');
    arena.begin_call(1);
    const auto a = keep(arena, big), b = keep(arena, big);
    const auto next_chunk = keep(arena, big);
    EXPECT_NE(next_chunk.chunk, a.chunk);
    arena.hand_out(a, 1);
    arena.hand_out(b, 1);
    arena.begin_call(2);
    EXPECT_NE(keep(arena, big).chunk, a.chunk);
    EXPECT_NE(keep(arena, big).chunk, a.chunk);
    EXPECT_EQ(text_of(a), big);
    arena.begin_call(3);
    (void)keep(arena, big);
    EXPECT_EQ(keep(arena, big).chunk, a.chunk);
}

TEST(RecordArenaTest, WhatWaitsIsNeverOverwritten) {
    RecordArena arena;
    const std::string big(RecordArena::kChunkBytes / 2, 'x');
    const auto waits = keep(arena, "waits");
    for (std::uint64_t call = 1; call < 20; ++call) {
        arena.begin_call(call);
        arena.hand_out(keep(arena, big), call);
    }
    EXPECT_EQ(text_of(waits), "waits");
    EXPECT_LE(arena.bytes(), 5 * RecordArena::kChunkBytes);
}

}  // namespace
}  // namespace sequitur::probe
