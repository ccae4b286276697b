#include "core/time_text.h"

#include <gtest/gtest.h>

namespace sequitur {
namespace {

std::string duration(std::int64_t ns) {
    std::string out;
    append_duration(Duration(ns), out);
    return out;
}

std::string rfc3339(std::uint64_t ns) {
    std::string out;
    append_rfc3339(timestamp_from_ns(ns), out);
    return out;
}

TEST(TimeText, WritesRfc3339) {
    EXPECT_EQ(rfc3339(0), "1970-01-01T00:00:00.000000000Z");
    EXPECT_EQ(rfc3339(1767323045000000006), "2026-01-02T03:04:05.000000006Z");
    EXPECT_EQ(rfc3339(951782400000000000), "2000-02-29T00:00:00.000000000Z");
    EXPECT_EQ(rfc3339(4102444799999999999), "2099-12-31T23:59:59.999999999Z");
}

TEST(TimeText, WritesDurationsExactly) {
    EXPECT_EQ(duration(0), "0s");
    EXPECT_EQ(duration(1), "1ns");
    EXPECT_EQ(duration(999), "999ns");
    EXPECT_EQ(duration(1000), "1us");
    EXPECT_EQ(duration(1001), "1.001us");
    EXPECT_EQ(duration(1'500'000), "1.5ms");
    EXPECT_EQ(duration(60'000'000'000), "60s");
    EXPECT_EQ(duration(60'000'000'001), "60.000000001s");
    EXPECT_EQ(duration(-1'000'000), "-1ms");
    EXPECT_EQ(duration(INT64_MIN), "-9223372036.854775808s");
}

TEST(TimeText, ReadsRfc3339) {
    const auto ns = [](std::string_view text) {
        const auto time = parse_rfc3339(text);
        return time ? time->time_since_epoch().count() : -1;
    };
    EXPECT_EQ(ns("1970-01-01T00:00:00Z"), 0);
    EXPECT_EQ(ns("2026-01-02T03:04:05.000000006Z"), 1767323045000000006);
    EXPECT_EQ(ns("2026-01-02t03:04:05.5z"), 1767323045500000000);
    EXPECT_EQ(ns("2026-01-02 03:04:05.1234567899+00:00"), 1767323045123456789);
    EXPECT_EQ(ns("2026-01-02T05:34:05+02:30"), 1767323045000000000);
    EXPECT_EQ(ns("2026-01-01T23:04:05-04:00"), 1767323045000000000);
    EXPECT_EQ(ns("2016-12-31T23:59:60Z"), 1483228800000000000);
    EXPECT_EQ(ns("1969-12-31T23:59:58.5Z"), -1500000000);
    EXPECT_EQ(parse_rfc3339("0001-01-01T00:00:00Z"), Timestamp::min());
    EXPECT_EQ(parse_rfc3339("9999-12-31T23:59:59Z"), Timestamp::max());
    for (const std::string_view text :
         {"", "2026-01-02", "2026-01-02T03:04:05", "2026-13-02T03:04:05Z", "2026-02-30T03:04:05Z",
          "2026-01-02T24:04:05Z", "2026-01-02T03:04:05.Z", "2026-01-02T03:04:05Zx",
          "2026-1-02T03:04:05Z", "2026-01-02T03:04:05+0100"}) {
        EXPECT_EQ(ns(text), -1) << text;
    }
}

}  // namespace
}  // namespace sequitur
