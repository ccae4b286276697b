#include "core/regex.h"

#include <gtest/gtest.h>

#include <string>
#include <thread>
#include <vector>

namespace sequitur {
namespace {

TEST(Regex, MatchesTheWholeText) {
    const auto regex = Regex::compile("/(bin|sbin)/[a-z]+");
    ASSERT_TRUE(regex);
    EXPECT_TRUE(regex->matches("/bin/sh"));
    EXPECT_FALSE(regex->matches("/usr/bin/sh"));
    EXPECT_FALSE(regex->matches("/bin/sh2"));
    EXPECT_FALSE(regex->matches(""));
}

TEST(Regex, SaysWhatItCannotDo) {
    const auto regex = Regex::compile("(a)\\1");
    ASSERT_FALSE(regex);
    EXPECT_EQ(regex.error().code, Error::Code::kBadInput);
    EXPECT_NE(regex.error().message.find("(a)\\1"), std::string::npos);
}

TEST(Regex, IsUsedByManyThreadsAtOnce) {
    const auto regex = Regex::compile(".*[0-9]{3}");
    ASSERT_TRUE(regex);
    std::vector<std::thread> threads;
    std::vector<int> wrong(4);
    for (std::size_t t = 0; t < wrong.size(); ++t) {
        threads.emplace_back([&, t] {
            for (int i = 0; i < 2000; ++i) {
                const std::string text = "x" + std::to_string(i);
                if (regex->matches(text) != (i >= 100)) ++wrong[t];
            }
        });
    }
    for (std::thread& thread : threads) thread.join();
    EXPECT_EQ(wrong, std::vector<int>(4, 0));
}

}  // namespace
}  // namespace sequitur
