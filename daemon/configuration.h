// The configuration file of `run`: YAML, checked as rules are.
#pragma once

#include "core/result.h"

#include <cstddef>
#include <string>
#include <vector>

namespace sequitur {

struct Configuration {
    std::vector<std::string> rules_files;  // files and folders; empty: the shipped rules
    bool json_output = false;
    std::size_t shards = 1;  // 1 to 64
};

// Reads and checks `path`. Every fault (a key that is not there, a value of the wrong shape) goes
// to stderr at its line and column; the Error sums up.
Result<Configuration> read_configuration(const std::string& path);

}  // namespace sequitur
