#include "core/refutation.h"

#include <algorithm>
#include <bit>
#include <utility>

// What must hold for a function to be true, seen from one slot.
//
// A variable of the slot asks for its bit. A conjunction asks for all that its parts ask for; of
// several clauses we keep the one that is true least often, since one is all that the index can
// hold. A disjunction asks only for what every part asks for: one of the bits of any. So clauses
// are made from the leaves up, for each literal that is part of some function.
//
// Bits that must not be set are taken only from the outermost conjunction: they are the `not x in
// (...)` of exceptions, and stand there.
//
// Invariants
//  1. A function's bit leaves the possible set only if the function is false for every row of the
//     other slots.
//  2. A bit's list in needs_ names a function only if it is in that function's one clause, and
//     free_ names exactly the functions without a clause.
namespace sequitur {
namespace {

// A clause of very many bits refutes little and costs memory in every function that holds it.
constexpr std::size_t kClauseBitsMax = 1 << 12;

void set_bit(std::vector<std::uint64_t>& words, std::uint32_t bit) {
    words[bit / 64] |= std::uint64_t{1} << (bit % 64);
}
void clear_bit(std::span<std::uint64_t> words, std::uint32_t bit) {
    words[bit / 64] &= ~(std::uint64_t{1} << (bit % 64));
}

}  // namespace

std::span<const SlotRefutation::BitOfFunction> SlotRefutation::about(
    const std::vector<BitOfFunction>& list, const std::vector<std::uint32_t>& starts,
    std::uint32_t bit) const {
    if (bit + 1 >= starts.size()) return {};
    return std::span(list).subspan(starts[bit], starts[bit + 1] - starts[bit]);
}

void SlotRefutation::possible_of(std::span<const std::uint64_t> bits,
                                 std::span<std::uint64_t> possible) const {
    std::ranges::copy(free_, possible.begin());
    const auto for_each_set_bit = [&](auto&& visit) {
        for (std::uint32_t word = 0; word < bits.size(); ++word) {
            for (std::uint64_t rest = bits[word]; rest != 0; rest &= rest - 1) {
                visit(word * 64 + static_cast<std::uint32_t>(std::countr_zero(rest)));
            }
        }
    };
    for_each_set_bit([&](std::uint32_t bit) {
        for (const BitOfFunction& need : about(needs_, needs_starts_, bit)) {
            possible[need.function / 64] |= std::uint64_t{1} << (need.function % 64);
        }
    });
    for_each_set_bit([&](std::uint32_t bit) {
        for (const BitOfFunction& forbidden : about(forbids_, forbids_starts_, bit)) {
            clear_bit(possible, forbidden.function);
        }
    });
}

void SlotRefutation::index() {
    const auto index_one = [](std::vector<BitOfFunction>& list,
                              std::vector<std::uint32_t>& starts) {
        std::ranges::sort(list);
        list.erase(std::unique(list.begin(), list.end()), list.end());
        starts.clear();
        if (list.empty()) return;
        starts.resize(list.back().bit + 2);
        for (const BitOfFunction& entry : list) ++starts[entry.bit + 1];
        for (std::size_t i = 1; i < starts.size(); ++i) starts[i] += starts[i - 1];
    };
    index_one(needs_, needs_starts_);
    index_one(forbids_, forbids_starts_);
}

RefutationBuilder::RefutationBuilder(const BoolGraph& graph, std::span<const BitAddress> addresses,
                                     std::span<const VariableEstimate> estimates,
                                     std::uint32_t slot_count)
    : graph_(graph), addresses_(addresses), estimates_(estimates), slot_count_(slot_count) {}

std::uint32_t RefutationBuilder::words(std::size_t functions) {
    return static_cast<std::uint32_t>((functions + 127) / 128 * 2);
}

void RefutationBuilder::mark_needed(std::span<const Literal> functions) {
    needed_.assign(2 * std::size_t{graph_.node_count()}, false);
    for (const Literal function : functions) needed_[static_cast<std::uint32_t>(function)] = true;
    for (std::uint32_t node = graph_.node_count(); node-- > 0;) {
        for (const bool negation : {false, true}) {
            if (!needed_[2 * std::size_t{node} + (negation ? 1 : 0)]) continue;
            for (const Literal child : graph_.children(node)) {
                const Literal part = negation ? negated(child) : child;
                needed_[static_cast<std::uint32_t>(part)] = true;
            }
        }
    }
}

RefutationBuilder::Clauses RefutationBuilder::all_of(std::span<const Literal> parts) const {
    std::vector<const Clause*> found;
    for (const Literal part : parts) {
        for (const Clause& clause : clauses_[static_cast<std::uint32_t>(part)]) {
            found.push_back(&clause);
        }
    }
    std::ranges::stable_sort(found, [](const Clause* a, const Clause* b) {
        return std::pair(a->slot, a->weight) < std::pair(b->slot, b->weight);
    });
    Clauses out;
    for (const Clause* clause : found) {
        if (out.empty() || out.back().slot != clause->slot) out.push_back(*clause);
    }
    return out;
}

RefutationBuilder::Clauses RefutationBuilder::any_of(std::span<const Literal> negated_parts) const {
    const auto clauses = [&](Literal part) -> const Clauses& {
        return clauses_[static_cast<std::uint32_t>(negated(part))];
    };
    Clauses out = clauses(negated_parts.front());
    for (const Literal part : negated_parts.subspan(1)) {
        Clauses both;
        for (Clause& left : out) {
            const auto right = std::ranges::find(clauses(part), left.slot, &Clause::slot);
            if (right == clauses(part).end()) continue;
            if (left.bits.size() + right->bits.size() > kClauseBitsMax) continue;
            left.bits.insert(left.bits.end(), right->bits.begin(), right->bits.end());
            left.weight += right->weight;
            both.push_back(std::move(left));
        }
        out = std::move(both);
    }
    return out;
}

RefutationBuilder::Clauses RefutationBuilder::clauses_of(Literal literal) const {
    const std::uint32_t node = node_of(literal);
    if (node == 0) return {};
    if (!graph_.is_variable(node)) {
        return is_negated(literal) ? any_of(graph_.children(node)) : all_of(graph_.children(node));
    }
    if (is_negated(literal)) return {};
    const std::uint32_t variable = graph_.variable_of(node);
    return {Clause{.slot = addresses_[variable].slot,
                   .weight = estimates_[variable].probability,
                   .bits = {addresses_[variable].bit}}};
}

void RefutationBuilder::collect_forbidden(Literal function, std::uint32_t index,
                                          std::vector<SlotRefutation>& slots) const {
    std::vector<Literal> pending = {function};
    while (!pending.empty()) {
        const Literal literal = pending.back();
        pending.pop_back();
        const std::uint32_t node = node_of(literal);
        if (!is_negated(literal)) {
            const auto children = graph_.children(node);
            pending.insert(pending.end(), children.begin(), children.end());
        } else if (graph_.is_variable(node)) {
            const BitAddress& at = addresses_[graph_.variable_of(node)];
            slots[at.slot].forbids_.push_back({at.bit, index});
        }
    }
}

std::vector<SlotRefutation> RefutationBuilder::build(std::span<const Literal> functions) {
    mark_needed(functions);
    clauses_.assign(needed_.size(), {});
    for (std::uint32_t i = 0; i < clauses_.size(); ++i) {
        if (needed_[i]) clauses_[i] = clauses_of(static_cast<Literal>(i));
    }

    std::vector<SlotRefutation> slots(slot_count_);
    for (SlotRefutation& slot : slots) {
        slot.constrained_.resize(words(functions.size()));
        slot.free_.assign(words(functions.size()), ~std::uint64_t{0});
    }
    for (std::uint32_t i = 0; i < functions.size(); ++i) {
        for (const Clause& clause : clauses_[static_cast<std::uint32_t>(functions[i])]) {
            SlotRefutation& slot = slots[clause.slot];
            clear_bit(slot.free_, i);  // invariant 2
            for (const std::uint32_t bit : clause.bits) slot.needs_.push_back({bit, i});
            set_bit(slot.constrained_, i);
        }
        collect_forbidden(functions[i], i, slots);
    }
    for (SlotRefutation& slot : slots) {
        for (const auto& forbidden : slot.forbids_) set_bit(slot.constrained_, forbidden.function);
        slot.index();
    }
    clauses_.clear();
    return slots;
}

}  // namespace sequitur
