// The host as the events tell it: processes, descriptors, files, users. The state stage.
//
// Takes records in order and attaches to each what it meant at its moment (core/event.h); nothing
// after it looks anything up again. Holds the process table (core/process_table.h), descriptor
// tables (core/descriptor_table.h), file identities and origins (core/file_table.h) and accounts
// (core/account_table.h). Knows nothing of rules.
//
// Thread: one, the state stage's. Time and order are the records' own.
#pragma once

#include "core/event.h"
#include "core/limits.h"
#include "core/saved_host.h"

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace sequitur {

// Counts what the state stage had to give up or guess. Only grow, but for the gauges.
struct HostStateCounters {
    std::uint64_t processes = 0, descriptors = 0, files = 0, strings = 0;  // gauges
    std::uint64_t processes_evicted = 0, descriptors_evicted = 0, files_evicted = 0;
    std::uint64_t unknown_processes = 0;    // events of a process that nothing had described
    std::uint64_t processes_looked_up = 0;  // of those, found by ProcessLookup
    std::uint64_t pids_reused = 0;          // seen by another start time, the exit was missed
    std::uint64_t stale_snapshots = 0;      // snapshot records older than what events had told
    std::uint64_t unknown_descriptors = 0;
    std::uint64_t malformed = 0;  // records whose parameters made no sense
    std::uint64_t unknown_types = 0;
};

// What /proc says about a process that no event described. Given in by the program so that core
// reads no files; captures have none.
class ProcessLookup {
public:
    virtual ~ProcessLookup() = default;
    // A record of type ITER_TASK for `pid`, or an empty view when there is no such process any
    // more. Valid until the next call.
    virtual RecordView find(std::int64_t pid) = 0;
};

class HostState {
public:
    // `lookup` may be null and must outlive this.
    HostState(const Limits& limits, ProcessLookup* lookup);
    ~HostState();

    // Decodes and applies `records` in order and appends one Event for each that is to be judged
    // (snapshot records, which are ITER_* ones and accounts without a time, update the state and
    // give none; unknown types are counted and dropped).
    // `batch` numbers rise by one per call; everything that the events point to stays valid until
    // release_through(batch).
    void apply(std::span<const RecordView> records, std::uint64_t batch,
               std::vector<Event>& events);

    // Says that every batch up to `batch` is done: what only they needed is freed.
    void release_through(std::uint64_t batch);

    // The boot id that stands in proc.entity; "" where the source does not tell.
    void set_boot_id(std::string boot_id);
    // The name in Event::host; without it, Event::host has an empty one. Before the first apply().
    void set_hostname(std::string hostname);

    // What a restart has to keep: of at most `files_max` files, those written last first.
    SavedHost save(std::size_t files_max) const;
    // Takes it over, before the first apply(): each file whose inode is still the same, each
    // process as soon as it is known to live on. What `saved` points to must outlive this. Returns
    // how many files have their origin again.
    std::size_t restore(const SavedHost& saved);
    // Says that every process that lives is known by now.
    void forget_earlier_processes();

    HostStateCounters counters() const;

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace sequitur
