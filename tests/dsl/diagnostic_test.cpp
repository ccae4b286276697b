#include "dsl/diagnostic.h"

#include "dsl/limits.h"
#include "dsl/rule_schema.h"

#include <gtest/gtest.h>

namespace sequitur::dsl {
namespace {

Diagnostics with_source(std::string text) {
    Diagnostics diagnostics;
    diagnostics.sources().add("f.yaml", std::move(text));
    return diagnostics;
}

TEST(Diagnostics, TextShowsTheLineAndTheRange) {
    Diagnostics diagnostics = with_source("one\ntwo three\n");
    diagnostics.error(Code::kSyntax, {0, 8, 13}, "wrong", "try it", {{"seen here", {0, 0, 3}}});
    EXPECT_EQ(diagnostics.to_text(),
              "f.yaml:2:5: error: wrong\n"
              "    two three\n"
              "        ^~~~~\n"
              "    hint: try it\n"
              "f.yaml:1:1: note: seen here\n"
              "    one\n"
              "    ^~~\n");
}

TEST(Diagnostics, SortedByPlaceAndOnlyOnce) {
    Diagnostics diagnostics = with_source("abc\n");
    diagnostics.error(Code::kSyntax, {0, 2, 3}, "second");
    diagnostics.error(Code::kSyntax, {0, 1, 2}, "first");
    diagnostics.error(Code::kSyntax, {0, 1, 2}, "first");
    EXPECT_EQ(diagnostics.error_count(), 2u);
    EXPECT_EQ(diagnostics.sorted().front().message, "first");
}

TEST(Diagnostics, WarningsHaveNames) {
    Diagnostics diagnostics = with_source("abc\n");
    EXPECT_TRUE(diagnostics.set_warning("no-deprecated"));
    EXPECT_FALSE(diagnostics.set_warning("no-such-warning"));
    EXPECT_FALSE(diagnostics.set_warning("syntax"));
    diagnostics.warning(Code::kDeprecated, {0, 0, 1}, "old");
    EXPECT_EQ(diagnostics.warning_count(), 0u);
    EXPECT_TRUE(diagnostics.set_warning("deprecated"));
    diagnostics.warning(Code::kDeprecated, {0, 0, 1}, "old");
    EXPECT_EQ(diagnostics.warning_count(), 1u);
    EXPECT_FALSE(diagnostics.has_errors());
    EXPECT_TRUE(diagnostics.set_warning("error"));
    diagnostics.warning(Code::kDeprecated, {0, 1, 2}, "older");
    EXPECT_TRUE(diagnostics.has_errors());
}

TEST(Diagnostics, KeepsALimitedNumber) {
    Diagnostics diagnostics = with_source(std::string(5000, 'x'));
    for (std::uint32_t i = 0; i < 1500; ++i) diagnostics.error(Code::kSyntax, {0, i, i + 1}, "x");
    EXPECT_EQ(diagnostics.sorted().size(), kDiagnosticsMax);
    EXPECT_EQ(diagnostics.omitted_count(), 500u);
}

TEST(Diagnostics, JsonIsALineEach) {
    Diagnostics diagnostics = with_source(
        "a\xC3\xA9"
        "b\n");
    diagnostics.error(Code::kUnknownField, {0, 3, 4}, "wrong \"b\"", "right");
    EXPECT_EQ(diagnostics.to_json(),
              "{\"file\":\"f.yaml\",\"range\":{\"start\":{\"line\":1,\"column\":3,\"offset\":3},"
              "\"end\":{\"line\":1,\"column\":4,\"offset\":4}},\"severity\":\"error\","
              "\"code\":\"unknown-field\",\"message\":\"wrong \\\"b\\\"\",\"hint\":\"right\","
              "\"notes\":[]}\n");
}

TEST(Diagnostics, SarifNamesRulesAndRegions) {
    Diagnostics diagnostics = with_source("abc\n");
    diagnostics.error(Code::kUnknownField, {0, 1, 2}, "wrong");
    const std::string sarif = diagnostics.to_sarif();
    EXPECT_NE(sarif.find("\"version\":\"2.1.0\""), std::string::npos);
    EXPECT_NE(sarif.find("\"ruleId\":\"unknown-field\""), std::string::npos);
    EXPECT_NE(sarif.find("\"startLine\":1,\"startColumn\":2"), std::string::npos);
}

TEST(Diagnostics, EveryCodeHasANameAndAMeaning) {
    for (const Code code : all_codes()) {
        EXPECT_FALSE(name_of(code).empty());
        EXPECT_TRUE(meaning_of(code).ends_with('.')) << name_of(code);
    }
}

TEST(RuleSchema, KnowsEveryKindOfObject) {
    const std::string schema = rule_schema();
    for (const char* part : {"\"sequence\":{", "\"any_of\":{", "\"skip-if-unknown-filter\":{",
                             "\"required\":[\"rule\"]"}) {
        EXPECT_NE(schema.find(part), std::string::npos) << part;
    }
}

}  // namespace
}  // namespace sequitur::dsl
