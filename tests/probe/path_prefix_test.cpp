#include "probe/path_prefix.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace sequitur::probe {
namespace {

// As the program in the kernel compares: the two topmost names of a path.
bool fits(const sequitur_prefix_part& part, const std::string& name) {
    if (part.length != 0 && part.length != name.size()) return false;
    for (std::size_t i = 0; i < SEQUITUR_PART_BYTES; ++i) {
        const auto byte = static_cast<std::uint8_t>(i < name.size() ? name[i] : 0);
        if ((byte & part.mask[i]) != part.bytes[i]) return false;
    }
    return true;
}

bool takes(std::string_view prefix, const std::vector<std::string>& names) {
    const sequitur_prefix made = prefix_of(prefix);
    for (std::size_t i = 0; i < SEQUITUR_PREFIX_PARTS; ++i) {
        if (!fits(made.parts[i], i < names.size() ? names[i] : "")) return false;
    }
    return true;
}

TEST(PathPrefixTest, AWholeNameIsComparedWhole) {
    EXPECT_TRUE(takes("/tmp/", {"tmp", "a"}));
    EXPECT_FALSE(takes("/tmp/", {"tmpfs", "a"}));
    EXPECT_FALSE(takes("/tmp/", {"tm", "a"}));
    EXPECT_FALSE(takes("/tmp/", {"var", "tmp"}));
}

TEST(PathPrefixTest, APartOfANameTakesWhatBeginsLikeIt) {
    EXPECT_TRUE(takes("/tm", {"tmpfs", "a"}));
    EXPECT_TRUE(takes("/etc/pass", {"etc", "passwd"}));
    EXPECT_TRUE(takes("/etc/passwd", {"etc", "passwd-"}));
    EXPECT_FALSE(takes("/etc/passwd", {"etc", "group"}));
}

TEST(PathPrefixTest, OnlyTheFirstNamesCount) {
    EXPECT_TRUE(takes("/var/tmp/x/y", {"var", "tmp", "z"}));
    EXPECT_FALSE(takes("/var/tmp/x/y", {"var", "lib", "x"}));
}

TEST(PathPrefixTest, ALongNameIsComparedByItsLengthAndItsBeginning) {
    const std::string begin(SEQUITUR_PART_BYTES, 'x');
    EXPECT_TRUE(takes("/" + begin + "abc/", {begin + "abc"}));
    EXPECT_TRUE(takes("/" + begin + "abc/", {begin + "abd"}));  // allowed: errs on one side
    EXPECT_FALSE(takes("/" + begin + "abc/", {begin + "abcd"}));
}

TEST(PathPrefixTest, WhatIsNoPathTakesAll) {
    EXPECT_TRUE(takes("", {"any", "thing"}));
    EXPECT_TRUE(takes("/", {"any", "thing"}));
    EXPECT_TRUE(takes("relative/", {"any", "thing"}));
}

}  // namespace
}  // namespace sequitur::probe
