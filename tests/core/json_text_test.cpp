#include "core/json_text.h"

#include "core/utf8.h"

#include <gtest/gtest.h>

namespace sequitur {
namespace {

using std::string_view_literals::operator""sv;

TEST(JsonText, EscapesWhatMustBe) {
    std::string out;
    append_json_string("a\"\\\n\r\t\x01\x1f/ü"sv, out);
    EXPECT_EQ(out, R"("a\"\\\n\r\t\u0001\u001f/ü")");
}

TEST(JsonText, WellFormedUtf8) {
    for (const std::string_view text :
         {""sv, "abc"sv, "\0"sv, "\x7f"sv, "\xc2\x80"sv, "\xdf\xbf"sv, "\xe0\xa0\x80"sv,
          "\xed\x9f\xbf"sv, "\xee\x80\x80"sv, "\xef\xbf\xbf"sv, "\xf0\x90\x80\x80"sv,
          "\xf4\x8f\xbf\xbf"sv}) {
        EXPECT_TRUE(is_utf8(text));
    }
    for (const std::string_view text :
         {"\x80"sv, "\xbf"sv, "\xc0\x80"sv, "\xc1\xbf"sv, "\xc2"sv, "\xc2\x41"sv, "\xe0\x80\x80"sv,
          "\xe0\x9f\xbf"sv, "\xed\xa0\x80"sv, "\xe1\x80"sv, "\xf0\x80\x80\x80"sv,
          "\xf0\x8f\xbf\xbf"sv, "\xf4\x90\x80\x80"sv, "\xf5\x80\x80\x80"sv, "\xff"sv,
          "a\xf0\x90\x80"sv}) {
        EXPECT_FALSE(is_utf8(text));
    }
}

TEST(JsonText, BytesInHexadecimal) {
    std::string out;
    append_json_bytes(std::as_bytes(std::span("\x00\xff\x1a", 3)), out);
    EXPECT_EQ(out, R"({"hex":"00ff1a"})");
    std::vector<std::byte> bytes;
    EXPECT_TRUE(parse_hex("00fF1a", bytes));
    EXPECT_EQ(bytes, (std::vector{std::byte{0}, std::byte{0xff}, std::byte{0x1a}}));
    EXPECT_TRUE(parse_hex("", bytes));
    for (const std::string_view digits : {"0", "0g", "g0", "0x", "  "}) {
        EXPECT_FALSE(parse_hex(digits, bytes)) << digits;
    }
    out.clear();
    append_json_text_or_bytes("\xff", out);
    append_json_text_or_bytes("a", out);
    EXPECT_EQ(out, R"({"hex":"ff"}"a")");
}

}  // namespace
}  // namespace sequitur
