#include "core/text_table.h"

#include <gtest/gtest.h>

#include <string>

namespace sequitur {
namespace {

using namespace std::string_literals;

std::uint64_t match(const TextTable& table, std::string_view text) {
    TextScratch scratch;
    scratch.patterns.fit(table.patterns());
    std::vector<std::uint64_t> bits(1);
    table.match_cell(table.cell_of(text), bits);
    table.match_patterns(text, scratch, bits);
    return bits[0];
}

TextTable build(TextTable::Tests tests) {
    auto table = TextTable::build(std::move(tests));
    EXPECT_TRUE(table);
    return table ? std::move(*table) : TextTable();
}

TEST(TextTable, EqualityKnowsEveryByte) {
    const TextTable table = build(
        {.equalities =
             {{"", 0}, {"a", 1}, {"a\0"s, 2}, {"a", 3}, {"twelve bytes", 4}, {"twelve bytez", 5}},
         .path_prefixes = {},
         .patterns = {}});
    EXPECT_FALSE(table.has_patterns());
    EXPECT_EQ(match(table, ""), 0b1u);
    EXPECT_EQ(match(table, "a"), 0b1010u);
    EXPECT_EQ(match(table, "a\0"s), 0b100u);
    EXPECT_EQ(match(table, "twelve bytes"), 0b10000u);
    EXPECT_EQ(match(table, "b"), 0u);
    EXPECT_EQ(match(table, std::string(5000, 'a')), 0u);
}

TEST(TextTable, ThousandsOfWordsAreToldApart) {
    TextTable::Tests tests;
    for (std::uint32_t i = 0; i < 5000; ++i) {
        tests.equalities.push_back({"w" + std::to_string(i), 0});
    }
    const TextTable table = build(std::move(tests));
    for (int i = 0; i < 6000; ++i) {
        EXPECT_EQ(match(table, "w" + std::to_string(i)), i < 5000 ? 1u : 0u);
    }
}

TEST(TextTable, PathPrefixesCompareWholeComponents) {
    const TextTable table =
        build({.equalities = {},
               .path_prefixes = {{"/etc", 0}, {"/etc/ssh/", 1}, {"/", 2}, {"usr//bin", 3}},
               .patterns = {}});
    EXPECT_EQ(match(table, "/etc"), 0b101u);
    EXPECT_EQ(match(table, "//etc//ssh/x"), 0b111u);
    EXPECT_EQ(match(table, "/etcetera"), 0b100u);
    EXPECT_EQ(match(table, "/usr/bin/ls"), 0b1100u);
    EXPECT_EQ(match(table, ""), 0b100u);
}

TEST(TextTable, ManyPrefixesAndSuffixesMatchAsFewDo) {
    TextTable::Tests tests;
    for (std::uint32_t i = 0; i < 300; ++i) {
        tests.patterns.push_back(
            {.kind = Pattern::Kind::kPrefix, .text = "/d" + std::to_string(i) + "/", .bit = i % 3});
        tests.patterns.push_back(
            {.kind = Pattern::Kind::kSuffix, .text = "." + std::to_string(i), .bit = 3 + i % 3});
    }
    const TextTable table = build(std::move(tests));
    EXPECT_EQ(match(table, "/d7/x.5"), 0b100010u);
    EXPECT_EQ(match(table, "/d300/x.299"), 0b100000u);
    EXPECT_EQ(match(table, "/x"), 0u);
}

}  // namespace
}  // namespace sequitur
