// SIGINT and SIGTERM as a flag that loops look at.
#pragma once

#include <atomic>

namespace sequitur {

// Becomes true when one of the two came. The first call installs the handlers; a second signal of
// the same kind then ends the program at once, so that it can always be stopped.
const std::atomic<bool>& stop_requested();

}  // namespace sequitur
