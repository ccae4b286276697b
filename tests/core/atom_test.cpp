#include "core/atom.h"

#include <gtest/gtest.h>

#include <array>
#include <string>

namespace sequitur {
namespace {

using enum Operator;

Check check(std::string_view field, Operator op, std::vector<Constant> constants = {},
            Quantifier quantifier = Quantifier::kNone) {
    Check made;
    made.left.kind = Operand::Kind::kField;
    made.left.field = resolve_field(field).value();
    made.op = op;
    made.quantifier = quantifier;
    for (Constant& constant : constants) made.right.emplace_back().constant = std::move(constant);
    return made;
}

struct Lowered {
    BoolGraph graph;
    AtomCatalog catalog;
    Literal operator()(const Check& check) { return catalog.literal_of(check, graph); }
    Atom::Test test(Literal literal) const {
        return catalog.atoms()[graph.variable_of(node_of(literal))].test;
    }
};

TEST(Atom, SameChecksAreOneAtomAndSameFieldsOneSlot) {
    Lowered lower;
    const Literal first = lower(check("proc.name", kEq, {"sh"}));
    EXPECT_EQ(lower(check("proc.name", kEq, {"sh"})), first);
    EXPECT_NE(lower(check("proc.name", kStartswith, {"sh"})), first);
    lower(check("fd.name", kEq, {"sh"}));
    ASSERT_EQ(lower.catalog.slots().size(), 2u);
    EXPECT_EQ(lower.catalog.slots()[0].atoms.size(), 2u);
    EXPECT_TRUE(lower.catalog.slots()[0].is_process_scoped);
    EXPECT_FALSE(lower.catalog.slots()[1].is_process_scoped);
}

TEST(Atom, DifferentIsPresentAndNotEqual) {
    Lowered lower;
    const Literal exists = lower(check("proc.name", kExists));
    const Literal equal = lower(check("proc.name", kEq, {"sh"}));
    EXPECT_EQ(lower(check("proc.name", kNe, {"sh"})),
              lower.graph.conjunction(std::array{exists, negated(equal)}));
}

TEST(Atom, QuantifiersOverOneValueAreFunctionsOfItsAtoms) {
    Lowered lower;
    const Literal a = lower(check("fd.name", kContains, {"a"}));
    const Literal b = lower(check("fd.name", kContains, {"b"}));
    const auto both = [&](Literal x, Literal y) {
        return lower.graph.conjunction(std::array{x, y});
    };
    EXPECT_EQ(lower(check("fd.name", kContains, {"a", "b"}, Quantifier::kAnyof)),
              lower.graph.disjunction(std::array{a, b}));
    EXPECT_EQ(lower(check("fd.name", kContains, {"a", "b"}, Quantifier::kAllof)), both(a, b));
    EXPECT_EQ(lower(check("fd.name", kContains, {"a", "b"}, Quantifier::kOneof)),
              lower.graph.disjunction(std::array{both(a, negated(b)), both(negated(a), b)}));
}

TEST(Atom, SeveralValuesAskForAnyOrAll) {
    Lowered lower;
    const auto atom_of = [&](const Check& made) {
        const Literal literal = lower(made);
        return lower.catalog.atoms()[lower.graph.variable_of(node_of(literal))];
    };
    EXPECT_FALSE(atom_of(check("proc.aname", kIn, {"sh"})).wants_all);
    EXPECT_TRUE(atom_of(check("proc.argv", kIn, {"sh"})).wants_all);
    EXPECT_FALSE(atom_of(check("proc.argv", kIntersects, {"sh"})).wants_all);
    const Atom none = atom_of(check("fd.port", kNe, {std::uint64_t{22}}));
    EXPECT_TRUE(none.is_inverted && !none.wants_all);
    const Atom some = atom_of(check("proc.aname", kNe, {"sh"}));
    EXPECT_TRUE(some.is_inverted && some.wants_all);
}

TEST(Atom, WhatHasNoFastFormIsJudgedWhole) {
    Lowered lower;
    Check with_field = check("proc.name", kEq);
    with_field.right.emplace_back();
    with_field.right[0].kind = Operand::Kind::kField;
    with_field.right[0].field = resolve_field("proc.pname").value();
    EXPECT_EQ(lower.test(lower(with_field)), Atom::Test::kJudged);
    EXPECT_EQ(lower.test(lower(check("proc.name", kEq, {std::int64_t{1}}))), Atom::Test::kJudged);
    EXPECT_EQ(lower.test(lower(check("fd.name", kGlob, {"[[:alpha:]]*"}))), Atom::Test::kJudged);
    EXPECT_EQ(lower.test(lower(check("fd.name", kEq, {"a", "b"}))), Atom::Test::kJudged);
    EXPECT_EQ(lower.test(lower(check("fd.name", kGlob, {"/etc/*"}))), Atom::Test::kPattern);
    EXPECT_EQ(lower.test(lower(check("fd.name", kPmatch, {"/etc", "/home/*"}))),
              Atom::Test::kPathPrefix);
    EXPECT_EQ(lower.test(lower(check("evt.rawres", kLt, {std::int64_t{0}}))), Atom::Test::kCompare);
}

}  // namespace
}  // namespace sequitur
