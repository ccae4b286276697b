#include "core/priority.h"

#include <gtest/gtest.h>

namespace sequitur {
namespace {

TEST(Priority, ReadsEveryNameInAnyCase) {
    for (int i = 0; i < 8; ++i) {
        const auto priority = static_cast<Priority>(i);
        EXPECT_EQ(parse_priority(name_of(priority)), priority);
    }
    EXPECT_EQ(parse_priority("CRITICAL"), Priority::kCritical);
    EXPECT_EQ(parse_priority("info"), Priority::kInformational);
    EXPECT_EQ(parse_priority("Info"), Priority::kInformational);
    EXPECT_EQ(parse_priority("informational"), Priority::kInformational);
    EXPECT_EQ(parse_priority("warn"), std::nullopt);
    EXPECT_EQ(parse_priority(""), std::nullopt);
    EXPECT_LT(Priority::kEmergency, Priority::kDebug);
}

}  // namespace
}  // namespace sequitur
