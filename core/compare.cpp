#include "core/compare.h"

#include "core/glob.h"
#include "core/regex.h"

#include <algorithm>
#include <charconv>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>

namespace sequitur {
namespace {

constexpr std::size_t kRegexesKept = 256;

bool is_textual(const Value& value) {
    return value.type == ValueType::kText || value.type == ValueType::kBytes;
}

bool is_network(const Value& value) {
    return value.type == ValueType::kIp || value.type == ValueType::kNet;
}

template <typename Number>
std::optional<Number> all_of_text(std::string_view text, int base) {
    Number number = 0;
    const char* const end = text.data() + text.size();
    const auto [at, fault] = std::from_chars(text.data(), end, number, base);
    return fault == std::errc() && at == end && !text.empty() ? std::optional(number)
                                                              : std::nullopt;
}

// A number as text; all of it, and nothing else.
std::optional<long double> number_in(std::string_view text) {
    int base = 10;
    if (text.starts_with("0x") || text.starts_with("0X")) {
        base = 16;
        text.remove_prefix(2);
    } else if (text.starts_with('+')) {
        text.remove_prefix(1);
    }
    // Whole numbers as such first: they are exact, and by far the quickest to read.
    if (base == 10) {
        if (const auto number = all_of_text<std::int64_t>(text, base)) return *number;
    }
    if (const auto number = all_of_text<std::uint64_t>(text, base)) return *number;
    if (base != 10) return std::nullopt;
    long double real = 0;
    const char* const end = text.data() + text.size();
    const auto [at, fault] = std::from_chars(text.data(), end, real);
    if (fault != std::errc() || at != end || text.empty()) return std::nullopt;
    return real;
}

// long double has 64 bits for the digits where it matters: every integer is exact.
std::optional<long double> number_of(const Value& value) {
    if (value.type == ValueType::kInt) return value.i;
    if (value.type == ValueType::kUint) return value.u;
    if (value.type == ValueType::kDouble) return value.d;
    return std::nullopt;
}

// Both as numbers; one of them may be text that is a number, not both.
std::optional<std::pair<long double, long double>> numbers_of(const Value& left,
                                                              const Value& right) {
    auto a = number_of(left), b = number_of(right);
    if (!a && b && left.type == ValueType::kText) a = number_in(left.text);
    if (a && !b && right.type == ValueType::kText) b = number_in(right.text);
    if (!a || !b) return std::nullopt;
    return std::pair(*a, *b);
}

std::optional<long double> number_or_text(const Value& value) {
    if (value.type == ValueType::kText) return number_in(value.text);
    return number_of(value);
}

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }

bool contains_folded(std::string_view text, std::string_view part) {
    return std::search(text.begin(), text.end(), part.begin(), part.end(),
                       [](char a, char b) { return lower(a) == lower(b); }) != text.end() ||
           part.empty();
}

bool compare_text(std::string_view left, Operator op, std::string_view right) {
    switch (op) {
        case Operator::kContains:
        case Operator::kBcontains: return left.find(right) != std::string_view::npos;
        case Operator::kIcontains: return contains_folded(left, right);
        case Operator::kStartswith:
        case Operator::kBstartswith: return left.starts_with(right);
        case Operator::kEndswith: return left.ends_with(right);
        case Operator::kGlob: return glob_matches(right, left);
        case Operator::kIglob: return glob_matches(right, left, true);
        case Operator::kRegex: return regex_matches(right, left);
        case Operator::kPmatch: return path_matches(left, right);
        case Operator::kExists:
        case Operator::kEq:
        case Operator::kNe:
        case Operator::kLt:
        case Operator::kLe:
        case Operator::kGt:
        case Operator::kGe:
        case Operator::kIn:
        case Operator::kIntersects: break;  // not about text
    }
    return false;
}

// The next component of a path, which is cut off it; empty at its end.
std::string_view take_component(std::string_view& path) {
    const std::size_t start = std::min(path.find_first_not_of('/'), path.size());
    path.remove_prefix(start);
    const std::string_view component = path.substr(0, path.find('/'));
    path.remove_prefix(component.size());
    return component;
}

bool compare_numbers(long double left, Operator op, long double right) {
    if (op == Operator::kLt) return left < right;
    if (op == Operator::kLe) return left <= right;
    if (op == Operator::kGt) return left > right;
    return op == Operator::kGe && left >= right;
}

}  // namespace

bool are_equal(const Value& left, const Value& right) {
    if (is_textual(left) && is_textual(right)) {
        const bool is_same_symbol = left.symbol != nullptr && left.symbol == right.symbol;
        return is_same_symbol || left.text == right.text;
    }
    if (left.type == ValueType::kBool && right.type == ValueType::kBool) return left.b == right.b;
    if (is_network(left) && is_network(right)) {
        return right.net.prefix_bits <= left.net.prefix_bits &&
               right.net.contains(left.net.address);
    }
    const auto numbers = numbers_of(left, right);
    return numbers && numbers->first == numbers->second;
}

bool compare(const Value& left, Operator op, const Value& right) {
    if (!left || !right) return false;
    switch (op) {
        case Operator::kExists: return true;
        case Operator::kEq:
        case Operator::kIn:
        case Operator::kIntersects: return are_equal(left, right);
        case Operator::kNe: return !are_equal(left, right);
        case Operator::kLt:
        case Operator::kLe:
        case Operator::kGt:
        case Operator::kGe: {
            const auto a = number_or_text(left), b = number_or_text(right);
            return a && b && compare_numbers(*a, op, *b);
        }
        case Operator::kContains:
        case Operator::kIcontains:
        case Operator::kBcontains:
        case Operator::kStartswith:
        case Operator::kBstartswith:
        case Operator::kEndswith:
        case Operator::kGlob:
        case Operator::kIglob:
        case Operator::kRegex:
        case Operator::kPmatch:
            return is_textual(left) && is_textual(right) && compare_text(left.text, op, right.text);
    }
    return false;
}

bool compare(const Value& left, Operator op, Quantifier quantifier, std::span<const Value> right) {
    const auto holding =
        std::ranges::count_if(right, [&](const Value& value) { return compare(left, op, value); });
    const auto holds = static_cast<std::size_t>(holding);
    switch (quantifier) {
        case Quantifier::kOneof: return holds == 1;
        case Quantifier::kAnyof: return holds >= 1;
        case Quantifier::kAllof: return holds >= 1 && holds == right.size();
        case Quantifier::kNone: break;
    }
    const bool is_set =
        op == Operator::kIn || op == Operator::kIntersects || op == Operator::kPmatch;
    return holds >= 1 && (is_set || right.size() == 1);
}

bool path_matches(std::string_view path, std::string_view prefix) {
    for (;;) {
        const std::string_view wanted = take_component(prefix);
        if (wanted.empty()) return true;
        const std::string_view component = take_component(path);
        if (component.empty() || !glob_matches(wanted, component)) return false;
    }
}

bool regex_matches(std::string_view pattern, std::string_view text) {
    thread_local std::unordered_map<std::string, std::optional<Regex>> compiled;
    if (compiled.size() >= kRegexesKept) compiled.clear();
    auto [found, is_new] = compiled.try_emplace(std::string(pattern));
    if (is_new) {
        if (auto regex = Regex::compile(pattern)) found->second.emplace(std::move(*regex));
    }
    return found->second && found->second->matches(text);
}

}  // namespace sequitur
