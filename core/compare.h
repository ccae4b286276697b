// What the operators of the language mean for values: the one place that says so.
//
// evaluate() (core/condition.h) is made of these; the batched engine must agree with them.
#pragma once

#include "core/condition.h"
#include "core/value.h"

#include <span>
#include <string_view>

namespace sequitur {

// Numbers of whatever kind by their value, text and bytes byte by byte, an address or net with a
// net: lies in it. Text and a number are equal when the text is that number. Anything else, and
// missing values: not equal.
bool are_equal(const Value& left, const Value& right);

// `left op right` for single values; false where the operator does not apply to them or one is
// missing. != is true for all else that is not equal. Texts have the order of the numbers that they
// are, and no other.
// Precondition: neither is a list.
bool compare(const Value& left, Operator op, const Value& right);

// The same for several right sides: `in`, `intersects` and `pmatch` want any of them, the others as
// many as the quantifier says; without one there has to be exactly one.
bool compare(const Value& left, Operator op, Quantifier quantifier, std::span<const Value> right);

// Whether `path` is one of the paths that start with `prefix`, component by component; a component
// of the prefix may be a glob. Empty components do not count.
bool path_matches(std::string_view path, std::string_view prefix);

// Whether the whole of `text` matches the regular expression. One that does not compile matches
// nothing. Keeps the last few hundred expressions compiled, for each thread.
bool regex_matches(std::string_view pattern, std::string_view text);

}  // namespace sequitur
