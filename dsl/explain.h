// What a rule or sequence became: for `sequitur explain`. Read off the compiled rule set, so it
// shows what runs, not what was written.
#pragma once

#include "sequences/rule_set.h"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace sequitur::dsl {

// One condition: macros and lists in place.
struct ExplainedCondition {
    std::string text;
    std::vector<std::string> event_types;  // names; empty with `any_event_type`
    bool any_event_type = false;
    std::vector<std::string> atoms;  // the distinct comparisons, in program order
};

struct ExplainedStep {
    std::string id;                  // "" where it has no name
    std::string kind;                // event, not, any_of, all_of, rule, sequence
    std::string stage;               // the rule or sequence waited for
    ExplainedCondition condition;    // event, not
    std::vector<std::string> key;    // the step's own key fields
    std::vector<std::string> links;  // "proc.exepath = drop.fd.name": part of the key
    std::string residual;            // what is judged with the earlier steps at hand
    std::string timing;              // "within 5s, after 1s", or empty
    std::string repeats;             // "3 times", "at least 3 different fd.name", or empty
    bool is_optional = false;
    std::vector<ExplainedStep> parts;
};

struct Explanation {
    bool is_sequence = false;
    std::string name, file, priority, source;
    std::uint32_t line = 0;
    ExplainedCondition condition;  // rules
    // Sequences.
    std::vector<std::string> key;
    std::string within, match, suppress, exceptions;
    std::size_t partial_match_bytes = 0;   // without the events kept for the alert
    std::size_t retained_event_bytes = 0;  // each, at least; shared between partial matches
    std::vector<ExplainedStep> steps;
    bool has_until = false;
    ExplainedCondition until;
};

// The rule or sequence called `name`; all of them for an empty name. Empty: there is none.
std::vector<Explanation> explain(const RuleSet& rules, std::string_view name);

std::string explanation_text(const Explanation& explanation);
// One JSON object, without a line end.
std::string explanation_json(const Explanation& explanation);
// The state machine for Graphviz: a state for each number of steps done, an edge for each step.
std::string explanation_dot(const Explanation& explanation);

}  // namespace sequitur::dsl
