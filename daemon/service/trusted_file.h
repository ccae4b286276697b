// Whether a file is the operator's alone: what others can write, they could make the daemon obey.
#pragma once

#include "core/result.h"

#include <string>
#include <vector>

namespace sequitur {

// Looks at each of `paths` (files, folders and the files directly in them), and at the folder that
// each stands in. kRefused names the first that others can write: by its mode, or because it
// belongs to another user than root and the daemon's. A folder with the sticky bit may be anyone's.
// `is_strict` false: only what everybody can write is refused; the rest is logged.
Result<void> check_trust(const std::vector<std::string>& paths, bool is_strict);

}  // namespace sequitur
