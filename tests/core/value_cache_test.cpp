#include "core/value_cache.h"

#include <gtest/gtest.h>

#include <deque>
#include <random>
#include <vector>

namespace sequitur {
namespace {

// Interned strings without text: the cache looks at serial and hash only.
class Symbols {
public:
    Symbol make(std::uint64_t serial, std::uint64_t hash) {
        InternedString& string = strings_.emplace_back();
        string.serial = serial;
        string.hash = hash;
        return &string;
    }

private:
    std::deque<InternedString> strings_;
};

TEST(ValueCache, FindsWhatWasPutIn) {
    Symbols symbols;
    ValueCache cache(2, 1024);
    Symbol a = symbols.make(1, 10);
    EXPECT_EQ(cache.find(a), nullptr);
    const auto row = cache.insert(a);
    ASSERT_EQ(row.size(), 2u);
    row[0] = 7;
    row[1] = 8;
    const std::uint64_t* found = cache.find(a);
    ASSERT_NE(found, nullptr);
    EXPECT_EQ(found[0], 7u);
    EXPECT_EQ(found[1], 8u);
}

TEST(ValueCache, SameSerialOfAnotherInternerIsAnotherString) {
    Symbols symbols;
    ValueCache cache(1, 1024);
    cache.insert(symbols.make(1, 10))[0] = 1;
    EXPECT_EQ(cache.find(symbols.make(1, 11)), nullptr);
    EXPECT_NE(cache.find(symbols.make(1, 10)), nullptr);
}

TEST(ValueCache, StaysWithinItsBoundAndKeepsTheNewest) {
    for (const std::size_t bound : {0u, 1u, 2u, 4u, 5u, 64u, 1000u}) {
        Symbols symbols;
        ValueCache cache(1, bound);
        for (std::uint64_t i = 1; i <= 5000; ++i) {
            Symbol symbol = symbols.make(i, i * 3);
            cache.insert(symbol)[0] = i;
            ASSERT_NE(cache.find(symbol), nullptr);
            EXPECT_EQ(*cache.find(symbol), i);
        }
        EXPECT_LE(cache.size(), std::max<std::size_t>(bound, 2));
        EXPECT_LE(cache.capacity(), std::max<std::size_t>(bound, 2));
        EXPECT_GE(cache.size() * 4, std::min<std::size_t>(bound, 1000));
    }
}

TEST(ValueCache, AnswersAreThoseThatWerePutIn) {
    std::mt19937 random(2);  // NOLINT(cert-msc51-cpp): the same run every time
    Symbols symbols;
    ValueCache cache(3, 300);
    std::vector<Symbol> known;
    for (std::uint64_t i = 1; i <= 1000; ++i) known.push_back(symbols.make(i, random()));
    for (int round = 0; round < 20000; ++round) {
        Symbol symbol = known[random() % known.size()];
        if (const std::uint64_t* row = cache.find(symbol)) {
            EXPECT_EQ(row[0], symbol->serial);
            EXPECT_EQ(row[2], symbol->serial * 2);
        } else {
            const auto fresh = cache.insert(symbol);
            fresh[0] = symbol->serial;
            fresh[1] = 0;
            fresh[2] = symbol->serial * 2;
        }
    }
}

}  // namespace
}  // namespace sequitur
