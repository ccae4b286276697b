// YAML trees to the typed objects of a rule file, in the order of the file.
#pragma once

#include "dsl/diagnostic.h"
#include "dsl/map_reader.h"
#include "dsl/objects.h"
#include "dsl/yaml_reader.h"

#include <vector>

namespace sequitur::dsl {

// Lists, macros, rules and sequences. Requirements are checked here and leave nothing behind; test
// objects belong to `sequitur test` and are passed over; an object of no known kind is a warning.
// An object whose name cannot be read is reported and left out.
std::vector<RuleFileObject> read_objects(const std::vector<YamlNode>& documents,
                                         Diagnostics& diagnostics);

// The keys that rules and sequences share.
void read_detection(const MapReader& reader, DetectionObject& out, Diagnostics& diagnostics);

// The value of `exceptions`.
std::vector<ExceptionObject> read_exceptions(const YamlNode& node, const Range& place,
                                             Diagnostics& diagnostics);

}  // namespace sequitur::dsl
