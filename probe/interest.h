// What the rules and the host state want from the kernel; everything else never leaves it.
#pragma once

#include "core/event_type.h"

#include <bitset>
#include <cstdint>

namespace sequitur {

inline constexpr std::size_t kSyscallIdsMax = 512;

struct Interest {
    // By event type id. The creation of threads (clone, fork, vfork, clone3) is one event with four
    // names: any of them asks for all; likewise execve and execveat.
    std::bitset<kEventTypeCount> events;
    // Calls without an event type of their own, by PPM_SC id (syscall_id()): sent as the generic
    // type.
    std::bitset<kSyscallIdsMax> generic;

    // All that the probe can send.
    static Interest everything();

    void add(EventType type) { events.set(static_cast<std::size_t>(type)); }
};

}  // namespace sequitur
