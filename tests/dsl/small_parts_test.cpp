// Durations, suggestions, constants, JSON text: the parts that need no rule file.
#include "core/json_text.h"
#include "core/service_names.h"
#include "core/utf8.h"
#include "dsl/constants.h"
#include "dsl/duration.h"

#include <gtest/gtest.h>

namespace sequitur::dsl {
namespace {

using namespace std::chrono_literals;

TEST(Duration, UnitsAndFractions) {
    EXPECT_EQ(parse_duration("60s"), Duration(60s));
    EXPECT_EQ(parse_duration("1.5m"), Duration(90s));
    EXPECT_EQ(parse_duration("200 ms"), Duration(200ms));
    EXPECT_EQ(parse_duration("7us"), Duration(7us));
    EXPECT_EQ(parse_duration("0ns"), Duration(0));
    EXPECT_EQ(parse_duration("2h"), Duration(2h));
    EXPECT_EQ(parse_duration("1d"), Duration(24h));
}

TEST(Duration, AnythingElseIsNone) {
    for (const char* text : {"", "s", "5", "-5s", "5 sec", "1.s", ".5s", "1e3s", "5s ", "0.5ns",
                             "99999999999999999999s", "4000d", "1.0000000001s"}) {
        EXPECT_EQ(parse_duration(text), std::nullopt) << text;
    }
}

TEST(Duration, PrintsInTheLargestExactUnit) {
    EXPECT_EQ(to_text(90s), "90s");
    EXPECT_EQ(to_text(60s), "1m");
    EXPECT_EQ(to_text(1500ms), "1500ms");
    EXPECT_EQ(to_text(kUnbounded), "unbounded");
    EXPECT_EQ(to_text(Duration(0)), "0s");
}

TEST(Constants, Numbers) {
    EXPECT_EQ(parse_number("0x1F", ValueType::kInt), Constant(std::int64_t{31}));
    EXPECT_EQ(parse_number("-5", ValueType::kInt), Constant(std::int64_t{-5}));
    EXPECT_EQ(parse_number("+5", ValueType::kInt), Constant(std::int64_t{5}));
    EXPECT_EQ(parse_number("18446744073709551615", ValueType::kUint), Constant(UINT64_MAX));
    EXPECT_EQ(parse_number("1.5", ValueType::kDouble), Constant(1.5));
    EXPECT_EQ(parse_number("1e3", ValueType::kDouble), Constant(1000.0));
    for (const char* text : {"", "-", "+-5", "1.5", "0x", "0xg", "nan", "18446744073709551616"}) {
        EXPECT_EQ(parse_number(text, ValueType::kInt), std::nullopt) << text;
    }
    EXPECT_EQ(parse_number("inf", ValueType::kDouble), std::nullopt);
}

TEST(Constants, Addresses) {
    EXPECT_EQ(parse_ip("10.0.0.1")->prefix_bits, 32);
    EXPECT_TRUE(parse_ip("::1")->address.is_v6);
    EXPECT_EQ(parse_ip("10.0.0"), std::nullopt);
    EXPECT_EQ(parse_net("10.0.0.0/8")->prefix_bits, 8);
    EXPECT_EQ(parse_net("fe80::/10")->prefix_bits, 10);
    EXPECT_EQ(parse_net("10.0.0.0"), std::nullopt);
    EXPECT_EQ(parse_net("10.0.0.0/33"), std::nullopt);
    EXPECT_EQ(parse_net("10.0.0.0/"), std::nullopt);
}

TEST(Constants, BytesAndPorts) {
    EXPECT_EQ(parse_hex("00fF"), std::string("\x00\xFF", 2));
    EXPECT_EQ(parse_hex("0"), std::nullopt);
    EXPECT_EQ(parse_hex("zz"), std::nullopt);
    EXPECT_EQ(service_port("https"), 443);
    EXPECT_EQ(service_port("no-such-service"), std::nullopt);
}

TEST(JsonText, EscapesWhatJsonForbids) {
    EXPECT_EQ(json_string("a\"\\\n\t\x01"), "\"a\\\"\\\\\\n\\t\\u0001\"");
    EXPECT_EQ(json_string("\xFFz"), "\"\xEF\xBF\xBDz\"");
}

TEST(Utf8, TakesOnlyWellFormedSequences) {
    EXPECT_EQ(utf8_length("a", 0), 1u);
    EXPECT_EQ(utf8_length("\xC3\xA9", 0), 2u);
    EXPECT_EQ(utf8_length("\xE2\x82\xAC", 0), 3u);
    EXPECT_EQ(utf8_length("\xF0\x9F\x98\x80", 0), 4u);
    for (const char* text : {"\x80", "\xC0\x80", "\xE0\x80\x80", "\xED\xA0\x80", "\xF4\x90\x80\x80",
                             "\xC3", "\xF0\x9F\x98"}) {
        EXPECT_EQ(utf8_length(text, 0), 0u);
    }
}

}  // namespace
}  // namespace sequitur::dsl
