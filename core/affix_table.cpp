#include "core/affix_table.h"

#include <algorithm>
#include <utility>

// Prefixes, sorted. Let L be the longest entry that is a prefix of the text. Every string between L
// and the text, in order, starts with L. So the last entry not after the text, C, starts with L;
// and since entries know the longest other entry that they start with, walking from C along these
// links comes to L, the first on the way that is a prefix of the text; all behind it are, too.
//
// Suffixes are prefixes of reversed texts. Nothing is reversed to match: only the comparison runs
// from the other end.
namespace sequitur {
namespace {

// Byte `i` of `text`, counted from the end at which we look.
unsigned char byte_at(std::string_view text, std::size_t i, AffixTable::End end) {
    return static_cast<unsigned char>(end == AffixTable::End::kStart ? text[i]
                                                                     : text[text.size() - 1 - i]);
}

// Whether `entry` (already turned) stands before or at `text` in order.
bool is_at_most(std::string_view entry, std::string_view text, AffixTable::End end) {
    const std::size_t common = std::min(entry.size(), text.size());
    for (std::size_t i = 0; i < common; ++i) {
        const auto left = static_cast<unsigned char>(entry[i]);
        const unsigned char right = byte_at(text, i, end);
        if (left != right) return left < right;
    }
    return entry.size() <= text.size();
}

bool is_affix(std::string_view entry, std::string_view text, AffixTable::End end) {
    if (end == AffixTable::End::kStart) return text.starts_with(entry);
    if (entry.size() > text.size()) return false;
    for (std::size_t i = 0; i < entry.size(); ++i) {
        if (static_cast<unsigned char>(entry[i]) != byte_at(text, i, end)) return false;
    }
    return true;
}

}  // namespace

AffixTable::AffixTable(End end, std::vector<Entry> entries)
    : end_(end), entries_(std::move(entries)) {
    if (end_ == End::kEnd) {
        for (Entry& entry : entries_) std::ranges::reverse(entry.text);
    }
    std::ranges::sort(entries_, [](const Entry& a, const Entry& b) {
        return std::pair(std::string_view(a.text), a.bit) <
               std::pair(std::string_view(b.text), b.bit);
    });
    shorter_.resize(entries_.size());
    for (std::uint32_t i = 0; i < entries_.size(); ++i) {
        shorter_[i] = i;
        if (i == 0) continue;
        // The same argument as above: the answer is on the way from the entry before.
        std::uint32_t at = i - 1;
        while (!entries_[i].text.starts_with(entries_[at].text) && shorter_[at] != at) {
            at = shorter_[at];
        }
        if (entries_[i].text.starts_with(entries_[at].text)) shorter_[i] = at;
    }
}

void AffixTable::match(std::string_view text, std::span<std::uint64_t> row) const {
    const auto after = std::ranges::partition_point(
        entries_, [&](const Entry& entry) { return is_at_most(entry.text, text, end_); });
    if (after == entries_.begin()) return;
    auto at = static_cast<std::uint32_t>(after - entries_.begin() - 1);
    bool is_found = false;
    while (true) {
        is_found = is_found || is_affix(entries_[at].text, text, end_);
        if (is_found) row[entries_[at].bit / 64] |= std::uint64_t{1} << (entries_[at].bit % 64);
        if (shorter_[at] == at) return;
        at = shorter_[at];
    }
}

std::size_t AffixTable::bytes() const {
    std::size_t total = shorter_.size() * sizeof(std::uint32_t) + entries_.size() * sizeof(Entry);
    for (const Entry& entry : entries_) total += entry.text.size();
    return total;
}

}  // namespace sequitur
