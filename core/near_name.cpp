#include "core/near_name.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

namespace sequitur {
namespace {

constexpr std::size_t kNameMax = 64;  // longer ones are nobody's slip of the finger

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

// Optimal string alignment, three rows of its table at a time.
std::size_t edits_between(std::string_view a, std::string_view b) {
    using Row = std::array<std::uint8_t, kNameMax + 1>;
    Row before{};
    Row above{};
    Row row{};
    for (std::size_t j = 0; j <= b.size(); ++j) above[j] = static_cast<std::uint8_t>(j);
    for (std::size_t i = 1; i <= a.size(); ++i) {
        row[0] = static_cast<std::uint8_t>(i);
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const int replaced = above[j - 1] + (lower(a[i - 1]) == lower(b[j - 1]) ? 0 : 1);
            int least = std::min({above[j] + 1, row[j - 1] + 1, replaced});
            const bool is_swap = i > 1 && j > 1 && lower(a[i - 1]) == lower(b[j - 2]) &&
                                 lower(a[i - 2]) == lower(b[j - 1]);
            if (is_swap) least = std::min(least, before[j - 2] + 1);
            row[j] = static_cast<std::uint8_t>(least);
        }
        before = above;
        above = row;
    }
    return above[b.size()];
}

}  // namespace

std::string_view nearest_name(std::string_view name, std::span<const std::string_view> candidates) {
    if (name.empty() || name.size() > kNameMax) return {};
    std::size_t best = (name.size() + 2) / 3 + 1;
    std::string_view nearest;
    for (const std::string_view candidate : candidates) {
        if (candidate.empty() || candidate.size() > kNameMax) continue;
        const std::size_t edits = edits_between(name, candidate);
        if (edits < best) {
            best = edits;
            nearest = candidate;
        }
    }
    return nearest;
}

std::string did_you_mean(std::string_view name, std::span<const std::string_view> candidates) {
    const std::string_view nearest = nearest_name(name, candidates);
    if (nearest.empty()) return {};
    return ": did you mean '" + std::string(nearest) + "'?";
}

}  // namespace sequitur
