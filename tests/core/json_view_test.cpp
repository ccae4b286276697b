#include "core/json_view.h"

#include <gtest/gtest.h>

#include <string>

namespace sequitur {
namespace {

std::string at(std::string_view text, std::string_view pointer) {
    const auto found = find_json(text, pointer);
    return found ? std::string(*found) : "(none)";
}

std::string value_of(std::string_view json) {
    ValueScratch scratch;
    std::string text;
    append_text(json_value(json, scratch), text);
    return text;
}

TEST(JsonView, FindsWhatStandsAtAPointer) {
    constexpr std::string_view kText =
        R"( { "a" : { "b" : [ 1, {"c": "d"}, [] ] , "": 5 }, "x/y": true, "m~n": null, "a": 2 } )";
    EXPECT_EQ(at(kText, "/a/b/0"), "1");
    EXPECT_EQ(at(kText, "/a/b/1/c"), R"("d")");
    EXPECT_EQ(at(kText, "/a/b/1"), R"({"c": "d"})");
    EXPECT_EQ(at(kText, "/a/b/2"), "[]");
    EXPECT_EQ(at(kText, "/a/"), "5");
    EXPECT_EQ(at(kText, "/x~1y"), "true");
    EXPECT_EQ(at(kText, "/m~0n"), "null");
    EXPECT_EQ(at(R"({"a":1})", ""), R"({"a":1})");
    for (const std::string_view pointer :
         {"/b", "/a/b/3", "/a/b/00", "/a/b/-1", "/a/b/x", "/x~1y/z", "/a/b/0/c", "a"}) {
        EXPECT_EQ(at(kText, pointer), "(none)") << pointer;
    }
}

TEST(JsonView, ReadsKeysAndTextWithEscapes) {
    EXPECT_EQ(at(R"({"\u00e9\"":1,"}":{"]":2}})", "/\u00e9\""), "1");
    EXPECT_EQ(at(R"({"\u00e9\"":1,"}":{"]":2}})", "/}/]"), "2");
    EXPECT_EQ(value_of(R"("a\"\\\/\b\f\n\r\t")"), "a\"\\/\b\f\n\r\t");
    EXPECT_EQ(value_of(R"("\u0041\u00e9\u20ac\ud83d\ude00")"), "A\u00e9\u20ac\U0001f600");
}

TEST(JsonView, WritesEqualNumbersAlike) {
    for (const std::string_view json : {"5", "5.0", "5e0", "0.5E1", "50e-1"}) {
        EXPECT_EQ(value_of(json), "5") << json;
    }
    EXPECT_EQ(value_of("-0"), "0");
    EXPECT_EQ(value_of("-0.0"), "0");
    EXPECT_EQ(value_of("1.50"), "1.5");
    EXPECT_EQ(value_of("18446744073709551615"), "18446744073709551615");
    EXPECT_EQ(value_of("-12"), "-12");
}

TEST(JsonView, KnowsListsAndMissingValues) {
    ValueScratch scratch;
    EXPECT_FALSE(json_value("null", scratch));
    EXPECT_EQ(value_of(R"([1, "a", null, [2], {"b": 3}])"), R"((1,a,[2],{"b": 3}))");
    const Value empty = json_value("[]", scratch);
    EXPECT_EQ(empty.type, ValueType::kList);
    EXPECT_TRUE(empty.list.empty());
    EXPECT_EQ(value_of("true"), "true");
    EXPECT_EQ(value_of(R"({"a":1})"), R"({"a":1})");
}

// Whatever the bytes are, no look goes beyond them (the sanitizers see to that).
TEST(JsonView, EndsWhereTheTextEnds) {
    const std::string text = R"({"a":[{"b":"c\u00e9\\"},-1.5e3,null],"d":{"e":[]}})";
    for (std::size_t size = 0; size < text.size(); ++size) {
        const std::string cut = text.substr(0, size);
        ValueScratch scratch;
        for (const std::string_view pointer : {"", "/a", "/a/0/b", "/a/1", "/d/e/0", "/z"}) {
            const auto found = find_json(cut, pointer);
            if (found) json_value(*found, scratch);
        }
    }
}

}  // namespace
}  // namespace sequitur
