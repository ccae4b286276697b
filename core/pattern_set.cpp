#include "core/pattern_set.h"

#include <hs.h>

#include <algorithm>
#include <cstdlib>
#include <new>
#include <utility>
#include <vector>

// Hyperscan reports, for one text, every pattern that matches. All our kinds become expressions of
// one multi-pattern database in block mode: bytes of a literal are written as \xHH, so that none
// of them means anything, and borders as \A and \z.
//
// Refinements:
//  - An expression may be too much for Hyperscan only in company (its automata have size limits).
//    When a compilation fails without naming a culprit, the set is halved until each part
//    compiles; a match then scans the text once per part.
//  - A regular expression is first looked at alone, without our brackets, so that "a)(b" is an
//    error and does not become a valid whole.
//  - A set of up to kPlainMax prefixes and suffixes alone is compared without Hyperscan, whose
//  fixed
//    cost per scan is larger; already a single `contains` is faster with it (DEAD_ENDS.md). Very
//    long literals, which it refuses, are always compared plainly.
namespace sequitur {
namespace {

constexpr unsigned kCommonFlags = HS_FLAG_SINGLEMATCH | HS_FLAG_ALLOWEMPTY;
constexpr std::size_t kPlainMax = 8;
constexpr std::size_t kLiteralMax = 1000;  // bytes; Hyperscan takes expressions of 16,000

struct DatabaseDeleter {
    void operator()(hs_database_t* database) const { hs_free_database(database); }
};
using Database = std::unique_ptr<hs_database_t, DatabaseDeleter>;

struct ScratchDeleter {
    void operator()(hs_scratch_t* scratch) const { hs_free_scratch(scratch); }
};

// What is handed to Hyperscan for one pattern.
struct Expression {
    std::string text;
    unsigned flags = 0;
    unsigned bit = 0;
    const Pattern* pattern = nullptr;
};

std::string escaped(std::string_view literal) {
    constexpr std::string_view kHex = "0123456789abcdef";
    std::string out;
    out.reserve(literal.size() * 4);
    for (const char c : literal) {
        const auto byte = static_cast<unsigned char>(c);
        out += "\\x";
        out += kHex[byte >> 4];
        out += kHex[byte & 15];
    }
    return out;
}

// A pattern in words that fit into an error message.
std::string quoted(std::string_view pattern) {
    constexpr std::size_t kShown = 200;
    std::string out = "\"";
    out += pattern.substr(0, kShown);
    out += pattern.size() > kShown ? "...\"" : "\"";
    return out;
}

struct CompileErrorDeleter {
    void operator()(hs_compile_error_t* error) const { hs_free_compile_error(error); }
};
using CompileError = std::unique_ptr<hs_compile_error_t, CompileErrorDeleter>;

tl::unexpected<Error> refuse(const Pattern& pattern, const hs_compile_error_t* error) {
    return fail(Error::Code::kBadInput,
                "pattern " + quoted(pattern.text) + " can't be compiled: " +
                    (error && error->message ? error->message : "out of memory"));
}

Result<Expression> expression_of(const Pattern& pattern) {
    Expression out{.text = {},
                   .flags = kCommonFlags | (pattern.ignore_case ? HS_FLAG_CASELESS : 0U),
                   .bit = pattern.bit,
                   .pattern = &pattern};
    switch (pattern.kind) {
        case Pattern::Kind::kContains: out.text = escaped(pattern.text); return out;
        case Pattern::Kind::kPrefix: out.text = "\\A" + escaped(pattern.text); return out;
        case Pattern::Kind::kSuffix: out.text = escaped(pattern.text) + "\\z"; return out;
        case Pattern::Kind::kExact: out.text = "\\A" + escaped(pattern.text) + "\\z"; return out;
        case Pattern::Kind::kRegex: break;
    }
    out.flags |= HS_FLAG_MULTILINE;
    if (pattern.text.find('\0') != std::string::npos) {
        return fail(Error::Code::kBadInput,
                    "pattern " + quoted(pattern.text) + " has a NUL in it; write it as \\x00");
    }
    hs_expr_info_t* info = nullptr;
    hs_compile_error_t* error = nullptr;
    const hs_error_t status = hs_expression_info(
        pattern.text.c_str(), out.flags & ~unsigned{HS_FLAG_SINGLEMATCH}, &info, &error);
    const CompileError owned(error);
    std::free(info);  // NOLINT(cppcoreguidelines-no-malloc): Hyperscan's allocator is malloc
    if (status != HS_SUCCESS) return refuse(pattern, error);
    out.text = "\\A(?:" + pattern.text + ")\\z";
    return out;
}

Result<Database> compile_one_database(std::span<const Expression> expressions, bool& too_large) {
    std::vector<const char*> texts;
    std::vector<unsigned> flags;
    std::vector<unsigned> ids;
    for (const Expression& expression : expressions) {
        texts.push_back(expression.text.c_str());
        flags.push_back(expression.flags);
        ids.push_back(expression.bit);
    }
    hs_database_t* database = nullptr;
    hs_compile_error_t* error = nullptr;
    const hs_error_t status = hs_compile_multi(texts.data(), flags.data(), ids.data(),
                                               static_cast<unsigned>(texts.size()), HS_MODE_BLOCK,
                                               nullptr, &database, &error);
    const CompileError owned(error);
    if (status == HS_SUCCESS) return Database(database);
    const bool is_named = error && error->expression >= 0 &&
                          static_cast<std::size_t>(error->expression) < expressions.size();
    too_large = !is_named && expressions.size() > 1;
    const std::size_t culprit = is_named ? static_cast<std::size_t>(error->expression) : 0;
    return refuse(*expressions[culprit].pattern, error);
}

int set_bit(unsigned bit, unsigned long long, unsigned long long, unsigned, void* context) {
    static_cast<std::uint64_t*>(context)[bit / 64] |= std::uint64_t{1} << (bit % 64);
    return 0;
}

char folded(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; }

bool contains_plainly(std::string_view text, const Pattern& pattern) {
    if (!pattern.ignore_case) return text.find(pattern.text) != std::string_view::npos;
    const auto is_same = [](char a, char b) { return folded(a) == folded(b); };
    return pattern.text.empty() || std::search(text.begin(), text.end(), pattern.text.begin(),
                                               pattern.text.end(), is_same) != text.end();
}

bool equals_plainly(std::string_view text, const Pattern& pattern) {
    if (!pattern.ignore_case) return text == pattern.text;
    return std::ranges::equal(text, pattern.text, {}, folded, folded);
}

bool matches_plainly(const Pattern& pattern, std::string_view text) {
    const std::size_t size = pattern.text.size();
    switch (pattern.kind) {
        case Pattern::Kind::kContains: return contains_plainly(text, pattern);
        case Pattern::Kind::kPrefix: return equals_plainly(text.substr(0, size), pattern);
        case Pattern::Kind::kSuffix:
            return text.size() >= size && equals_plainly(text.substr(text.size() - size), pattern);
        case Pattern::Kind::kExact: return equals_plainly(text, pattern);
        case Pattern::Kind::kRegex: break;
    }
    return false;
}

// Whether Hyperscan is to see `pattern` in a set of `count`.
bool is_compiled(const Pattern& pattern, bool is_small_set) {
    if (pattern.kind == Pattern::Kind::kRegex) return true;
    // An empty expression would be reported at every offset, an overlong one is refused.
    const bool is_fit = !pattern.text.empty() && pattern.text.size() <= kLiteralMax;
    const bool is_affix = pattern.kind != Pattern::Kind::kContains;
    return is_fit && !(is_small_set && is_affix && !pattern.ignore_case);
}

}  // namespace

struct PatternSet::Impl {
    std::vector<Pattern> plain;
    std::vector<Database> databases;

