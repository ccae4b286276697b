#include "core/near_name.h"

#include <gtest/gtest.h>

#include <vector>

namespace sequitur {
namespace {

TEST(NearName, FindsTheLikeliest) {
    const std::vector<std::string_view> names = {"open", "openat", "openat2", "execve", "O_WRONLY"};
    EXPECT_EQ(nearest_name("opneat", names), "openat");
    EXPECT_EQ(nearest_name("opena", names), "open");  // the first among equals
    EXPECT_EQ(nearest_name("exceve", names), "execve");
    EXPECT_EQ(nearest_name("o_wronly", names), "O_WRONLY");
    EXPECT_EQ(nearest_name("connect", names), "");
    EXPECT_EQ(nearest_name("", names), "");
    EXPECT_EQ(nearest_name(std::string(129, 'x'), names), "");
    EXPECT_EQ(nearest_name("openat", {}), "");
    EXPECT_EQ(or_did_you_mean("exeve", names), ": did you mean 'execve'?");
    EXPECT_EQ(or_did_you_mean("zzz", names), "");
}

TEST(NearName, CountsEdits) {
    EXPECT_EQ(edit_distance("abc", "abc", 9), 0u);
    EXPECT_EQ(edit_distance("abc", "acb", 9), 1u);
    EXPECT_EQ(edit_distance("abc", "ab", 9), 1u);
    EXPECT_EQ(edit_distance("kitten", "sitting", 9), 3u);
    EXPECT_EQ(edit_distance("kitten", "sitting", 2), 2u);
}

TEST(NearName, OnlyWhatIsNear) {
    constexpr std::string_view kNames[] = {"startswith", "endswith", "contains"};
    EXPECT_EQ(nearest_name("starts_with", kNames), "startswith");
    EXPECT_EQ(nearest_name("CONTAINS", kNames), "contains");
    EXPECT_EQ(nearest_name("like", kNames), "");
    EXPECT_EQ(nearest_name("", kNames), "");
    EXPECT_EQ(did_you_mean("contians", kNames), "did you mean 'contains'?");
}

}  // namespace
}  // namespace sequitur
