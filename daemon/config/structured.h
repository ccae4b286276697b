// The settings that are no single values: outputs, rules, append_output.
#pragma once

#include "daemon/config/configuration.h"
#include "dsl/diagnostic.h"
#include "dsl/yaml_reader.h"

#include <string>
#include <string_view>

namespace sequitur {

struct StructuredContext {
    std::string folder;        // that relative paths start at
    bool is_override = false;  // from the command line: lists are replaced
    dsl::Diagnostics& faults;
};

// False when `name` is none of them. Faults are reported at their places.
bool read_structured(std::string_view name, const dsl::YamlNode& value,
                     const StructuredContext& context, Configuration& configuration);

// An output with all that its type has by default. `name`: its key.
OutputSettings default_output(std::string name);

// Reports outputs that lack what their type needs, and drops those that are switched off.
void check_outputs(Configuration& configuration, dsl::Diagnostics& faults);

}  // namespace sequitur
