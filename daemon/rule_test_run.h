// Plays one rule test and says how it differs from what was expected.
#pragma once

#include "core/alert.h"
#include "core/result.h"
#include "dsl/rule_test.h"
#include "sequences/rule_set.h"

#include <memory>
#include <string>
#include <vector>

namespace sequitur {

struct RuleTestOutcome {
    bool passed = false;
    std::vector<std::string> differences;  // lines for a person; empty when it passed
    // Why each expected detection that did not come did not: indented lines behind its name.
    std::vector<std::string> explanations;
    std::vector<Alert> alerts;  // all that came
};

// Replays the test's history through the whole street. `folder` is where the test's file lies: its
// capture's path is relative to it. The Error: the history can't be read.
Result<RuleTestOutcome> run_rule_test(const dsl::RuleTest& test, const std::string& folder,
                                      std::shared_ptr<const RuleSet> rules);

}  // namespace sequitur
