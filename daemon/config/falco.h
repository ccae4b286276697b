// Falco's configuration file in this program's terms, for `run --falco-config`.
#pragma once

#include "dsl/diagnostic.h"
#include "dsl/yaml_reader.h"

#include <string>
#include <vector>

namespace sequitur {

struct FalcoTranslation {
    std::string settings;              // YAML, to be read as a settings file
    std::vector<std::string> ignored;  // dotted names of what has no counterpart here
};

// `document`: falco.yaml. Rule files that do not exist are left out, as Falco does with its own
// local ones. What is mapped: docs/operations.md.
FalcoTranslation translate_falco(const dsl::YamlNode& document, const std::string& folder);

}  // namespace sequitur
