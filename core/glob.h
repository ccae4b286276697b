// Globs, matched one at a time: what fnmatch(3) does without flags in the C locale. '*' and '?'
// match any byte, '/' and a leading '.' included; "[a-z]", "[!a]", "[[:alpha:]]" one of a set; a
// backslash takes the next byte as it is. Bytes, not characters. core/glob_pattern.h turns globs
// into patterns that are matched in company.
#pragma once

#include <string_view>

namespace sequitur {

// Whether the whole of `text` matches. `ignore_case`: A-Z are a-z.
// Cost: at most the product of the lengths; no recursion.
bool glob_matches(std::string_view glob, std::string_view text, bool ignore_case = false);

}  // namespace sequitur
