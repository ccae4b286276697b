// From rule files to a RuleSet: the ordered list of stages, and the only way in from outside.
//
//   read (yaml_reader) -> objects -> conditions (lexer, parser) -> resolve (macros, lists, fields)
//   -> check (types, windows, steps) -> compile (ConditionSet, SequencePlan)
#pragma once

#include "dsl/diagnostic.h"
#include "sequences/rule_set.h"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace sequitur::dsl {

struct RuleFile {
    std::string name;  // as shown in diagnostics
    std::string text;
};

struct FrontendOptions {
    std::uint32_t generation = 1;
};

// Compiles `files`, later ones overriding earlier ones as in Falco. All faults of all files go to
// `diagnostics`; the result is null exactly when at least one of them is an error.
// Bounded in time and memory for any input (limits in dsl/limits.h). No exceptions.
std::shared_ptr<const RuleSet> compile(const std::vector<RuleFile>& files,
                                       const FrontendOptions& options, Diagnostics& diagnostics);

// The rule files that `paths` (files, or folders: all *.yaml in name order) stand for, read.
// kIo names the path that could not be read.
Result<std::vector<RuleFile>> read_rule_files(const std::vector<std::string>& paths);

}  // namespace sequitur::dsl
