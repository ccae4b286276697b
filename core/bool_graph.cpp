#include "core/bool_graph.h"

#include <algorithm>

namespace sequitur {
namespace {

std::uint64_t hash_of(std::span<const Literal> literals) {
    std::uint64_t hash = literals.size();
    for (const Literal literal : literals) {
        hash = (hash ^ static_cast<std::uint32_t>(literal)) * 0x9e3779b97f4a7c15ULL;
        hash ^= hash >> 29U;
    }
    return hash;
}

}  // namespace

BoolGraph::BoolGraph() { nodes_.emplace_back(); }

Literal BoolGraph::variable(std::uint32_t number) {
    const auto [found, is_new] = variables_.try_emplace(number, node_count());
    if (is_new) nodes_.push_back({.first = number, .count = 0});
    return static_cast<Literal>(found->second << 1U);
}

Literal BoolGraph::conjunction(std::span<const Literal> literals) {
    work_.assign(literals.begin(), literals.end());
    std::ranges::sort(work_);
    work_.erase(std::unique(work_.begin(), work_.end()), work_.end());
    std::erase(work_, kLiteralTrue);
    for (std::size_t i = 0; i < work_.size(); ++i) {
        // A literal and its negation are neighbours once sorted.
        if (work_[i] == kLiteralFalse) return kLiteralFalse;
        if (i > 0 && work_[i - 1] == negated(work_[i])) return kLiteralFalse;
    }
    if (work_.empty()) return kLiteralTrue;
    return work_.size() == 1 ? work_[0] : find_or_add(work_);
}

Literal BoolGraph::disjunction(std::span<const Literal> literals) {
    std::vector<Literal> flipped(literals.begin(), literals.end());
    for (Literal& literal : flipped) literal = negated(literal);
    return negated(conjunction(flipped));
}

Literal BoolGraph::find_or_add(std::span<const Literal> sorted) {
    const std::uint64_t hash = hash_of(sorted);
    const auto [begin, end] = conjunctions_.equal_range(hash);
    for (auto it = begin; it != end; ++it) {
        if (std::ranges::equal(children(it->second), sorted)) {
            return static_cast<Literal>(it->second << 1U);
        }
    }
    const std::uint32_t node = node_count();
    nodes_.push_back({.first = static_cast<std::uint32_t>(children_.size()),
                      .count = static_cast<std::uint32_t>(sorted.size())});
    children_.insert(children_.end(), sorted.begin(), sorted.end());
    conjunctions_.emplace(hash, node);
    return static_cast<Literal>(node << 1U);
}

}  // namespace sequitur
