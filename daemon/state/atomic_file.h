// Files that are replaced whole: a kill at any moment leaves the old one or the new one.
#pragma once

#include "core/result.h"

#include <string>
#include <string_view>

namespace sequitur {

// `path` has `bytes` afterwards, with mode 0600. `is_durable`: on the disk, too. kIo: the old file
// is as it was.
Result<void> replace_file(const std::string& path, std::string_view bytes, bool is_durable);

}  // namespace sequitur
