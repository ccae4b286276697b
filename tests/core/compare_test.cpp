#include "core/compare.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace sequitur {
namespace {

using enum Operator;

Value text(std::string_view value) { return Value::of_text(value); }

struct TextCase {
    std::string_view left;
    Operator op;
    std::string_view right;
    bool holds;
};

TEST(Compare, Text) {
    const TextCase cases[] = {
        {"sh", kEq, "sh", true},
        {"sh", kEq, "SH", false},
        {"", kEq, "", true},
        {"sh", kNe, "bash", true},
        {"sh", kNe, "sh", false},
        {"bash", kContains, "as", true},
        {"bash", kContains, "", true},
        {"bash", kContains, "AS", false},
        {"", kContains, "a", false},
        {"BaSh", kIcontains, "aSH", true},
        {"bash", kIcontains, "zsh", false},
        {"bash", kIcontains, "", true},
        {"/tmp/x", kStartswith, "/tmp/", true},
        {"/tmp", kStartswith, "/tmp/", false},
        {"a.so", kEndswith, ".so", true},
        {"a.so.1", kEndswith, ".so", false},
        {"/tmp/a/b", kGlob, "/tmp/*", true},
        {"/tmp/a", kGlob, "/TMP/*", false},
        {"/tmp/a", kIglob, "/TMP/*", true},
        {"abc", kGlob, "[[:alpha:]]?c", true},
        {"sshd-session", kRegex, "sshd(-[a-z]+)?", true},
        {"xsshd", kRegex, "sshd", false},
        {"sshdx", kRegex, "sshd", false},
        {"a\nb", kRegex, "a.b", false},
        {"x", kRegex, "(", false},  // does not compile
        {"5", kLt, "16", true},     // texts have the order of the numbers that they are
        {"a", kLt, "b", false},     // and no other
        {"sh", kIn, "sh", true},
        {"sh", kIntersects, "sh", true},
    };
    for (const TextCase& c : cases) {
        EXPECT_EQ(compare(text(c.left), c.op, text(c.right)), c.holds)
            << c.left << ' ' << to_string(c.op) << ' ' << c.right;
    }
}

TEST(Compare, Bytes) {
    const Value buffer = Value::of_bytes(std::string_view("GET \0/x", 7));
    EXPECT_TRUE(compare(buffer, kContains, text("/x")));
    EXPECT_TRUE(compare(buffer, kStartswith, text("GET")));
    EXPECT_TRUE(compare(buffer, kEndswith, text("/x")));
    EXPECT_TRUE(compare(buffer, kBcontains, text(std::string_view("\0/", 2))));
    EXPECT_FALSE(compare(buffer, kBcontains, text(std::string_view("\0\0", 2))));
    EXPECT_TRUE(compare(buffer, kBstartswith, text("GE")));
    EXPECT_TRUE(compare(buffer, kEq, text(std::string_view("GET \0/x", 7))));
    EXPECT_TRUE(compare(buffer, kNe, text("GET ")));
}

TEST(Compare, NumbersOfEveryKind) {
    const Value numbers[] = {Value::of_int(-5),
                             Value::of_double(-0.5),
                             Value::of_uint(0),
                             Value::of_double(0.5),
                             Value::of_int(3),
                             Value::of_uint(18446744073709551614u),
                             Value::of_uint(18446744073709551615u)};
    for (std::size_t i = 0; i < std::size(numbers); ++i) {
        for (std::size_t j = 0; j < std::size(numbers); ++j) {
            EXPECT_EQ(compare(numbers[i], kEq, numbers[j]), i == j) << i << ' ' << j;
            EXPECT_EQ(compare(numbers[i], kNe, numbers[j]), i != j) << i << ' ' << j;
            EXPECT_EQ(compare(numbers[i], kLt, numbers[j]), i < j) << i << ' ' << j;
            EXPECT_EQ(compare(numbers[i], kLe, numbers[j]), i <= j) << i << ' ' << j;
            EXPECT_EQ(compare(numbers[i], kGt, numbers[j]), i > j) << i << ' ' << j;
            EXPECT_EQ(compare(numbers[i], kGe, numbers[j]), i >= j) << i << ' ' << j;
        }
    }
    EXPECT_TRUE(compare(Value::of_int(3), kEq, Value::of_double(3)));
    EXPECT_TRUE(compare(Value::of_int(3), kEq, Value::of_uint(3)));
    EXPECT_FALSE(compare(Value::of_int(3), kContains, Value::of_int(3)));
}

TEST(Compare, TextThatIsANumberWithANumber) {
    EXPECT_TRUE(compare(text("12"), kEq, Value::of_int(12)));
    EXPECT_TRUE(compare(text("12"), kGt, Value::of_int(9)));
    EXPECT_TRUE(compare(text("-1"), kLt, Value::of_uint(0)));
    EXPECT_TRUE(compare(text("0x10"), kEq, Value::of_int(16)));
    EXPECT_TRUE(compare(text("1.5"), kEq, Value::of_double(1.5)));
    EXPECT_TRUE(compare(Value::of_uint(12), kEq, text("12")));
    for (const char* large : {"9223372036854775808", "18446744073709551615", "18446744073709551616",
                              "99999999999999999999", "1e400"}) {
        EXPECT_TRUE(compare(text(large), kGt, Value::of_int(10))) << large;
        EXPECT_FALSE(compare(text(large), kLe, Value::of_int(0))) << large;
    }
    EXPECT_TRUE(compare(text("-99999999999999999999"), kLt, Value::of_int(10)));
    EXPECT_TRUE(compare(text("18446744073709551615"), kEq, Value::of_uint(~0ull)));
    EXPECT_FALSE(compare(text("18446744073709551614"), kEq, Value::of_uint(~0ull)));
    EXPECT_FALSE(compare(text("12a"), kEq, Value::of_int(12)));
    EXPECT_FALSE(compare(text(""), kEq, Value::of_int(0)));
    EXPECT_FALSE(compare(text("x"), kLt, Value::of_int(12)));
    EXPECT_TRUE(compare(text("x"), kNe, Value::of_int(12)));
    EXPECT_FALSE(compare(text("1"), kLt, text("x")));
}

TEST(Compare, TruthValues) {
    EXPECT_TRUE(compare(Value::of(true), kEq, Value::of(true)));
    EXPECT_TRUE(compare(Value::of(true), kNe, Value::of(false)));
    EXPECT_FALSE(compare(Value::of(true), kEq, Value::of_int(1)));
    EXPECT_FALSE(compare(Value::of(true), kGt, Value::of(false)));
}

TEST(Compare, AddressesAndNets) {
    IpAddress ip;
    ip.bytes = {10, 1, 2, 3};
    IpAddress same_v6 = ip;
    same_v6.is_v6 = true;
    const Value address = Value::of_ip(ip);
    const auto net = [&](std::uint8_t bits) { return Value::of_net({ip, bits}); };
    EXPECT_TRUE(compare(address, kEq, net(32)));
    EXPECT_TRUE(compare(address, kEq, net(8)));
    EXPECT_TRUE(compare(address, kEq, Value::of_ip(ip)));
    EXPECT_FALSE(compare(address, kNe, net(8)));
    EXPECT_FALSE(compare(address, kEq, Value::of_ip(same_v6)));
    EXPECT_TRUE(compare(address, kNe, Value::of_ip(same_v6)));
    EXPECT_TRUE(compare(net(16), kEq, net(8)));
    EXPECT_FALSE(compare(net(8), kEq, net(16)));
}

TEST(Compare, MissingIsNeverTrue) {
    for (const Operator op : {kEq, kNe, kLt, kLe, kGt, kGe, kContains, kIcontains, kStartswith,
                              kEndswith, kGlob, kIglob, kRegex, kIn, kIntersects, kPmatch}) {
        EXPECT_FALSE(compare(Value::missing(), op, text("x"))) << to_string(op);
        EXPECT_FALSE(compare(text("x"), op, Value::missing())) << to_string(op);
    }
}

TEST(Compare, QuantifiersCountTheRightSides) {
    const std::vector<Value> right = {text("a"), text("b"), text("c")};
    const auto holds = [&](std::string_view left, Quantifier quantifier) {
        return compare(text(left), kContains, quantifier, right);
    };
    EXPECT_FALSE(holds("x", Quantifier::kOneof));
    EXPECT_TRUE(holds("xa", Quantifier::kOneof));
    EXPECT_FALSE(holds("ab", Quantifier::kOneof));
    EXPECT_FALSE(holds("x", Quantifier::kAnyof));
    EXPECT_TRUE(holds("ab", Quantifier::kAnyof));
    EXPECT_FALSE(holds("ab", Quantifier::kAllof));
    EXPECT_TRUE(holds("cab", Quantifier::kAllof));
    for (const auto quantifier :
         {Quantifier::kNone, Quantifier::kOneof, Quantifier::kAnyof, Quantifier::kAllof}) {
        EXPECT_FALSE(compare(text("a"), kContains, quantifier, {}));
    }
    EXPECT_TRUE(compare(text("b"), kIn, Quantifier::kNone, right));
    EXPECT_FALSE(compare(text("b"), kEq, Quantifier::kNone, right));  // one side, or a quantifier
}

TEST(PathMatches, ComparesComponents) {
    struct Case {
        std::string_view path, prefix;
        bool matches;
    };
    const Case cases[] = {
        {"/tmp/a", "/tmp", true},
        {"/tmp", "/tmp", true},
        {"/tmp/", "/tmp", true},
        {"/tmp", "/tmp/", true},
        {"//tmp///a", "/tmp/a", true},
        {"/tmpx", "/tmp", false},
        {"/tmp", "/tmp/a", false},
        {"/a/b", "/", true},
        {"/tmp/a/b", "/tmp/*/b", true},
        {"/tmp/a/b/c", "/tmp/*/b", true},
        {"/tmp/a/x/b", "/tmp/*/b", false},
        {"/var/log", "/v?r/l[ao]g", true},
        {"tmp/a", "/tmp", true},
        {"", "/tmp", false},
        {"", "", true},
    };
    for (const Case& c : cases) {
        EXPECT_EQ(path_matches(c.path, c.prefix), c.matches) << c.path << " under " << c.prefix;
    }
}

TEST(PathMatches, TwoGlobsAtOneLevelBothCount) {
    const std::vector<Value> right = {text("/a*/x"), text("/*b/y")};
    EXPECT_TRUE(compare(text("/ab/x"), kPmatch, Quantifier::kNone, right));
    EXPECT_TRUE(compare(text("/ab/y"), kPmatch, Quantifier::kNone, right));
    EXPECT_FALSE(compare(text("/ab/z"), kPmatch, Quantifier::kNone, right));
    EXPECT_FALSE(compare(text("/cb/x"), kPmatch, Quantifier::kNone, right));
}

TEST(RegexMatches, KeepsWorkingBeyondWhatItKeeps) {
    for (int i = 0; i < 260; ++i) {
        const std::string pattern = "a" + std::to_string(i) + "+";
        EXPECT_TRUE(regex_matches(pattern, "a" + std::to_string(i)));
    }
    EXPECT_TRUE(regex_matches("a1+", "a111"));
}

}  // namespace
}  // namespace sequitur
