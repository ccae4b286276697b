#include "core/near_name.h"

#include <algorithm>
#include <array>

namespace sequitur {

namespace {

constexpr std::size_t kNameBytesMax = 128;  // Longer ones are no slips of a name.

// Letter case aside, and with '-' and ' ' for '_'.
char folded(char c) {
    if (c >= 'A' && c <= 'Z') return static_cast<char>(c - 'A' + 'a');
    return c == '-' || c == ' ' ? '_' : c;
}

// Optimal string alignment, three rows of its table at a time. `fold` is applied to both.
template <typename Fold>
std::size_t distance(std::string_view a, std::string_view b, std::size_t limit, Fold fold) {
    const std::size_t difference = a.size() > b.size() ? a.size() - b.size() : b.size() - a.size();
    if (difference >= limit) return limit;
    if (a.size() > kNameBytesMax || b.size() > kNameBytesMax) return limit;
    using Row = std::array<std::size_t, kNameBytesMax + 1>;
    std::array<Row, 3> rows;
    Row *before = &rows[0], *row = &rows[1], *next = &rows[2];
    for (std::size_t j = 0; j <= b.size(); ++j) (*row)[j] = j;
    for (std::size_t i = 1; i <= a.size(); ++i) {
        (*next)[0] = i;
        std::size_t best = i;
        const char here = fold(a[i - 1]);
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const char there = fold(b[j - 1]);
            const std::size_t replace = (*row)[j - 1] + (here == there ? 0 : 1);
            std::size_t least = std::min({replace, (*row)[j] + 1, (*next)[j - 1] + 1});
            if (i > 1 && j > 1 && here == fold(b[j - 2]) && fold(a[i - 2]) == there) {
                least = std::min(least, (*before)[j - 2] + 1);
            }
            (*next)[j] = least;
            best = std::min(best, least);
        }
        if (best >= limit) return limit;
        Row* const free = before;
        before = row;
        row = next;
        next = free;
    }
    return std::min((*row)[b.size()], limit);
}

}  // namespace

std::size_t edit_distance(std::string_view a, std::string_view b, std::size_t limit) {
    return distance(a, b, limit, [](char c) { return c; });
}

std::string_view nearest_name(std::string_view name, std::span<const std::string_view> candidates) {
    if (name.empty() || name.size() > kNameBytesMax) return {};
    std::string_view best;
    std::size_t best_distance = std::max<std::size_t>(1, name.size() / 3) + 1;
    for (const std::string_view candidate : candidates) {
        if (candidate == name) continue;
        const std::size_t edits = distance(name, candidate, best_distance, folded);
        if (edits < best_distance) {
            best = candidate;
            best_distance = edits;
        }
    }
    return best;
}

std::string did_you_mean(std::string_view name, std::span<const std::string_view> candidates) {
    const std::string_view found = nearest_name(name, candidates);
    return found.empty() ? std::string() : "did you mean '" + std::string(found) + "'?";
}

std::string or_did_you_mean(std::string_view name, std::span<const std::string_view> candidates) {
    const std::string hint = did_you_mean(name, candidates);
    return hint.empty() ? hint : ": " + hint;
}

}  // namespace sequitur
