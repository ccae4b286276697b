// Globs as patterns that can be matched in company: as glob_matches() (core/glob.h) has them.
#pragma once

#include "core/pattern_set.h"

#include <optional>
#include <string>
#include <string_view>

namespace sequitur {

// The pattern that matches what `glob` does; bit 0. Nullopt for the few globs whose meaning is not
// plain (a bracket that does not close, classes, odd ranges, a backslash at the end): those are
// left to the slow way.
std::optional<Pattern> pattern_of_glob(std::string_view glob, bool ignore_case);

// A regular expression for paths at or under `path`, a glob allowed in each component, which
// matches no slash there. Nullopt as above.
std::optional<Pattern> pattern_of_path_glob(std::string_view path);

// Whether `path` has a character that means something in a glob.
bool has_glob(std::string_view path);

}  // namespace sequitur
