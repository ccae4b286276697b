#include "core/glob_pattern.h"

#include "core/compare.h"
#include "core/glob.h"

#include <gtest/gtest.h>

#include <random>
#include <vector>

namespace sequitur {
namespace {

class Matcher {
public:
    explicit Matcher(const Pattern& pattern) {
        auto set = PatternSet::compile(std::vector{pattern});
        EXPECT_TRUE(set) << pattern.text << ": " << (set ? "" : set.error().message);
        if (set) set_ = std::move(*set);
        scratch_.fit(set_);
    }
    bool operator()(std::string_view text) {
        std::vector<std::uint64_t> row(1);
        set_.match(text, scratch_, row);
        return row[0] != 0;
    }

private:
    PatternSet set_;
    PatternScratch scratch_;
};

TEST(GlobPattern, LiteralsWithStarsAtTheEndsAreSimplePatterns) {
    EXPECT_EQ(pattern_of_glob("/etc/passwd", false)->kind, Pattern::Kind::kExact);
    EXPECT_EQ(pattern_of_glob("/etc/*", false)->kind, Pattern::Kind::kPrefix);
    EXPECT_EQ(pattern_of_glob("**.conf", false)->kind, Pattern::Kind::kSuffix);
    EXPECT_EQ(pattern_of_glob("*etc*", false)->kind, Pattern::Kind::kContains);
    EXPECT_EQ(pattern_of_glob("*", false)->kind, Pattern::Kind::kContains);
    EXPECT_EQ(pattern_of_glob("", false)->kind, Pattern::Kind::kExact);
}

TEST(GlobPattern, WhatIsNotPlainIsLeftAlone) {
    for (const char* glob : {"[[:alpha:]]", "a[", "[z-a]", "a\\", "[a\\]]", "[]"}) {
        EXPECT_FALSE(pattern_of_glob(glob, false)) << glob;
    }
}

TEST(GlobPattern, RandomGlobsAgreeWithTheSlowMatcher) {
    std::mt19937 random(11);  // NOLINT(cert-msc51-cpp): the same run every time
    const auto word = [&](std::string_view alphabet, std::size_t length_max) {
        std::string out(random() % (length_max + 1), ' ');
        for (char& c : out) c = alphabet[random() % alphabet.size()];
        return out;
    };
    int compared = 0;
    for (int round = 0; round < 600; ++round) {
        const std::string glob = word(std::string_view("aBc/*?[]!-^.\\\n\0", 16), 7);
        const bool ignore_case = random() % 2 == 0;
        const auto pattern = pattern_of_glob(glob, ignore_case);
        if (!pattern) continue;
        Matcher matches(*pattern);
        for (int i = 0; i < 12; ++i) {
            const std::string text = word(std::string_view("aAbcC/B.]-!\n\0", 14), 5);
            EXPECT_EQ(matches(text), glob_matches(glob, text, ignore_case))
                << glob << " on " << text << " as " << pattern->text;
            ++compared;
        }
    }
    EXPECT_GT(compared, 4000);
}

TEST(GlobPattern, PathGlobsMatchComponentByComponent) {
    Matcher matches(pattern_of_path_glob("/home/*/.ssh").value());
    EXPECT_TRUE(matches("/home/a/.ssh"));
    EXPECT_TRUE(matches("/home//a/.ssh/id"));
    EXPECT_FALSE(matches("/home/a/b/.ssh"));
    EXPECT_FALSE(matches("/home/a/.sshd"));
    EXPECT_FALSE(matches("/home/a"));
}

TEST(GlobPattern, RandomPathGlobsAgreeWithTheSlowMatcher) {
    std::mt19937 random(13);  // NOLINT(cert-msc51-cpp): the same run every time
    const auto word = [&](std::string_view alphabet, std::size_t length_max) {
        std::string out(random() % (length_max + 1), ' ');
        for (char& c : out) c = alphabet[random() % alphabet.size()];
        return out;
    };
    int compared = 0;
    for (int round = 0; round < 600; ++round) {
        const std::string prefix = word("ab//**?[]!-\n", 7);
        const auto pattern = pattern_of_path_glob(prefix);
        if (!pattern) continue;
        Matcher matches(*pattern);
        for (int i = 0; i < 12; ++i) {
            const std::string text = word("ab///!-\n", 6);
            EXPECT_EQ(matches(text), path_matches(text, prefix))
                << prefix << " on " << text << " as " << pattern->text;
            ++compared;
        }
    }
    EXPECT_GT(compared, 4000);
}

}  // namespace
}  // namespace sequitur
