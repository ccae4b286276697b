#include "core/truth.h"

#include "tests/support/condition_builder.h"

#include <gtest/gtest.h>

namespace sequitur {
namespace {

using Kind = Condition::Kind;

// A check whose truth is the first letter of its constant: f, o or t.
Condition leaf(char truth) {
    Condition condition;
    condition.kind = Kind::kCheck;
    condition.check.right.resize(1);
    condition.check.right.front().constant = std::string(1, truth);
    return condition;
}

Condition node(Kind kind, const std::string& children) {
    Condition condition;
    condition.kind = kind;
    for (const char child : children) condition.children.push_back(leaf(child));
    return condition;
}

Truth judged(const Condition& condition) {
    return judge(condition, [](const Check& check) {
        const char letter = std::get<std::string>(check.right.front().constant).front();
        return letter == 'f' ? Truth::kFalse : letter == 't' ? Truth::kTrue : Truth::kOpen;
    });
}

TEST(TruthTest, AConjunctionIsAsTrueAsItsLeastPart) {
    EXPECT_EQ(judged(node(Kind::kAnd, "tt")), Truth::kTrue);
    EXPECT_EQ(judged(node(Kind::kAnd, "to")), Truth::kOpen);
    EXPECT_EQ(judged(node(Kind::kAnd, "of")), Truth::kFalse);
    EXPECT_EQ(judged(node(Kind::kAnd, "")), Truth::kTrue);
}

TEST(TruthTest, ADisjunctionIsAsTrueAsItsBestPart) {
    EXPECT_EQ(judged(node(Kind::kOr, "ff")), Truth::kFalse);
    EXPECT_EQ(judged(node(Kind::kOr, "fo")), Truth::kOpen);
    EXPECT_EQ(judged(node(Kind::kOr, "ot")), Truth::kTrue);
    EXPECT_EQ(judged(node(Kind::kOr, "")), Truth::kFalse);
}

TEST(TruthTest, WhatIsOpenStaysOpenWhenDenied) {
    EXPECT_EQ(judged(node(Kind::kNot, "f")), Truth::kTrue);
    EXPECT_EQ(judged(node(Kind::kNot, "o")), Truth::kOpen);
    EXPECT_EQ(judged(node(Kind::kNot, "t")), Truth::kFalse);
}

}  // namespace
}  // namespace sequitur
