// Shell completion, written from the program's own description of its command line.
#pragma once

#include <string>
#include <string_view>

namespace CLI {
class App;
}

namespace sequitur {

// The script that teaches `shell` (bash, zsh or fish) the verbs of `app`, their options and the
// values that an option is limited to; empty for any other shell. Arguments complete as files.
std::string completion_script(const CLI::App& app, std::string_view shell);

}  // namespace sequitur
