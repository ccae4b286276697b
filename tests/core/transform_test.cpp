#include "core/transform.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace sequitur {
namespace {

using enum Transformer;

class Transform : public testing::Test {
protected:
    std::string apply(Transformer function, std::vector<Value> arguments,
                      std::string_view option = {}) {
        std::string out;
        append_text(transform(function, arguments, option, scratch_), out);
        return out;
    }
    Value list(std::initializer_list<std::string_view> texts) {
        Value* values = scratch_.allocate_values(texts.size());
        std::size_t i = 0;
        for (const std::string_view text : texts) values[i++] = Value::of_text(text);
        return Value::of_list({values, texts.size()});
    }
    static Value text(std::string_view value) { return Value::of_text(value); }

    ValueScratch scratch_;
};

TEST_F(Transform, ChangesText) {
    EXPECT_EQ(apply(kTolower, {text("AbC\xc3\x84")}), "abc\xc3\x84");
    EXPECT_EQ(apply(kToupper, {text("aBz1")}), "ABZ1");
    EXPECT_EQ(apply(kBasename, {text("/usr/bin/sh")}), "sh");
    EXPECT_EQ(apply(kBasename, {text("sh")}), "sh");
    EXPECT_EQ(apply(kBasename, {text("/usr/")}), "");
    EXPECT_EQ(apply(kTolower, {list({"A", "B"})}), "(a,b)");
}

TEST_F(Transform, DecodesBase64) {
    EXPECT_EQ(apply(kB64, {text("aGVsbG8=")}), "hello");
    EXPECT_EQ(apply(kB64, {text("aGVsbG8")}), "hello");
    EXPECT_EQ(apply(kB64, {text("aGVsbG8h")}), "hello!");
    EXPECT_EQ(apply(kB64, {text("aGVsbA==")}), "hell");
    EXPECT_EQ(apply(kB64, {text("")}), "");
    EXPECT_EQ(apply(kB64, {text("+/+/")}), "\xfb\xff\xbf");
    for (const char* junk : {"a", "aGVsbG8==", "aGVs bG8=", "aGVsbG8=x", "a===", "\xff", "===="}) {
        EXPECT_EQ(apply(kB64, {text(junk)}), "<NA>") << junk;
    }
    EXPECT_EQ(apply(kB64, {list({"YQ==", "Yg"})}), "(a,b)");
    EXPECT_EQ(apply(kB64, {list({"YQ==", "?"})}), "<NA>");
}

TEST_F(Transform, Counts) {
    EXPECT_EQ(apply(kLen, {text("abc")}), "3");
    EXPECT_EQ(apply(kLen, {text("")}), "0");
    EXPECT_EQ(apply(kLen, {list({"a", "b"})}), "2");
    EXPECT_EQ(apply(kLen, {Value::of_list({})}), "0");
    EXPECT_EQ(apply(kLen, {Value::of_bytes(std::string_view("\0\0", 2))}), "2");
    EXPECT_EQ(apply(kLen, {Value::of_int(5)}), "<NA>");
}

TEST_F(Transform, JoinsAndConcatenates) {
    EXPECT_EQ(apply(kJoin, {text(", "), text("a"), list({"b", "c"})}), "a, b, c");
    EXPECT_EQ(apply(kJoin, {text(","), Value::of_list({})}), "");
    EXPECT_EQ(apply(kConcat, {text("a"), text("b"), Value::of_int(3)}), "ab3");
    EXPECT_EQ(apply(kConcat, {text("a"), Value::missing()}), "<NA>");
    EXPECT_EQ(apply(kJoin, {Value::of_int(1), text("a")}), "<NA>");
}

TEST_F(Transform, ReadsOptions) {
    const Value words = list({"-v", "-nx", "--long", "-t", "value", "-uattached", "file", "-z"});
    EXPECT_EQ(apply(kGetopt, {words, text("vnt:u:")}), "(v,n,?,t,value,u,attached)");
    EXPECT_EQ(apply(kGetopt, {words, text("vnt:u:")}, "t"), "value");
    EXPECT_EQ(apply(kGetopt, {words, text("vnt:u:")}, "u"), "attached");
    EXPECT_EQ(apply(kGetopt, {words, text("vnt:u:")}, "v"), "v");
    EXPECT_EQ(apply(kGetopt, {words, text("vnt:u:z")}, "z"), "<NA>");  // behind the first word
    EXPECT_EQ(apply(kGetopt, {words, text("v")}, "n"), "<NA>");
    EXPECT_EQ(apply(kGetopt, {list({"-t", "a", "-t", "b"}), text("t:")}, "t"), "b");
    EXPECT_EQ(apply(kGetopt, {list({"-t"}), text("t:")}, "t"), "");
    EXPECT_EQ(apply(kGetopt, {list({"-a", "--", "-b"}), text("ab")}), "(a)");
    EXPECT_EQ(apply(kGetopt, {list({"-"}), text("a")}), "()");
    EXPECT_EQ(apply(kGetopt, {text("-a"), text("-b"), text("ab")}), "(a,b)");
    EXPECT_EQ(apply(kGetopt, {list({"-a"})}), "<NA>");
}

TEST_F(Transform, MissingInMissingOut) {
    for (const Transformer function :
         {kTolower, kToupper, kB64, kBasename, kLen, kJoin, kConcat, kGetopt}) {
        EXPECT_EQ(apply(function, {Value::missing(), text("a")}), "<NA>") << name_of(function);
        EXPECT_EQ(apply(function, {}), "<NA>") << name_of(function);
    }
    EXPECT_EQ(apply(kTolower, {Value::of_int(5)}), "<NA>");
}

}  // namespace
}  // namespace sequitur
