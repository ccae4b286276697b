#include "core/condition_program.h"

#include "core/refutation.h"

#include <gtest/gtest.h>

#include <array>
#include <random>

namespace sequitur {
namespace {

// Variables of a few slots, two bits each: variable v is bit v % 2 of slot v / 2.
constexpr std::uint32_t kVariables = 8;

std::vector<BitAddress> addresses() {
    std::vector<BitAddress> out;
    for (std::uint32_t v = 0; v < kVariables; ++v) out.push_back({v / 2, v % 2});
    return out;
}

struct Formulas {
    BoolGraph graph;
    std::mt19937 random{17};  // NOLINT(cert-msc51-cpp): the same run every time

    Literal make(int depth) {
        if (depth == 0 || random() % 5 == 0) {
            const Literal variable = graph.variable(random() % kVariables);
            return random() % 2 == 0 ? variable : negated(variable);
        }
        std::vector<Literal> parts;
        for (std::uint32_t i = 0; i < 1 + random() % 3; ++i) parts.push_back(make(depth - 1));
        return random() % 2 == 0 ? graph.conjunction(parts) : graph.disjunction(parts);
    }
};

// The truth of `literal` when variable v is bit v of `assignment`: the obvious way.
bool truth(const BoolGraph& graph, Literal literal, std::uint32_t assignment) {
    const std::uint32_t node = node_of(literal);
    bool value = true;
    if (graph.is_variable(node)) {
        value = (assignment >> graph.variable_of(node) & 1U) != 0;
    } else {
        for (const Literal child : graph.children(node)) {
            value = value && truth(graph, child, assignment);
        }
    }
    return value != is_negated(literal);
}

TEST(ConditionProgram, AgreesWithTheFormulaOnEveryAssignment) {
    Formulas formulas;
    std::vector<Literal> functions = {kLiteralTrue, kLiteralFalse};
    for (int i = 0; i < 200; ++i) functions.push_back(formulas.make(4));
    const auto places = addresses();
    const std::vector<VariableEstimate> estimates(kVariables);
    ProgramCompiler compiler(formulas.graph, places, estimates);
    std::vector<std::uint32_t> entries;
    for (const Literal function : functions) entries.push_back(compiler.compile(function));
    const ConditionProgram program = compiler.take();
    for (std::size_t i = 0; i < functions.size(); ++i) {
        for (std::uint32_t assignment = 0; assignment < 1U << kVariables; ++assignment) {
            const auto is_set = [&](BitAddress at) {
                return (assignment >> (at.slot * 2 + at.bit) & 1U) != 0;
            };
            ASSERT_EQ(program.run(entries[i], is_set),
                      truth(formulas.graph, functions[i], assignment))
                << i << " " << assignment;
        }
    }
}

TEST(ConditionProgram, TestsWhatRefusesCheaplyFirst) {
    BoolGraph graph;
    const Literal cheap = graph.variable(0), rare = graph.variable(1), dear = graph.variable(2);
    const std::vector<BitAddress> places = {{0, 0}, {1, 0}, {2, 0}};
    const std::vector<VariableEstimate> estimates = {{.cost = 1, .probability = 0.5},
                                                     {.cost = 1, .probability = 0.01},
                                                     {.cost = 50, .probability = 0.01}};
    ProgramCompiler compiler(graph, places, estimates);
    const std::uint32_t entry = compiler.compile(graph.conjunction(std::array{dear, cheap, rare}));
    const ConditionProgram program = compiler.take();
    std::vector<std::uint32_t> slots;
    for (const std::uint32_t node : program.nodes_from(entry)) {
        slots.push_back(program.nodes()[node].bit.slot);
    }
    EXPECT_EQ(slots, (std::vector<std::uint32_t>{1, 0, 2}));
}

TEST(ConditionProgram, DeepNestingNeedsNoStack) {
    BoolGraph graph;
    Literal at = graph.variable(0);
    for (std::uint32_t i = 1; i < 50000; ++i) {
        const std::array parts = {at, graph.variable(i % kVariables)};
        at = i % 2 == 0 ? graph.conjunction(parts) : graph.disjunction(parts);
    }
    const auto places = addresses();
    const std::vector<VariableEstimate> estimates(kVariables);
    ProgramCompiler compiler(graph, places, estimates);
    const std::uint32_t entry = compiler.compile(at);
    EXPECT_LT(entry, ConditionProgram::kReject);
}

// The possible set never loses a function that is true: for every assignment, all slots together.
TEST(Refutation, NeverRefutesWhatIsTrue) {
    Formulas formulas;
    std::vector<Literal> functions;
    for (int i = 0; i < 300; ++i) functions.push_back(formulas.make(4));
    const auto places = addresses();
    const std::vector<VariableEstimate> estimates(kVariables);
    RefutationBuilder builder(formulas.graph, places, estimates, kVariables / 2);
    const std::vector<SlotRefutation> slots = builder.build(functions);
    const std::uint32_t words = RefutationBuilder::words(functions.size());
    std::size_t refuted = 0, untrue = 0;
    for (std::uint32_t assignment = 0; assignment < 1U << kVariables; ++assignment) {
        std::vector<std::uint64_t> possible(words, ~std::uint64_t{0}), one(words);
        for (std::uint32_t slot = 0; slot < slots.size(); ++slot) {
            const std::array<std::uint64_t, 1> bits = {assignment >> (slot * 2) & 3U};
            slots[slot].possible_of(bits, one);
            for (std::uint32_t w = 0; w < words; ++w) {
                EXPECT_EQ(~one[w] & ~slots[slot].constrained()[w], 0u);
                possible[w] &= one[w];
            }
        }
        for (std::size_t i = 0; i < functions.size(); ++i) {
            const bool is_possible = (possible[i / 64] >> (i % 64) & 1U) != 0;
            const bool is_true = truth(formulas.graph, functions[i], assignment);
            ASSERT_TRUE(is_possible || !is_true) << i << " " << assignment;
            refuted += is_possible ? 0 : 1;
            untrue += is_true ? 0 : 1;
        }
    }
    EXPECT_GT(refuted * 4, untrue);  // and it does refute a good part of what is false
}

}  // namespace
}  // namespace sequitur
