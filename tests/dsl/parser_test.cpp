// The condition grammar: what it takes, the tree it makes (printed, fully parenthesised by need)
// and that printing and parsing are inverse.
#include "dsl/parser.h"

#include "dsl/limits.h"
#include "dsl/printer.h"

#include <gtest/gtest.h>

#include <random>

namespace sequitur::dsl {
namespace {

LocatedText text_of(const std::string& text) {
    return located(text, Range{0, 0, static_cast<std::uint32_t>(text.size())});
}

// The condition in the printer's form, or its first fault.
std::string canonical(const std::string& condition) {
    Diagnostics diagnostics;
    diagnostics.sources().add("f", condition);
    const auto parsed = parse_condition(text_of(condition), diagnostics);
    EXPECT_NE(parsed.has_value(), diagnostics.has_errors()) << condition;
    if (!parsed) return "error: " + diagnostics.sorted().front().message;
    return print(*parsed);
}

TEST(Parser, PrecedenceIsNotAndOr) {
    EXPECT_EQ(canonical("a.b=1 or c.d=2 and not e.f=3"), "a.b = 1 or c.d = 2 and not e.f = 3");
    EXPECT_EQ(canonical("(a.b=1 or c.d=2) and e.f=3"), "(a.b = 1 or c.d = 2) and e.f = 3");
    EXPECT_EQ(canonical("not (a.b=1 or c.d=2)"), "not (a.b = 1 or c.d = 2)");
    EXPECT_EQ(canonical("((((a.b=1))))"), "a.b = 1");
    EXPECT_EQ(canonical("not not a.b=1"), "a.b = 1");
    EXPECT_EQ(canonical("not not not a.b=1"), "not a.b = 1");
    EXPECT_EQ(canonical("not(a.b=1)and(c.d=2)"), "not a.b = 1 and c.d = 2");
}

TEST(Parser, KeywordsInCapitals) {
    EXPECT_EQ(canonical("a.b=1 AND NOT c.d=2 OR e.f=3"), "a.b = 1 and not c.d = 2 or e.f = 3");
    EXPECT_EQ(canonical("notify and order and android"), "notify and order and android");
}

TEST(Parser, EveryOperator) {
    for (const char* op : {"=", "!=", "<", "<=", ">", ">=", "contains", "icontains", "bcontains",
                           "startswith", "bstartswith", "endswith", "glob", "iglob", "regex"}) {
        const std::string check = "a.b " + std::string(op) + " 1";
        EXPECT_EQ(canonical(check), check);
    }
    EXPECT_EQ(canonical("a.b==1"), "a.b = 1");
    EXPECT_EQ(canonical("a.b exists"), "a.b exists");
    EXPECT_EQ(canonical("a.b"), "a.b");
}

TEST(Parser, ListsAndTheirOperators) {
    EXPECT_EQ(canonical("a.b in (x,y , \"z w\")"), "a.b in (x, y, \"z w\")");
    EXPECT_EQ(canonical("a.b in ()"), "a.b in ()");
    EXPECT_EQ(canonical("a.b intersects names"), "a.b intersects names");
    EXPECT_EQ(canonical("a.b pmatch (/etc, /usr/*)"), "a.b pmatch (/etc, /usr/*)");
    EXPECT_EQ(canonical("a.b startswith anyof (x, y)"), "a.b startswith anyof (x, y)");
    EXPECT_EQ(canonical("a.b = oneof names"), "a.b = oneof names");
    EXPECT_EQ(canonical("a.b = anyof"), "a.b = \"anyof\"");
    EXPECT_EQ(canonical("a.b = anyof and c.d = 1"), "a.b = \"anyof\" and c.d = 1");
}

TEST(Parser, ValuesWithoutQuotesTakeAlmostAnything) {
    EXPECT_EQ(canonical("a.b=<NA>"), "a.b = <NA>");
    EXPECT_EQ(canonical("a.b!=--x/*.{y}|z"), "a.b != --x/*.{y}|z");
    EXPECT_EQ(canonical("a.b endswith \\"), "a.b endswith \\");
    EXPECT_EQ(canonical("a.b = or"), "a.b = \"or\"");
}

TEST(Parser, QuotesAndEscapes) {
    EXPECT_EQ(canonical(R"(a.b = 'x"y')"), R"(a.b = "x\"y")");
    EXPECT_EQ(canonical(R"(a.b = "\t\x41\\\/\"")"), R"(a.b = "\x09A\\/\"")");
    EXPECT_EQ(canonical("a.b = \"\""), "a.b = \"\"");
    EXPECT_EQ(canonical(R"(a.b contains "\ ")"), R"(a.b contains "\\ ")");
}

TEST(Parser, FieldsWithArguments) {
    EXPECT_EQ(canonical("proc.aname[2]=x"), "proc.aname[2] = x");
    EXPECT_EQ(canonical("c.m[/proc*]=x"), "c.m[/proc*] = x");
    EXPECT_EQ(canonical("c.m[\"a b\"] exists"), "c.m[\"a b\"] exists");
}

TEST(Parser, TransformersAndReferences) {
    EXPECT_EQ(canonical("tolower(a.b) = x"), "tolower(a.b) = x");
    EXPECT_EQ(canonical("len(a.b)>=3"), "len(a.b) >= 3");
    EXPECT_EQ(canonical("join(\"-\", (a.b, c.d, 'x')) = x"), "join(\"-\", a.b, c.d, \"x\") = x");
    EXPECT_EQ(canonical("getopt(a.b, \"n:\")[n] = x"), "getopt(a.b, \"n:\")[n] = x");
    EXPECT_EQ(canonical("a.b = val(c.d)"), "a.b = val(c.d)");
    EXPECT_EQ(canonical("a.b = tolower(toupper(c.d))"), "a.b = tolower(toupper(c.d))");
    EXPECT_EQ(canonical("a.b in val(c.d)"), "a.b in val(c.d)");
}

TEST(Parser, GoesOnBehindAFault) {
    Diagnostics diagnostics;
    const std::string text = "a.b ~ 1 and c.d = 2 and e.f in (x y) or g.h ! 3";
    diagnostics.sources().add("f", text);
    EXPECT_FALSE(parse_condition(text_of(text), diagnostics));
    EXPECT_EQ(diagnostics.error_count(), 3u) << diagnostics.to_text();
}

TEST(Parser, NestsUpToItsLimit) {
    const auto nested = [](std::size_t depth) {
        return std::string(depth, '(') + "a.b = 1" + std::string(depth, ')');
    };
    EXPECT_EQ(canonical(nested(kConditionDepthMax)), "a.b = 1");
    EXPECT_TRUE(
        canonical(nested(kConditionDepthMax + 1)).starts_with("error: a condition is nested"));
    EXPECT_TRUE(canonical(nested(300'000)).starts_with("error"));
    std::string nots;
    for (int i = 0; i < 200'001; ++i) nots += "not ";
    EXPECT_EQ(canonical(nots + "a.b = 1"), "not a.b = 1");
    std::string alternating;
    for (std::size_t i = 0; i + 1 < kConditionDepthMax; ++i)
        alternating += "a.b=1 and not (c.d=2 or (";
    EXPECT_TRUE(canonical(alternating).starts_with("error"));
}

TEST(Parser, LongConditionsAreRefusedOrRead) {
    std::string chain = "a.b = 1";
    while (chain.size() < kConditionBytesMax - 20) chain += " or a.b = 1";
    EXPECT_FALSE(canonical(chain).starts_with("error"));
    while (chain.size() <= kConditionBytesMax) chain += " or a.b = 1";
    EXPECT_TRUE(canonical(chain).starts_with("error: a condition has at most"));
}

// Random trees: printed, parsed and printed again they are the same.
class RandomCondition {
public:
    explicit RandomCondition(unsigned seed) : random_(seed) {}

    std::string expression(int depth) {
        switch (depth > 0 ? pick(6) : 5) {
            case 0: return expression(depth - 1) + " and " + expression(depth - 1);
            case 1: return expression(depth - 1) + " or " + expression(depth - 1);
            case 2: return "not " + expression(0);
            case 3: return "(" + expression(depth - 1) + ")";
            case 4: return "not (" + expression(depth - 1) + ")";
            default: return check();
        }
    }

private:
    unsigned pick(unsigned limit) { return static_cast<unsigned>(random_() % limit); }
    std::string value() {
        constexpr const char* kValues[] = {"x",        "\"a b\"", "'q\"'",   "7",
                                           "<NA>",     "/etc/*",  "\"and\"", "\"\\x00\"",
                                           "\"\\\\\"", "or",      "anyof"};
        return kValues[pick(std::size(kValues))];
    }
    std::string check() {
        switch (pick(7)) {
            case 0: return "macro_" + std::to_string(pick(9));
            case 1: return "proc.name in (" + value() + ", " + value() + ")";
            case 2: return "proc.aname[3] exists";
            case 3: return "tolower(proc.name) = val(proc.pname)";
            case 4: return "fd.name startswith anyof (" + value() + ")";
            case 5: return "openat.flags.w";
            default: return "fd.name=" + value();
        }
    }
    std::mt19937 random_;
};

TEST(Printer, RoundTripsRandomConditions) {
    RandomCondition random(7);
    for (int i = 0; i < 3000; ++i) {
        const std::string text = random.expression(5);
        const std::string once = canonical(text);
        if (once.starts_with("error")) continue;  // "= or" before another word, for one.
        ASSERT_EQ(canonical(once), once) << text;
    }
}

}  // namespace
}  // namespace sequitur::dsl
