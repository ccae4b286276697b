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
    EXPECT_EQ(nearest_name(std::string(65, 'x'), names), "");
    EXPECT_EQ(nearest_name("openat", {}), "");
    EXPECT_EQ(did_you_mean("exeve", names), ": did you mean 'execve'?");
    EXPECT_EQ(did_you_mean("zzz", names), "");
}

}  // namespace
}  // namespace sequitur