    Result<void> add(std::span<const Expression> expressions);
};

// Halves what is too large. The depth of the recursion is the logarithm of the set's size.
Result<void> PatternSet::Impl::add(std::span<const Expression> expressions) {
    if (expressions.empty()) return {};
    bool too_large = false;
    Result<Database> database = compile_one_database(expressions, too_large);
    if (database) {
        databases.push_back(std::move(*database));
        return {};
    }
    if (!too_large) return tl::unexpected(std::move(database.error()));
    const std::size_t half = expressions.size() / 2;
    Result<void> first = add(expressions.first(half));
    return first ? add(expressions.subspan(half)) : first;
}

PatternSet::PatternSet() : impl_(std::make_unique<Impl>()) {}
PatternSet::~PatternSet() = default;
PatternSet::PatternSet(PatternSet&&) noexcept = default;
PatternSet& PatternSet::operator=(PatternSet&&) noexcept = default;

Result<PatternSet> PatternSet::compile(std::span<const Pattern> patterns) {
    PatternSet set;
    // Plain ones are compared apart only where that spares the scan altogether.
    const bool is_small_set =
        patterns.size() <= kPlainMax && std::ranges::none_of(patterns, [](const Pattern& pattern) {
            return is_compiled(pattern, true);
        });
    std::vector<Expression> expressions;
    for (const Pattern& pattern : patterns) {
        if (!is_compiled(pattern, is_small_set)) {
            set.impl_->plain.push_back(pattern);
            continue;
        }
        Result<Expression> expression = expression_of(pattern);
        if (!expression) return tl::unexpected(std::move(expression.error()));
        expressions.push_back(std::move(*expression));
    }
    if (Result<void> added = set.impl_->add(expressions); !added) {
        return tl::unexpected(std::move(added.error()));
    }
    return set;
}

struct PatternScratch::Impl {
    std::unique_ptr<hs_scratch_t, ScratchDeleter> scratch;
};

PatternScratch::PatternScratch() : impl_(std::make_unique<Impl>()) {}
PatternScratch::~PatternScratch() = default;
PatternScratch::PatternScratch(PatternScratch&&) noexcept = default;
PatternScratch& PatternScratch::operator=(PatternScratch&&) noexcept = default;

void PatternScratch::fit(const PatternSet& set) {
    for (const Database& database : set.impl_->databases) {
        hs_scratch_t* scratch = impl_->scratch.release();
        // Fails only when memory does, as every allocation of ours would.
        if (hs_alloc_scratch(database.get(), &scratch) != HS_SUCCESS) throw std::bad_alloc();
        impl_->scratch.reset(scratch);
    }
}

std::size_t PatternScratch::bytes() const {
    std::size_t bytes = 0;
    if (impl_->scratch) hs_scratch_size(impl_->scratch.get(), &bytes);
    return bytes;
}

void PatternSet::match(std::string_view text, PatternScratch& scratch,
                       std::span<std::uint64_t> row) const {
    for (const Pattern& pattern : impl_->plain) {
        if (matches_plainly(pattern, text)) set_bit(pattern.bit, 0, 0, 0, row.data());
    }
    const char* const data = text.empty() ? "" : text.data();  // Hyperscan refuses a null pointer
    for (const Database& database : impl_->databases) {
        hs_scan(database.get(), data, static_cast<unsigned>(text.size()), 0,
                scratch.impl_->scratch.get(), set_bit, row.data());
    }
}

bool PatternSet::empty() const { return impl_->plain.empty() && impl_->databases.empty(); }

std::size_t PatternSet::bytes() const {
    std::size_t total = 0;
    for (const Database& database : impl_->databases) {
        std::size_t bytes = 0;
        hs_database_size(database.get(), &bytes);
        total += bytes;
    }
    return total;
}

}  // namespace sequitur
