// What of a plan the engine cannot run: asked by the language front end, which then refuses the
// rule with a located error instead of loading something that would silently behave differently.
#pragma once

#include "sequences/plan.h"

#include <string>
#include <vector>

namespace sequitur {

struct UnsupportedConstruct {
    int step = -1;     // index in SequencePlan::steps; -1: the sequence as a whole
    std::string what;  // "more than 250 steps", ready to stand behind "is not supported: "
};

// Every construct of `plan` that the engine cannot run; empty when it runs all of it. That the plan
// is well-formed (keys of equal length, references to earlier steps only) is the front end's to
// check.
std::vector<UnsupportedConstruct> unsupported_constructs(const SequencePlan& plan);

}  // namespace sequitur
