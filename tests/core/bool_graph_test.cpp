#include "core/bool_graph.h"

#include <gtest/gtest.h>

#include <array>

namespace sequitur {
namespace {

TEST(BoolGraph, EqualFunctionsAreOneLiteral) {
    BoolGraph graph;
    const Literal a = graph.variable(7), b = graph.variable(3);
    EXPECT_EQ(graph.variable(7), a);
    EXPECT_EQ(graph.conjunction(std::array{a, b}), graph.conjunction(std::array{b, a, b}));
    // De Morgan.
    EXPECT_EQ(graph.disjunction(std::array{negated(a), negated(b)}),
              negated(graph.conjunction(std::array{a, b})));
    EXPECT_NE(graph.conjunction(std::array{a, b}), graph.disjunction(std::array{a, b}));
}

TEST(BoolGraph, ConstantsAndContradictionsVanish) {
    BoolGraph graph;
    const Literal a = graph.variable(0), b = graph.variable(1);
    EXPECT_EQ(graph.conjunction(std::array<Literal, 0>{}), kLiteralTrue);
    EXPECT_EQ(graph.disjunction(std::array<Literal, 0>{}), kLiteralFalse);
    EXPECT_EQ(graph.conjunction(std::array{a, kLiteralTrue}), a);
    EXPECT_EQ(graph.conjunction(std::array{a, b, kLiteralFalse}), kLiteralFalse);
    EXPECT_EQ(graph.conjunction(std::array{a, b, negated(a)}), kLiteralFalse);
    EXPECT_EQ(graph.disjunction(std::array{a, negated(a)}), kLiteralTrue);
    EXPECT_EQ(graph.disjunction(std::array{a, kLiteralFalse}), a);
}

TEST(BoolGraph, ChildrenStandBeforeTheirParents) {
    BoolGraph graph;
    const Literal a = graph.variable(0), b = graph.variable(1), c = graph.variable(2);
    const Literal both = graph.conjunction(std::array{a, b});
    const Literal either = graph.disjunction(std::array{both, c});
    for (const Literal child : graph.children(node_of(either))) {
        EXPECT_LT(node_of(child), node_of(either));
    }
    EXPECT_TRUE(graph.is_variable(node_of(c)));
    EXPECT_EQ(graph.variable_of(node_of(c)), 2u);
    EXPECT_FALSE(graph.is_variable(node_of(both)));
    EXPECT_FALSE(graph.is_variable(0));
}

}  // namespace
}  // namespace sequitur
