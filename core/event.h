// One event: a view onto its record plus what the state stage resolved for it.
//
// All that stands behind the state stage (conditions, sequences, outputs) is a function of this.
// Pointers and Symbols are borrowed: valid until the event's batch is done. What has to live longer
// is copied into a RetainedEvent (core/retained_event.h).
#pragma once

#include "core/descriptor.h"
#include "core/event_type.h"
#include "core/file_copy.h"
#include "core/file_identity.h"
#include "core/interner.h"
#include "core/process.h"
#include "core/record.h"
#include "core/time.h"

#include <cstddef>
#include <cstdint>
#include <string>

namespace sequitur {

// Which stream of events: system calls and what is around them, or JSON objects, which have a time
// and fields of their own (json.*), but no process and no event type.
enum class EventStream : std::uint8_t { kSyscall, kJson };

// What is the same for all events of a source. Owned by the state stage; outlives its events.
struct HostInfo {
    std::string hostname;
    std::string boot_id;    // "" where the source does not tell
    Timestamp first_event;  // the earliest event's time, which evt.reltime counts from
};

struct Event {
    // The members' own values are all it takes; a defaulted one would have vectors clear it first.
    constexpr Event() {}  // NOLINT(modernize-use-equals-default)

    RecordView record;
    Timestamp time;
    Duration since_previous{0};  // evt.deltatime; 0 for the first, and where time went back
    std::uint64_t number = 0;    // evt.num: counts from 1; 0 for snapshot records
    std::int64_t tid = -1;
    const EventTypeInfo* info = nullptr;  // never null
    const HostInfo* host = nullptr;       // where; null where the source does not tell
    // Who did it; after the state stage null for events of other streams than system calls only.
    const ProcessImage* process = nullptr;
    const Descriptor* fd = nullptr;  // what it works on, or null
    EventType type{};
    EventStream stream = EventStream::kSyscall;

    // The result: return value (negative errno), where the type has one.
    bool has_result = false;
    std::int64_t result = 0;
    std::int64_t fd_number = -1;  // fd.num; -1 where a failed open made none

    // Files. `file` is file.id: opened, written, mapped, chmod'ed, unlinked, renamed (the file that
    // moved), executed (the script for a script).
    FileId file;
    Symbol file_path = nullptr;    // file.path: the path of `file` as the kernel resolved it
    Symbol path = nullptr;         // fs.path.name / source: first path argument, made absolute
    Symbol path_raw = nullptr;     // as the program gave it; null when the record has none
    Symbol target_path = nullptr;  // fs.path.target: second path argument, made absolute
    Symbol target_path_raw = nullptr;
    bool created_file = false;           // file.created
    bool is_exit_of_process = false;     // procexit of the last thread
    std::uint64_t truncated_params = 0;  // bit i: parameter i was cut
    std::uint64_t lost_before = 0;       // events that the source lost just before this one

    // Who first wrote `file` (file.origin.*), where known.
    const ProcessImage* origin_process = nullptr;
    Timestamp origin_time;
    const FileCopy* origin_copy =
        nullptr;  // what `file` was copied from (file.origin.id), where known
};

}  // namespace sequitur
