#include "core/condition_program.h"

#include <algorithm>
#include <utility>

// A function is compiled with two continuations: where to go when it is true and where when it is
// false. A variable becomes a node; a negation swaps the continuations; a conjunction chains its
// parts: each goes on to the next when true, and to the shared "false" otherwise. Since a part
// needs the place of the part behind it, parts are compiled from the last to the first.
//
// Order of the parts: the classic rule for independent tests, cheapest refusal first, that is by
// cost / (1 - probability). A disjunction is a negated conjunction of negations, so the same rule
// puts the likeliest part of a disjunction first.
//
// Invariants
//  1. Continuations of a node are ends or nodes made before it: a program has no loops.
//  2. No two nodes are equal, so equal tails of different functions are the same nodes.
namespace sequitur {
namespace {

VariableEstimate of_literal(const VariableEstimate& node, Literal literal) {
    return {.cost = node.cost,
            .probability = is_negated(literal) ? 1 - node.probability : node.probability};
}

double rank(const VariableEstimate& part) {
    constexpr double kLeastRefusal = 1e-6;
    return part.cost / std::max(1 - part.probability, kLeastRefusal);
}

}  // namespace

std::vector<std::uint32_t> ConditionProgram::nodes_from(std::uint32_t entry) const {
    std::vector<std::uint32_t> found;
    std::vector<bool> is_seen(nodes_.size());
    std::vector<std::uint32_t> pending = {entry};
    while (!pending.empty()) {
        const std::uint32_t at = pending.back();
        pending.pop_back();
        if (at >= kReject || is_seen[at]) continue;
        is_seen[at] = true;
        found.push_back(at);
        pending.push_back(nodes_[at].if_false);
        pending.push_back(nodes_[at].if_true);
    }
    return found;
}

ProgramCompiler::ProgramCompiler(const BoolGraph& graph, std::span<const BitAddress> addresses,
                                 std::span<const VariableEstimate> estimates)
    : graph_(graph), addresses_(addresses), estimates_(estimates) {}

// Children stand before their parents, so one pass does.
void ProgramCompiler::estimate_nodes() {
    for (auto node = static_cast<std::uint32_t>(nodes_.size()); node < graph_.node_count();
         ++node) {
        if (node == 0) {
            nodes_.push_back({.cost = 0, .probability = 1});
            continue;
        }
        if (graph_.is_variable(node)) {
            nodes_.push_back(estimates_[graph_.variable_of(node)]);
            continue;
        }
        VariableEstimate whole{.cost = 0, .probability = 1};
        for (const Literal child : ordered_children(node)) {
            const VariableEstimate part = of_literal(nodes_[node_of(child)], child);
            whole.cost += whole.probability * part.cost;
            whole.probability *= part.probability;
        }
        nodes_.push_back(whole);
    }
}

std::vector<Literal> ProgramCompiler::ordered_children(std::uint32_t node) const {
    const std::span<const Literal> children = graph_.children(node);
    std::vector<std::pair<double, Literal>> ranked;
    ranked.reserve(children.size());
    for (const Literal child : children) {
        ranked.emplace_back(rank(of_literal(nodes_[node_of(child)], child)), child);
    }
    std::ranges::sort(ranked);
    std::vector<Literal> order;
    order.reserve(ranked.size());
    for (const auto& [unused, child] : ranked) order.push_back(child);
    return order;
}

std::uint32_t ProgramCompiler::add_node(const ConditionProgram::Node& node) {
    if (node.if_true == node.if_false) return node.if_true;
    const auto [found, is_new] =
        known_.try_emplace(node, static_cast<std::uint32_t>(program_.nodes_.size()));
    if (is_new) program_.nodes_.push_back(node);  // invariants 1 and 2
    return found->second;
}

std::uint32_t ProgramCompiler::compile(Literal function) {
    estimate_nodes();
    std::vector<Frame> stack;
    std::uint32_t result = 0;  // the entry of what was compiled last
    const auto enter = [&](Literal literal, std::uint32_t if_true, std::uint32_t if_false) {
        if (is_negated(literal)) std::swap(if_true, if_false);
        const std::uint32_t node = node_of(literal);
        if (node == 0) {
            result = if_true;
        } else if (graph_.is_variable(node)) {
            result = add_node({addresses_[graph_.variable_of(node)], if_true, if_false});
        } else {
            std::vector<Literal> order = ordered_children(node);
            const std::size_t count = order.size();
            stack.push_back({if_true, if_false, count, std::move(order)});
            result = if_true;
        }
    };
    enter(function, ConditionProgram::kAccept, ConditionProgram::kReject);
    while (!stack.empty()) {
        Frame& frame = stack.back();
        if (frame.next == 0) {
            stack.pop_back();
            continue;
        }
        // `result` is where the part behind this one starts, or the conjunction's own "true".
        const Literal child = frame.order[--frame.next];
        enter(child, result, frame.if_false);
    }
    return result;
}

}  // namespace sequitur
