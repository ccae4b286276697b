// Path prefixes as the programs in the kernel compare them: name by name. Pure.
#pragma once

#include "probe/bpf/protocol.h"

#include <string_view>

namespace sequitur::probe {

// The first names of `path`, an absolute path or how one begins. A name that `path` ends in the
// middle of, or may, is compared as far as it goes: "/tmp/a" takes /tmp/a, /tmp/ab and /tmp/a/b.
// What fits the prefix fits the result, not the other way round.
sequitur_prefix prefix_of(std::string_view path);

}  // namespace sequitur::probe
