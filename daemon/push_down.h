// From compiled rules to what the kernel may keep to itself.
#pragma once

#include "probe/interest.h"
#include "sequences/rule_set.h"

namespace sequitur {

// Which kinds of calls no condition of `rules` can be true for, and the host state needs none of:
// worked out from the conditions themselves, so that the alerts are those of everything sent.
PushDown push_down_of(const RuleSet& rules);

// Whether rules tie files to what they were copied from, so that first reads and writes are needed
// to know it (file.origin.id, file.origin.path).
bool follows_copies(const RuleSet& rules);

}  // namespace sequitur
