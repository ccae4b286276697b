// Settings from files and the command line into a Configuration, checked as rules are.
#pragma once

#include "core/result.h"
#include "daemon/config/configuration.h"
#include "dsl/diagnostic.h"

#include <string>
#include <vector>

namespace sequitur {

// Where a Configuration comes from.
struct ConfigurationSource {
    std::string file;                    // empty: none, all settings have their defaults
    std::vector<std::string> overrides;  // "dotted.name=value" of the command line; they come last
    std::string falco_file;              // Falco's configuration, to be translated; empty: none
};

// `given`, or, when that is empty, the system's file if there is one; "" for none.
std::string chosen_configuration(const std::string& given);

// Every setting at its default.
Configuration default_configuration();

// Reads `source.file`, then the files that its `config_files` names, then the overrides. A later
// file overrides single values and adds to lists; an override replaces a list. Every fault (an
// unknown key, a value of the wrong shape, an output without what its type needs) goes to
// `diagnostics` at its line and column. kIo: a file could not be read; kBadInput: there were
// faults.
Result<Configuration> read_configuration(const ConfigurationSource& source,
                                         dsl::Diagnostics& diagnostics);

// The same, with the faults printed on stderr.
Result<Configuration> read_configuration(const ConfigurationSource& source);

}  // namespace sequitur
