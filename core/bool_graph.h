// Boolean functions over numbered variables, with equal parts shared: what conditions become
// before they become programs.
//
// Every function is a Literal: a node, or its negation. Nodes are variables and conjunctions; a
// disjunction is a negated conjunction of negations. Children stand before their parents, so
// passes over the graph are loops, and the depth of what a user wrote costs no stack.
// Control plane; one thread.
#pragma once

#include <cstdint>
#include <span>
#include <unordered_map>
#include <vector>

namespace sequitur {

// Node number * 2, plus 1 for its negation.
enum class Literal : std::uint32_t {};
inline constexpr Literal kLiteralTrue{0};
inline constexpr Literal kLiteralFalse{1};

constexpr Literal negated(Literal literal) {
    return static_cast<Literal>(static_cast<std::uint32_t>(literal) ^ 1U);
}
constexpr bool is_negated(Literal literal) {
    return (static_cast<std::uint32_t>(literal) & 1U) != 0;
}
constexpr std::uint32_t node_of(Literal literal) {
    return static_cast<std::uint32_t>(literal) >> 1U;
}

class BoolGraph {
public:
    BoolGraph();

    // The variable `number`; the same number gives the same literal.
    Literal variable(std::uint32_t number);

    // Conjunction and disjunction. Order and repetition do not matter; a literal beside its own
    // negation and constants are simplified away. Cost: n log n.
    Literal conjunction(std::span<const Literal> literals);
    Literal disjunction(std::span<const Literal> literals);

    std::uint32_t node_count() const { return static_cast<std::uint32_t>(nodes_.size()); }
    bool is_variable(std::uint32_t node) const { return node != 0 && nodes_[node].count == 0; }
    std::uint32_t variable_of(std::uint32_t node) const { return nodes_[node].first; }
    // A conjunction's parts, ascending; empty for variables and the constant.
    std::span<const Literal> children(std::uint32_t node) const {
        const Node& at = nodes_[node];
        return at.count == 0 ? std::span<const Literal>()
                             : std::span(children_).subspan(at.first, at.count);
    }

private:
    struct Node {
        std::uint32_t first = 0;  // into children_, or the variable's number
        std::uint32_t count = 0;
    };
    Literal find_or_add(std::span<const Literal> sorted);

    std::vector<Node> nodes_;  // node 0 is the constant true
    std::vector<Literal> children_;
    std::unordered_map<std::uint32_t, std::uint32_t> variables_;
    std::unordered_multimap<std::uint64_t, std::uint32_t> conjunctions_;  // by hash of the children
    std::vector<Literal> work_;
};

}  // namespace sequitur
