#include "core/affix_table.h"

#include <gtest/gtest.h>

#include <random>

namespace sequitur {
namespace {

using End = AffixTable::End;

std::uint64_t match(const AffixTable& table, std::string_view text) {
    std::vector<std::uint64_t> row(1);
    table.match(text, row);
    return row[0];
}

TEST(AffixTable, FindsEveryPrefixOfAText) {
    const AffixTable table(End::kStart,
                           {{"/etc", 0}, {"/etc/ssh", 1}, {"/", 2}, {"/var", 3}, {"/etc", 4}});
    EXPECT_EQ(match(table, "/etc/ssh/x"), 0b10111u);
    EXPECT_EQ(match(table, "/etcetera"), 0b10101u);
    EXPECT_EQ(match(table, "/usr"), 0b00100u);
    EXPECT_EQ(match(table, ""), 0u);
}

TEST(AffixTable, FindsEverySuffixOfAText) {
    const AffixTable table(End::kEnd, {{".conf", 0}, {"a.conf", 1}, {"", 2}});
    EXPECT_EQ(match(table, "/a.conf"), 0b111u);
    EXPECT_EQ(match(table, "b.conf"), 0b101u);
    EXPECT_EQ(match(table, ""), 0b100u);
}

TEST(AffixTable, EmptyTableMatchesNothing) {
    EXPECT_EQ(match(AffixTable(End::kStart), "a"), 0u);
    EXPECT_EQ(match(AffixTable(End::kStart, {}), "a"), 0u);
}

TEST(AffixTable, RandomSetsAgreeWithPlainComparison) {
    std::mt19937 random(3);  // NOLINT(cert-msc51-cpp): the same run every time
    const auto word = [&](std::size_t length_max) {
        std::string out(random() % (length_max + 1), ' ');
        for (char& c : out) c = "ab\xff"[random() % 3];
        return out;
    };
    for (int round = 0; round < 300; ++round) {
        std::vector<AffixTable::Entry> entries;
        for (std::uint32_t i = 0; i < 1 + random() % 60; ++i) entries.push_back({word(4), i});
        const AffixTable prefixes(End::kStart, entries), suffixes(End::kEnd, entries);
        for (int i = 0; i < 40; ++i) {
            const std::string text = word(8);
            std::uint64_t starts = 0, ends = 0;
            for (const auto& entry : entries) {
                if (text.starts_with(entry.text)) starts |= std::uint64_t{1} << entry.bit;
                if (text.ends_with(entry.text)) ends |= std::uint64_t{1} << entry.bit;
            }
            EXPECT_EQ(match(prefixes, text), starts);
            EXPECT_EQ(match(suffixes, text), ends);
        }
    }
}

}  // namespace
}  // namespace sequitur
