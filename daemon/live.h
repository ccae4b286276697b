// The live source as the verbs open it: the kernel is asked for what is needed and no more.
#pragma once

#include "core/event_type_set.h"
#include "probe/interest.h"
#include "sequences/rule_set.h"

namespace sequitur {

// The event types without which the host state goes wrong: process life, descriptors, names of
// files, credentials.
EventTypeSet state_event_types();

// What the probe has to send for `rules`, the host state included.
Interest interest_of(const RuleSet& rules);

}  // namespace sequitur
