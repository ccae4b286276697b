// What the settings `rules` and `append_output` mean for given rule files: overrides, as a rule
// file would have them.
#pragma once

#include "daemon/config/configuration.h"
#include "dsl/frontend.h"

#include <string>
#include <vector>

namespace sequitur {

// The text of a rule file that comes after `files`; "" when nothing is changed. Files that cannot
// be read as YAML are passed over: compiling them says why.
std::string rule_changes(const std::vector<dsl::RuleFile>& files,
                         const std::vector<RuleSelection>& selections,
                         const std::vector<OutputAddition>& additions);

}  // namespace sequitur
