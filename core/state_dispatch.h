// Which call family each event type belongs to.
#pragma once

#include "core/call.h"
#include "core/event_type.h"
#include "core/state_tables.h"

namespace sequitur {

struct Family {
    void (*call)(StateTables&, Call&) = nullptr;            // null: changes nothing
    void (*snapshot)(StateTables&, const Call&) = nullptr;  // of records that make no event
    void (*news)(StateTables&, const Call&) = nullptr;      // of records about no thread
    bool reads_arguments = false;  // looks after its descriptor and paths itself
    bool finds_caller = false;     // looks after its process itself
};

Family family_of(EventType type);

}  // namespace sequitur
