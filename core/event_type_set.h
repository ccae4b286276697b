// A set of event types, and the set on which a condition can be true.
#pragma once

#include "core/condition.h"
#include "core/event_type.h"

#include <bitset>

namespace sequitur {

using EventTypeSet = std::bitset<kEventTypeCount>;

// Superset of the event types on which `condition` can be true, by set algebra over its evt.type
// comparisons and over fields that only some types have: `or` union, `and` intersection, `not`
// complement where that is sound. Calls without a type of their own are the generic type.
// All types when the condition says nothing.
EventTypeSet event_types_of(const Condition& condition);

// As Falco reckons it: evt.type comparisons alone. All types: the rule names no event type.
EventTypeSet named_event_types_of(const Condition& condition);

// The system calls (PPM_SC ids) without a type of their own that `condition` names in evt.type
// comparisons or <syscall>.* fields: what the probe must send as generic events.
std::vector<std::uint16_t> generic_syscalls_of(const Condition& condition);

}  // namespace sequitur
