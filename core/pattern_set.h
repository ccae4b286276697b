// Many text patterns, matched at once: literals, prefixes, suffixes and regular expressions over
// one text give one row of bits. The only door to Hyperscan.
//
// A text is any bytes, NUL and invalid UTF-8 included; patterns see bytes. A PatternSet is
// immutable; what a match needs to write is in a PatternScratch, one per thread.
#pragma once

#include "core/result.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace sequitur {

struct Pattern {
    enum class Kind : std::uint8_t {
        kContains,  // the text has `text` somewhere; every text has the empty one
        kPrefix,    // the text starts with `text`
        kSuffix,    // the text ends with `text`
        kExact,     // the text is `text`
        kRegex,     // the whole text matches `text`
    };
    Kind kind = Kind::kContains;
    bool ignore_case = false;  // A-Z and a-z are alike; other bytes are themselves
    std::string text;
    std::uint32_t bit = 0;  // set in the row when the pattern matches; several may share one
};

class PatternScratch;

class PatternSet {
public:
    PatternSet();
    ~PatternSet();
    PatternSet(PatternSet&&) noexcept;
    PatternSet& operator=(PatternSet&&) noexcept;

    // kBadInput names the pattern that is not a regular expression, or that Hyperscan can't do
    // (back-references, look-around). In a regular expression `.` is any byte but a line feed,
    // and ^ and $ stand at line borders too.
    // Cost: milliseconds for hundreds of patterns, about a second for 10,000.
    static Result<PatternSet> compile(std::span<const Pattern> patterns);

    // Sets in `row` the bit of every pattern that matches; clears none.
    // Precondition: `row` holds the highest bit; `scratch` was fitted to this set; `text` is
    // shorter than 4 GiB. Any number of threads, each with its own scratch. Does not allocate.
    void match(std::string_view text, PatternScratch& scratch, std::span<std::uint64_t> row) const;

    bool empty() const;
    std::size_t bytes() const;  // of the compiled patterns

private:
    friend class PatternScratch;
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

// Working memory for matching; one per thread, for any number of sets.
class PatternScratch {
public:
    PatternScratch();
    ~PatternScratch();
    PatternScratch(PatternScratch&&) noexcept;
    PatternScratch& operator=(PatternScratch&&) noexcept;

    // Makes this large enough for `set` too. Once per set, not per match.
    void fit(const PatternSet& set);
    std::size_t bytes() const;

private:
    friend class PatternSet;
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace sequitur
