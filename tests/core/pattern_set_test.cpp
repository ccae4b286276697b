#include "core/pattern_set.h"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

namespace sequitur {
namespace {

using namespace std::string_literals;
using Kind = Pattern::Kind;

Pattern pattern(Kind kind, std::string text, std::uint32_t bit, bool ignore_case = false) {
    return {.kind = kind, .ignore_case = ignore_case, .text = std::move(text), .bit = bit};
}

// The bits that `text` sets, as a string of '0' and '1', bit 0 first.
std::string match(const PatternSet& set, std::string_view text, std::uint32_t bits) {
    PatternScratch scratch;
    scratch.fit(set);
    std::vector<std::uint64_t> row((bits + 63) / 64);
    set.match(text, scratch, row);
    std::string out;
    for (std::uint32_t i = 0; i < bits; ++i) out += (row[i / 64] >> (i % 64) & 1U) ? '1' : '0';
    return out;
}

PatternSet compile(const std::vector<Pattern>& patterns) {
    auto set = PatternSet::compile(patterns);
    EXPECT_TRUE(set) << (set ? "" : set.error().message);
    return set ? std::move(*set) : PatternSet();
}

TEST(PatternSet, EachKindMatchesAsItsNameSays) {
    const PatternSet set = compile(
        {pattern(Kind::kContains, "etc", 0), pattern(Kind::kPrefix, "/etc", 1),
         pattern(Kind::kSuffix, ".conf", 2), pattern(Kind::kExact, "/etc/a.conf", 3),
         pattern(Kind::kRegex, "/etc/[a-z]+\\.conf", 4), pattern(Kind::kContains, "ETC", 5, true)});
    EXPECT_EQ(match(set, "/etc/a.conf", 6), "111111");
    EXPECT_EQ(match(set, "/etc/ab.conf", 6), "111011");
    EXPECT_EQ(match(set, "x/eTc/a.conf", 6), "001001");
    EXPECT_EQ(match(set, "", 6), "000000");
}

TEST(PatternSet, EmptyLiteralsAreInEveryText) {
    for (const bool in_company : {false, true}) {
        std::vector<Pattern> patterns = {
            pattern(Kind::kContains, "", 0), pattern(Kind::kPrefix, "", 1),
            pattern(Kind::kSuffix, "", 2), pattern(Kind::kExact, "", 3)};
        for (std::uint32_t i = 0; in_company && i < 10; ++i) {
            patterns.push_back(pattern(Kind::kRegex, "x", 4));
        }
        const PatternSet set = compile(patterns);
        EXPECT_EQ(match(set, "", 4), "1111");
        EXPECT_EQ(match(set, "a", 4), "1110");
    }
}

TEST(PatternSet, TextsAndLiteralsHoldAnyBytes) {
    const PatternSet set =
        compile({pattern(Kind::kContains, "\0\xff"s, 0), pattern(Kind::kSuffix, "\n"s, 1),
                 pattern(Kind::kContains, "a.b*"s, 2), pattern(Kind::kPrefix, "\0"s, 3),
                 pattern(Kind::kExact, "\0\xff\n"s, 4), pattern(Kind::kRegex, ".*\\x00.*"s, 5)});
    EXPECT_EQ(match(set, "\0\xff\n"s, 6), "110110");
    EXPECT_EQ(match(set, "axb*"s, 6), "000000");
    EXPECT_EQ(match(set, "xa.b*x\0"s, 6), "001001");
}

TEST(PatternSet, RegexMatchesTheWholeTextAndDotStopsAtLineFeeds) {
    const PatternSet set =
        compile({pattern(Kind::kRegex, "ab", 0), pattern(Kind::kRegex, "^a.*$", 1),
                 pattern(Kind::kRegex, "a|abc", 2), pattern(Kind::kRegex, "", 3)});
    EXPECT_EQ(match(set, "ab", 4), "1100");
    EXPECT_EQ(match(set, "abc", 4), "0110");
    EXPECT_EQ(match(set, "ab\n", 4), "0000");
    EXPECT_EQ(match(set, "a\nb", 4), "0000");
    EXPECT_EQ(match(set, "", 4), "0001");
}

TEST(PatternSet, BadExpressionsAreNamed) {
    for (const char* bad : {"a)(b", "(a)\\1", "a(?=b)", "[", "a{2,1}", "\\Qab"}) {
        const std::vector<Pattern> patterns = {pattern(Kind::kRegex, "fine", 0),
                                               pattern(Kind::kRegex, bad, 1)};
        const auto set = PatternSet::compile(patterns);
        ASSERT_FALSE(set) << bad;
        EXPECT_EQ(set.error().code, Error::Code::kBadInput);
        EXPECT_NE(set.error().message.find(bad), std::string::npos) << set.error().message;
    }
    EXPECT_FALSE(PatternSet::compile(std::vector{pattern(Kind::kRegex, "a\0b"s, 0)}));
}

TEST(PatternSet, LiteralsOfAnyLengthMatch) {
    const std::string longest = std::string(20000, 'A') + "b";
    for (const bool in_company : {false, true}) {
        std::vector<Pattern> patterns = {
            pattern(Kind::kContains, longest, 0), pattern(Kind::kPrefix, longest, 1, true),
            pattern(Kind::kSuffix, longest, 2, true), pattern(Kind::kExact, longest, 3, true)};
        if (in_company) patterns.push_back(pattern(Kind::kRegex, "x", 4));
        const PatternSet set = compile(patterns);
        EXPECT_EQ(match(set, longest, 4), "1111");
        EXPECT_EQ(match(set, std::string(20000, 'a') + "B", 4), "0111");
        EXPECT_EQ(match(set, "x" + longest, 4), "1010");
        EXPECT_EQ(match(set, longest + "x", 4), "1100");
    }
}

TEST(PatternSet, SetsTooLargeForOneDatabaseAreSplit) {
    // Counted repeats of this size do not fit together, but each compiles alone.
    std::vector<Pattern> patterns;
    for (std::uint32_t i = 0; i < 4; ++i) {
        const std::string letter(1, static_cast<char>('a' + i));
        patterns.push_back(
            pattern(Kind::kRegex, ".*" + letter + "[^x]{300,900}(y|" + letter + "{30}z)", i));
    }
    const PatternSet set = compile(patterns);
    EXPECT_EQ(match(set, "c" + std::string(500, '-') + "y", 4), "0010");
}

TEST(PatternSet, SharedBitIsSetByAnyOfItsPatterns) {
    const PatternSet set =
        compile({pattern(Kind::kPrefix, "a", 0), pattern(Kind::kPrefix, "b", 0)});
    EXPECT_EQ(match(set, "bc", 1), "1");
    EXPECT_EQ(match(set, "cb", 1), "0");
}

TEST(PatternSet, EmptySetMatchesNothing) {
    const PatternSet set = compile({});
    EXPECT_TRUE(set.empty());
    EXPECT_EQ(match(set, "a", 1), "0");
}

bool matches_slowly(const Pattern& pattern, std::string_view text) {
    switch (pattern.kind) {
        case Kind::kContains: return text.find(pattern.text) != std::string_view::npos;
        case Kind::kPrefix: return text.substr(0, pattern.text.size()) == pattern.text;
        case Kind::kSuffix:
            return text.size() >= pattern.text.size() &&
                   text.substr(text.size() - pattern.text.size()) == pattern.text;
        case Kind::kExact: return text == pattern.text;
        case Kind::kRegex: return false;
    }
    return false;
}

TEST(PatternSet, RandomLiteralsAgreeWithPlainSearch) {
    std::mt19937 random(5);  // NOLINT(cert-msc51-cpp): the same run every time
    const auto word = [&](std::size_t length_max) {
        std::string out(random() % (length_max + 1), ' ');
        for (char& c : out) c = "ab\0\n/"[random() % 5];
        return out;
    };
    for (int round = 0; round < 60; ++round) {
        std::vector<Pattern> patterns;
        const auto count = static_cast<std::uint32_t>(1 + random() % 90);
        for (std::uint32_t i = 0; i < count; ++i) {
            patterns.push_back(pattern(static_cast<Kind>(random() % 4), word(5), i));
        }
        const PatternSet set = compile(patterns);
        for (int i = 0; i < 50; ++i) {
            const std::string text = word(12);
            std::string expected;
            for (const Pattern& p : patterns) expected += matches_slowly(p, text) ? '1' : '0';
            EXPECT_EQ(match(set, text, count), expected);
        }
    }
}

TEST(PatternSet, TenThousandLiteralsCompileAndLongTextsMatch) {
    std::vector<Pattern> patterns;
    for (std::uint32_t i = 0; i < 10000; ++i) {
        patterns.push_back(pattern(Kind::kContains, "/dir" + std::to_string(i) + "/", i));
    }
    const PatternSet set = compile(patterns);
    const std::string text = std::string(4000, 'a') + "/dir9999/" + std::string(80, 'b');
    const std::string bits = match(set, text, 10000);
    EXPECT_EQ(bits.find('1'), 9999u);
}

}  // namespace
}  // namespace sequitur
