// The settings as text: the shipped file, the tables of docs/operations.md, what is in force.
#pragma once

#include "daemon/config/configuration.h"

#include <string>

namespace sequitur {

// A settings file that says what every setting means and has by default, all commented out.
std::string commented_configuration();

// The tables of docs/operations.md.
std::string settings_markdown();

// Every setting with its value and, where it is not the default, where it was given.
std::string effective_configuration(const Configuration& configuration);

}  // namespace sequitur
