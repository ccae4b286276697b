#include "core/number_table.h"

#include <algorithm>
#include <utility>

namespace sequitur {
namespace {

bool holds(Operator op, std::uint32_t left, std::uint32_t right) {
    if (op == Operator::kNe) return left != right;
    if (op == Operator::kLt) return left < right;
    if (op == Operator::kLe) return left <= right;
    if (op == Operator::kGt) return left > right;
    return left >= right;
}

}  // namespace

NumberTable::NumberTable(std::span<const Comparison> comparisons)
    : comparison_count_(comparisons.size()) {
    for (const Comparison& comparison : comparisons) {
        points_.insert(points_.end(), comparison.constants.begin(), comparison.constants.end());
    }
    std::ranges::sort(points_);
    points_.erase(std::unique(points_.begin(), points_.end()), points_.end());

    std::vector<std::pair<std::uint32_t, std::uint32_t>> equal;  // point, bit
    for (const Comparison& comparison : comparisons) {
        for (const ExactNumber constant : comparison.constants) {
            const std::uint32_t cell = cell_of(constant);
            if (comparison.op == Operator::kEq) {
                equal.emplace_back(cell / 2, comparison.bit);
            } else {
                orders_.push_back({comparison.op, cell, comparison.bit});
            }
        }
    }
    std::ranges::sort(equal);
    equal_starts_.resize(points_.size() + 1);
    for (const auto& [point, bit] : equal) {
        ++equal_starts_[point + 1];
        equal_bits_.push_back(bit);
    }
    for (std::size_t i = 1; i < equal_starts_.size(); ++i) equal_starts_[i] += equal_starts_[i - 1];
}

std::uint32_t NumberTable::cell_of(ExactNumber number) const {
    const auto at = std::ranges::lower_bound(points_, number);
    const auto index = static_cast<std::uint32_t>(at - points_.begin());
    return 2 * index + (at != points_.end() && *at == number ? 1 : 0);
}

void NumberTable::match(std::uint32_t cell, std::span<std::uint64_t> bits) const {
    const auto set = [&](std::uint32_t bit) { bits[bit / 64] |= std::uint64_t{1} << (bit % 64); };
    if (cell % 2 == 1) {
        for (std::uint32_t i = equal_starts_[cell / 2]; i < equal_starts_[cell / 2 + 1]; ++i) {
            set(equal_bits_[i]);
        }
    }
    for (const Order& order : orders_) {
        if (holds(order.op, cell, order.cell)) set(order.bit);
    }
}

}  // namespace sequitur
