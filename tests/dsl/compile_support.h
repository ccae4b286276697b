// Rule files compiled in one line, for the tests of the compiler.
#pragma once

#include "dsl/diagnostic.h"
#include "dsl/frontend.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>

namespace sequitur::dsl {

struct Compiled {
    std::shared_ptr<const RuleSet> rules;
    std::string report;

    const SequencePlan& sequence() const { return rules->sequences.at(0); }
    std::string condition(std::size_t rule = 0) const {
        return to_string(rules->conditions->condition(rules->rules.at(rule).condition));
    }
    std::string condition_of(const StepPlan& step) const {
        return to_string(rules->conditions->condition(step.condition));
    }
};

inline Compiled compile_text(const std::vector<std::string>& texts) {
    std::vector<RuleFile> files;
    for (const std::string& text : texts) {
        files.push_back({"file" + std::to_string(files.size()) + ".yaml", text});
    }
    Diagnostics diagnostics;
    Compiled result;
    result.rules = compile(files, {}, diagnostics);
    result.report = diagnostics.to_text();
    return result;
}

// The same, for what has to compile.
inline Compiled must_compile(const std::vector<std::string>& texts) {
    Compiled result = compile_text(texts);
    if (!result.rules) ADD_FAILURE() << result.report;
    return result;
}

inline std::string rule_text(const std::string& condition, const std::string& more = {}) {
    return "- rule: Example\n  desc: x\n  condition: '" + condition +
           "'\n  output: x\n  priority: NOTICE\n" + more;
}

inline std::string sequence_text(const std::string& steps, const std::string& more = {}) {
    return "- sequence: Example\n  desc: x\n  within: 60s\n  output: x\n  priority: NOTICE\n" +
           more + "  steps:\n" + steps;
}

}  // namespace sequitur::dsl
