#include "core/json_reader.h"

#include <gtest/gtest.h>

#include <string>

namespace sequitur {
namespace {

using Kind = JsonValue::Kind;

class JsonReaderTest : public testing::Test {
protected:
    // The value of `text`, or nullptr.
    const JsonValue* parse(std::string_view text) {
        text_ = std::string(text) + std::string(JsonReader::kPadding, '}');
        const auto value = reader_.parse(std::string_view(text_).substr(0, text.size()));
        return value ? *value : nullptr;
    }

    JsonReader reader_;
    std::string text_;
};

TEST_F(JsonReaderTest, ValuesOfAllKinds) {
    const JsonValue* value = parse(
        R"({"n":null,"t":true,"i":-3,"u":18446744073709551615,"d":1.5,"s":"a\u00e4\n","l":[1,[]],)"
        R"("o":{"k":"v"}})");
    ASSERT_NE(value, nullptr);
    EXPECT_EQ(value->kind, Kind::kObject);
    EXPECT_EQ(value->items.size(), 8u);
    EXPECT_EQ(value->find("n")->kind, Kind::kNull);
    EXPECT_TRUE(value->find("t")->b);
    EXPECT_EQ(value->find("i")->i, -3);
    EXPECT_EQ(value->find("u")->kind, Kind::kUint);
    EXPECT_EQ(value->find("u")->u, ~std::uint64_t{0});
    EXPECT_EQ(value->find("d")->d, 1.5);
    EXPECT_EQ(value->find("s")->text, "aä\n");
    EXPECT_EQ(value->find("l")->items.size(), 2u);
    EXPECT_EQ(value->find("l")->items[1].kind, Kind::kList);
    EXPECT_EQ(value->find("o")->find("k")->text, "v");
    EXPECT_EQ(value->find("x"), nullptr);
    EXPECT_EQ(parse("7")->i, 7);
}

TEST_F(JsonReaderTest, RefusesAndGoesOn) {
    EXPECT_EQ(parse(R"({"a":)"), nullptr);
    EXPECT_EQ(parse(""), nullptr);
    EXPECT_EQ(parse(std::string(17, '[') + std::string(17, ']')), nullptr);
    EXPECT_NE(parse(std::string(10, '[') + std::string(10, ']')), nullptr);
    const std::string large = "\"" + std::string(100000, 'x') + "\"";
    EXPECT_EQ(parse(large)->text.size(), 100000u);
    EXPECT_EQ(parse(std::string(17, '[') + std::string(17, ']')), nullptr);
    EXPECT_EQ(parse("true")->b, true);
}

TEST_F(JsonReaderTest, ObjectsMayHoldNumbersOfAnySize) {
    const auto check = [this](std::string_view text) {
        text_ = std::string(text) + std::string(JsonReader::kPadding, '}');
        return reader_.check_object(std::string_view(text_).substr(0, text.size())).has_value();
    };
    for (const char* good :
         {R"({"n":18446744073709551616})", R"({"n":[-9223372036854775809,1e400]})",
          R"({"\"1e400":-1E+400,"o":{"m":123456789012345678901234567890.5}})"}) {
        EXPECT_TRUE(check(good)) << good;
    }
    for (const char* bad : {R"({"n":1e400x})", R"({"n":1e400,"m":01})", R"({"n":1e400)",
                            R"({"n":1e400,"m":1.})", R"({"n":-})", R"({"n":1e400 2})"}) {
        EXPECT_FALSE(check(bad)) << bad;
    }
}

TEST_F(JsonReaderTest, KindsHaveNames) {
    EXPECT_EQ(kind_name(Kind::kNull), "null");
    EXPECT_EQ(kind_name(Kind::kUint), "a number");
    EXPECT_EQ(kind_name(Kind::kObject), "an object");
}

}  // namespace
}  // namespace sequitur
