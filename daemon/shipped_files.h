// Where the files that come with the program are: rules and the demonstration's capture.
#pragma once

#include <optional>
#include <string>

namespace sequitur {

// The folder or file `name` ("rules", "examples/dropper.jsonl") that came with this program:
// beside its build tree, under its installation prefix's share/sequitur, or in /etc/sequitur (rules
// that the operator owns come first). nullopt when it is nowhere.
std::optional<std::string> find_shipped(const std::string& name);

}  // namespace sequitur
