// All comparisons of one text with constants: a hash set for equality, everything else at once.
//
// Immutable after build; any thread with its own scratch.
#pragma once

#include "core/affix_table.h"
#include "core/pattern_set.h"
#include "core/result.h"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace sequitur {

// Working memory to match texts; one per thread.
struct TextScratch {
    PatternScratch patterns;
    std::string path;  // a path brought into one form; keeps its memory
};

class TextTable {
public:
    struct Equality {
        std::string text;
        std::uint32_t bit = 0;
    };
    // "The path lies at or under `path`": components compared whole, empty ones dropped.
    struct PathPrefix {
        std::string path;  // without globs
        std::uint32_t bit = 0;
    };
    struct Tests {
        std::vector<Equality> equalities;
        std::vector<PathPrefix> path_prefixes;
        std::vector<Pattern> patterns;
    };

    TextTable() = default;
    // kBadInput: a pattern can't be compiled; see PatternSet::compile.
    static Result<TextTable> build(Tests tests);

    // The cell of `text` by equality alone: 0 when it equals no constant. Texts of one cell are
    // equal to the same constants; they differ in the patterns.
    std::uint32_t cell_of(std::string_view text) const;
    std::uint32_t cell_count() const { return static_cast<std::uint32_t>(texts_.size()) + 1; }
    void match_cell(std::uint32_t cell, std::span<std::uint64_t> bits) const;

    bool has_patterns() const;
    // Sets the bits of all patterns and path prefixes of `text`.
    void match_patterns(std::string_view text, TextScratch& scratch,
                        std::span<std::uint64_t> bits) const;

    const PatternSet& patterns() const { return patterns_; }
    std::size_t bytes() const;

private:
    void add_equalities(std::vector<Equality> equalities);

    std::vector<std::string> texts_;     // cell i + 1
    std::vector<std::uint32_t> starts_;  // by text, into bits_
    std::vector<std::uint32_t> bits_;
    std::vector<std::uint32_t> buckets_;  // open addressing; cells, 0 free
    std::vector<std::uint8_t> tags_;      // by bucket: eight bits of the hash
    std::vector<bool> lengths_;           // which lengths occur at all
    PatternSet patterns_;
    AffixTable prefixes_{AffixTable::End::kStart};
    AffixTable suffixes_{AffixTable::End::kEnd};
    AffixTable paths_{AffixTable::End::kStart};
};

}  // namespace sequitur
