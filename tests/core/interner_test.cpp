#include "core/interner.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace sequitur {
namespace {

TEST(Interner, EqualTextsAreOneSymbol) {
    Interner strings;
    const Symbol a = strings.intern("/etc/passwd");
    EXPECT_EQ(strings.intern(std::string("/etc/") + "passwd"), a);
    EXPECT_NE(strings.intern("/etc/shadow"), a);
    EXPECT_EQ(a->view(), "/etc/passwd");
    EXPECT_EQ(strings.find("/etc/passwd"), a);
    EXPECT_EQ(strings.find("/etc"), nullptr);
    EXPECT_EQ(strings.size(), 2u);
}

TEST(Interner, EmptyAndBinaryTextsAreTexts) {
    Interner strings;
    const Symbol empty = strings.intern("");
    const Symbol nul = strings.intern(std::string_view("\0", 1));
    const Symbol two = strings.intern(std::string_view("\0\0", 2));
    EXPECT_NE(empty, nul);
    EXPECT_NE(nul, two);
    EXPECT_EQ(empty->size, 0u);
    EXPECT_EQ(two->size, 2u);
}

TEST(Interner, TextsOfEveryLengthStayApart) {
    Interner strings;
    std::vector<Symbol> symbols;
    std::string text;
    for (int i = 0; i < 300; ++i) {
        symbols.push_back(strings.intern(text));
        text += 'a';
    }
    text.clear();
    for (const Symbol symbol : symbols) {
        EXPECT_EQ(strings.intern(text), symbol);
        text += 'a';
    }
}

TEST(Interner, SweepFreesWhatNobodyHolds) {
    Interner strings;
    strings.begin_batch(1);
    const SymbolRef held(strings.intern("held"));
    strings.intern("dropped");
    EXPECT_EQ(strings.sweep(strings.slots(), 1), 1u);
    EXPECT_EQ(strings.find("dropped"), nullptr);
    EXPECT_EQ(strings.find("held"), held.get());
}

TEST(Interner, SweepSparesWhatABatchInFlightMayHold) {
    Interner strings;
    strings.begin_batch(1);
    strings.intern("old");
    strings.intern("again");
    strings.begin_batch(2);
    strings.intern("again");
    EXPECT_EQ(strings.sweep(strings.slots(), 1), 1u);
    EXPECT_EQ(strings.find("old"), nullptr);
    EXPECT_NE(strings.find("again"), nullptr);
}

TEST(Interner, SerialsAreNeverReused) {
    Interner strings;
    strings.begin_batch(1);
    const std::uint64_t first = strings.intern("x")->serial;
    strings.sweep(strings.slots(), 1);
    EXPECT_GT(strings.intern("x")->serial, first);
}

// Removal moves strings back over the hole: whatever is left must still be found.
TEST(Interner, FindsAllThatIsLeftAfterManySweeps) {
    Interner strings;
    std::vector<SymbolRef> kept;
    for (std::uint64_t batch = 1; batch <= 20; ++batch) {
        strings.begin_batch(batch);
        for (std::uint64_t i = 0; i < 500; ++i) {
            const Symbol symbol = strings.intern(std::to_string(batch * 1000 + i));
            if (i % 7 == 0) kept.emplace_back(symbol);
        }
        strings.sweep(777, batch);
    }
    while (strings.sweep(strings.slots(), 20) != 0) {
    }
    EXPECT_EQ(strings.size(), kept.size());
    for (const SymbolRef& symbol : kept) EXPECT_EQ(strings.find(symbol.view()), symbol.get());
}

TEST(Interner, BytesFallWhenStringsGo) {
    Interner strings;
    strings.begin_batch(1);
    const std::size_t before = strings.bytes();
    strings.intern(std::string(1000, 'x'));
    EXPECT_GE(strings.bytes(), before + 1000);
    strings.sweep(strings.slots(), 1);
    EXPECT_EQ(strings.bytes(), before);
}

}  // namespace
}  // namespace sequitur
