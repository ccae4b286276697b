// The rules that watch the daemon itself, as a rule file.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace sequitur {

// Signals to `pid`, tracing it, changes of files below `folders`, and other programs that reach
// for kernel programs and maps by their ids or detach them. Configuration management will set some
// of them off: each has the tag `sequitur`, by which `rules` can switch it off.
std::string self_rules(std::int64_t pid, const std::vector<std::string>& folders);

}  // namespace sequitur
