// Path text: joined and normalised by its letters alone, as Falco does it.
//
// Knows nothing of the file system: `..` after a symbolic link is resolved textually. Where the
// kernel told the real path, the state stage takes that instead.
#pragma once

#include <string>
#include <string_view>

namespace sequitur {

// Puts into `out` (cleared first) `path` as seen from `base`: an absolute `path` ignores the base;
// then `//` and `/./` collapse, `..` drops the name before it (never above the root), and a final
// `/` goes unless it is the root. An empty `path` gives the base. The result is absolute
// exactly if `path` or `base` is. `base` may end in `/` or not.
// Limits: none of its own; Falco turns what is longer than 1024 bytes into a fixed text, we keep
// it.
void join_path(std::string_view base, std::string_view path, std::string& out);

// Whether join_path(anything, path) is `path` itself: absolute and normal already.
bool is_normal_path(std::string_view path);

// "/a/b" to "/a"; "/a" and "/" to "/"; without any `/`: "".
std::string_view directory_of(std::string_view path);

// "/a/b" to "b"; without any `/` the whole.
std::string_view filename_of(std::string_view path);

}  // namespace sequitur
