// What a rule set finds in a stream, worked out the slow way: the oracle that the engine is held
// to.
//
// Written from the ten rules of docs/sequence-semantics.md, one list of attempts per sequence, gone
// through from end to end for every event. No index, no timer, no limits; shares no code with
// sequences/. Events must come in order of time.
#pragma once

#include "sequences/rule_set.h"
#include "tests/sequences/hand_made.h"

#include <string>
#include <vector>

namespace sequitur::testing {

// Matches as describe() prints them, in no particular order; with `flush` also what only waits for
// a trailing absence at the end.
std::vector<std::string> reference_matches(const RuleSet& rules, const Story& story,
                                           bool flush = false);

}  // namespace sequitur::testing
