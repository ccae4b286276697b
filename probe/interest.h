// What the rules and the host state want from the kernel; everything else never leaves it.
#pragma once

#include "core/event_type.h"

#include <bitset>
#include <cstdint>
#include <string>
#include <vector>

namespace sequitur {

inline constexpr std::size_t kSyscallIdsMax = 512;

// Which calls of a type that is wanted are of use to anybody. What is not stays in the kernel.
// Off, or a member that is true: no call of that kind is held back.
struct PushDown {
    bool is_on = false;

    // Opens that could write or make a file, and those of directories, are always told. Of others:
    bool opens_outside = true;  // below none of `prefixes`
    bool opens_inside = true;
    bool opens_failed = true;
    // Absolute paths or how they begin, as the kernel resolves them; at most 16, else all is
    // inside.
    std::vector<std::string> prefixes;

    bool closes_unknown = true;  // of descriptors whose opening was not told
    bool maps_of_nothing = true, maps_of_files = true, maps_of_code = true;  // mmap
    bool modes_plain = true, modes_run = true, modes_failed = true;  // chmod: a right to execute?
    bool fcntl_other = true;  // neither gives a descriptor out nor marks it

    // Reads and writes: those of the first bytes of a regular file, and all others.
    bool read_starts = true, other_reads = true;
    bool write_starts = true, other_writes = true;
    std::uint64_t fresh_ns = 0;  // first reads: only of files that changed this shortly ago; 0: any
};

struct Interest {
    // By event type id. The creation of threads (clone, fork, vfork, clone3) is one event with four
    // names: any of them asks for all; likewise execve and execveat.
    std::bitset<kEventTypeCount> events;
    // Calls without an event type of their own, by PPM_SC id (syscall_id()): sent as the generic
    // type.
    std::bitset<kSyscallIdsMax> generic;
    PushDown push_down;

    // All that the probe can send.
    static Interest everything();

    void add(EventType type) { events.set(static_cast<std::size_t>(type)); }
};

}  // namespace sequitur
