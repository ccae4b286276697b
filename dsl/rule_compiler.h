// Rules to core's rules: condition, exceptions, output, and the warnings that need the whole rule.
#pragma once

#include "core/condition_set.h"
#include "core/rule.h"
#include "dsl/objects.h"
#include "dsl/workshop.h"

#include <optional>

namespace sequitur::dsl {

// A rule, compiled; its condition is not in a set yet.
struct CompiledRule {
    DetectionInfo info;
    Condition condition;
    EventStream stream = EventStream::kSyscall;
};

// nullopt: it has faults (reported), or it is one that has to be skipped (a warning says why).
std::optional<CompiledRule> compile_rule(const RuleObject& rule, Workshop& workshop);

// Whether no system-call event can satisfy the condition, as far as event types tell.
bool never_holds(const Condition& condition);

// Name, text, tags and place of a rule or sequence; the output comes from compile_output().
DetectionInfo detection_info(const DetectionObject& object, const Sources& sources);

}  // namespace sequitur::dsl
