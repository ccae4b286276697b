#include "core/system_names.h"

#include <gtest/gtest.h>

#include <limits>

namespace sequitur {
namespace {

TEST(SystemNames, Errors) {
    EXPECT_EQ(errno_name(2), "ENOENT");
    EXPECT_EQ(errno_name(-2), "ENOENT");
    EXPECT_EQ(errno_name(-115), "EINPROGRESS");
    EXPECT_EQ(errno_name(-512), "ERESTARTSYS");
    EXPECT_EQ(errno_name(0), "");
    EXPECT_EQ(errno_name(-4000), "");
    EXPECT_EQ(errno_name(std::numeric_limits<std::int64_t>::min()), "");
    EXPECT_EQ(errno_number("EPERM"), 1);
    EXPECT_EQ(errno_number("ERESTARTSYS"), 512);
    EXPECT_EQ(errno_number("ENOPE"), 0);
    EXPECT_EQ(errno_number(""), 0);
    for (int number = 1; number < 600; ++number) {
        if (!errno_name(number).empty()) {
            EXPECT_EQ(errno_number(errno_name(number)), number);
        }
    }
}

TEST(SystemNames, Signals) {
    EXPECT_EQ(signal_name(9), "SIGKILL");
    EXPECT_EQ(signal_name(29), "SIGIO");
    EXPECT_EQ(signal_name(31), "SIGSYS");
    EXPECT_EQ(signal_name(0), "");
    EXPECT_EQ(signal_name(34), "");
    EXPECT_EQ(signal_number("SIGTERM"), 15);
    EXPECT_EQ(signal_number("TERM"), 0);
    EXPECT_EQ(signal_number(""), 0);
}

}  // namespace
}  // namespace sequitur
