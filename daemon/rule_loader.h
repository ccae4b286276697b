// Rules for a verb: found, read, compiled, with every fault printed.
#pragma once

#include "core/result.h"
#include "sequences/rule_set.h"

#include <memory>
#include <string>
#include <vector>

namespace sequitur {

// The compiled rules of `paths`, or of the shipped rules when there are none. Warnings and errors
// go to stderr as they should be read; the Error is a summary of what was printed.
Result<std::shared_ptr<const RuleSet>> load_rules(const std::vector<std::string>& paths);

// What this host calls itself.
std::string host_name();

}  // namespace sequitur
