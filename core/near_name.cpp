#include "core/near_name.h"

#include <algorithm>
#include <vector>

namespace sequitur {

namespace {

constexpr std::size_t kNameBytesMax = 128;  // Longer ones are no slips of a name.

std::string folded(std::string_view name) {
    std::string result(name);
    for (char& c : result) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
        if (c == '-' || c == ' ') c = '_';
    }
    return result;
}

}  // namespace

std::size_t edit_distance(std::string_view a, std::string_view b, std::size_t limit) {
    const std::size_t difference = a.size() > b.size() ? a.size() - b.size() : b.size() - a.size();
    if (difference >= limit) return limit;
    std::vector<std::size_t> before(b.size() + 1), row(b.size() + 1), next(b.size() + 1);
    for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
    for (std::size_t i = 1; i <= a.size(); ++i) {
        next[0] = i;
        std::size_t best = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const std::size_t replace = row[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
            next[j] = std::min({replace, row[j] + 1, next[j - 1] + 1});
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
                next[j] = std::min(next[j], before[j - 2] + 1);
            }
            best = std::min(best, next[j]);
        }
        if (best >= limit) return limit;
        std::swap(before, row);
        std::swap(row, next);
    }
    return std::min(row[b.size()], limit);
}

std::string_view nearest_name(std::string_view name, std::span<const std::string_view> candidates) {
    if (name.empty() || name.size() > kNameBytesMax) return {};
    const std::string wanted = folded(name);
    std::string_view best;
    std::size_t best_distance = std::max<std::size_t>(1, name.size() / 3) + 1;
    for (const std::string_view candidate : candidates) {
        if (candidate == name) continue;
        const std::size_t distance = edit_distance(wanted, folded(candidate), best_distance);
        if (distance < best_distance) {
            best = candidate;
            best_distance = distance;
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
