#include "core/text_table.h"

#include <algorithm>
#include <cstring>
#include <utility>

// Equality: constants in an open-addressing table of at most half load. Most texts equal none, and
// most of those are told apart by their length alone; the rest by eight bits of the hash.
//
// Prefixes and suffixes go with the other patterns, where a Hyperscan scan that is needed anyway
// finds them for nothing; but in large numbers its compilation takes seconds, so from kAffixesMax
// on they have tables of their own (figures in benchmarks/RESULTS.md).
namespace sequitur {
namespace {

constexpr std::size_t kAffixesMax = 128;

std::uint64_t load(const char* data, std::size_t size) {
    std::uint64_t word = 0;
    if (size > 0) std::memcpy(&word, data, size);  // An empty text may have no address.
    return word;
}

// Short texts in a few instructions. Not for tables that strangers could fill: ours hold the
// constants of rules.
std::uint64_t hash_of(std::string_view text) {
    constexpr std::uint64_t kFirst = 0x9e3779b97f4a7c15ULL, kSecond = 0xff51afd7ed558ccdULL;
    std::uint64_t hash = text.size() * kFirst;
    const char* data = text.data();
    std::size_t rest = text.size();
    for (; rest > 8; rest -= 8, data += 8) {
        hash = (hash ^ load(data, 8)) * kSecond;
        hash ^= hash >> 31U;
    }
    hash = (hash ^ load(data, rest)) * kFirst;
    hash = (hash ^ hash >> 29U) * kSecond;
    return hash ^ hash >> 32U;
}

std::uint8_t tag_of(std::uint64_t hash) { return static_cast<std::uint8_t>(hash >> 56U); }

// Components in order, each followed by a slash: "a/b/" for "/a//b".
void append_components(std::string_view path, std::string& out) {
    while (!path.empty()) {
        const std::size_t end = std::min(path.find('/'), path.size());
        if (end > 0) {
            out += path.substr(0, end);
            out += '/';
        }
        path.remove_prefix(std::min(end + 1, path.size()));
    }
}

// Takes the prefixes or suffixes out of `patterns` if there are many.
AffixTable take_affixes(std::vector<Pattern>& patterns, Pattern::Kind kind, AffixTable::End end) {
    const auto is_one = [&](const Pattern& pattern) {
        return pattern.kind == kind && !pattern.ignore_case;
    };
    if (static_cast<std::size_t>(std::ranges::count_if(patterns, is_one)) <= kAffixesMax) {
        return AffixTable(end);
    }
    std::vector<AffixTable::Entry> entries;
    for (Pattern& pattern : patterns) {
        if (is_one(pattern)) entries.push_back({std::move(pattern.text), pattern.bit});
    }
    std::erase_if(patterns, is_one);
    return AffixTable(end, std::move(entries));
}

}  // namespace

Result<TextTable> TextTable::build(Tests tests) {
    TextTable table;
    table.add_equalities(std::move(tests.equalities));
    table.prefixes_ = take_affixes(tests.patterns, Pattern::Kind::kPrefix, AffixTable::End::kStart);
    table.suffixes_ = take_affixes(tests.patterns, Pattern::Kind::kSuffix, AffixTable::End::kEnd);

    std::vector<AffixTable::Entry> paths;
    for (const PathPrefix& prefix : tests.path_prefixes) {
        std::string form;
        append_components(prefix.path, form);
        paths.push_back({std::move(form), prefix.bit});
    }
    table.paths_ = AffixTable(AffixTable::End::kStart, std::move(paths));

    Result<PatternSet> patterns = PatternSet::compile(tests.patterns);
    if (!patterns) return tl::unexpected(std::move(patterns.error()));
    table.patterns_ = std::move(*patterns);
    return table;
}

void TextTable::add_equalities(std::vector<Equality> equalities) {
    std::ranges::sort(equalities, [](const Equality& a, const Equality& b) {
        return std::pair(std::string_view(a.text), a.bit) <
               std::pair(std::string_view(b.text), b.bit);
    });
    for (Equality& equality : equalities) {
        if (texts_.empty() || texts_.back() != equality.text) {
            texts_.push_back(std::move(equality.text));
            starts_.push_back(static_cast<std::uint32_t>(bits_.size()));
        }
        bits_.push_back(equality.bit);
    }
    starts_.push_back(static_cast<std::uint32_t>(bits_.size()));

    std::size_t size = 8;
    while (size < 2 * texts_.size()) size *= 2;
    buckets_.resize(size);
    tags_.resize(size);
    for (std::uint32_t i = 0; i < texts_.size(); ++i) {
        const std::uint64_t hash = hash_of(texts_[i]);
        std::size_t bucket = hash & (size - 1);
        while (buckets_[bucket] != 0) bucket = (bucket + 1) & (size - 1);
        buckets_[bucket] = i + 1;
        tags_[bucket] = tag_of(hash);
        if (lengths_.size() <= texts_[i].size()) lengths_.resize(texts_[i].size() + 1);
        lengths_[texts_[i].size()] = true;
    }
}

std::uint32_t TextTable::cell_of(std::string_view text) const {
    if (text.size() >= lengths_.size() || !lengths_[text.size()]) return 0;
    const std::uint64_t hash = hash_of(text);
    const std::size_t mask = buckets_.size() - 1;
    for (std::size_t bucket = hash & mask; buckets_[bucket] != 0; bucket = (bucket + 1) & mask) {
        if (tags_[bucket] == tag_of(hash) && texts_[buckets_[bucket] - 1] == text) {
            return buckets_[bucket];
        }
    }
    return 0;
}

void TextTable::match_cell(std::uint32_t cell, std::span<std::uint64_t> bits) const {
    if (cell == 0) return;
    for (std::uint32_t i = starts_[cell - 1]; i < starts_[cell]; ++i) {
        bits[bits_[i] / 64] |= std::uint64_t{1} << (bits_[i] % 64);
    }
}

bool TextTable::has_patterns() const {
    return !patterns_.empty() || !prefixes_.empty() || !suffixes_.empty() || !paths_.empty();
}

void TextTable::match_patterns(std::string_view text, TextScratch& scratch,
                               std::span<std::uint64_t> bits) const {
    if (!patterns_.empty()) patterns_.match(text, scratch.patterns, bits);
    prefixes_.match(text, bits);
    suffixes_.match(text, bits);
    if (paths_.empty()) return;
    scratch.path.clear();
    append_components(text, scratch.path);
    paths_.match(scratch.path, bits);
}

std::size_t TextTable::bytes() const {
    std::size_t total = patterns_.bytes() + prefixes_.bytes() + suffixes_.bytes() + paths_.bytes() +
                        bits_.size() * 4 + starts_.size() * 4 + buckets_.size() * 5;
    for (const std::string& text : texts_) total += text.size() + sizeof(std::string);
    return total;
}

}  // namespace sequitur
