// Rules for a verb: found, read, compiled, with every fault printed.
#pragma once

#include "core/result.h"
#include "daemon/config/configuration.h"
#include "sequences/rule_set.h"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace sequitur {

// The compiled rules of `paths`, or of the shipped rules when there are none. Warnings and errors
// go to stderr as they should be read; the Error is a summary of what was printed.
Result<std::shared_ptr<const RuleSet>> load_rules(const std::vector<std::string>& paths);

// What a rule set is made of.
struct RuleSources {
    std::vector<std::string> paths;  // files and folders
    std::vector<RuleSelection> selections;
    std::vector<OutputAddition> additions;
    std::string builtin;  // rules of the program's own, as YAML
};

// The same, from all of `sources`. `said`: the warnings and errors, to be shown to the operator.
// `generation` differs from that of every other rule set of the process.
Result<std::shared_ptr<const RuleSet>> compile_rules(const RuleSources& sources,
                                                     std::uint32_t generation, std::string& said);

// What this host calls itself.
std::string host_name();

}  // namespace sequitur
