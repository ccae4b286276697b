// Where records come from: the live kernel, a capture, a test. One of the project's three seams.
//
// A source delivers one stream of records in its own order. Its snapshot of what ran before
// (processes, descriptors, users) stands in that stream as ITER_* and USER_ADDED/GROUP_ADDED
// records, so that the state stage has one way in.
#pragma once

#include "core/record.h"
#include "core/result.h"
#include "core/time.h"

#include <cstdint>
#include <vector>

namespace sequitur {

// What a source knows it lost. Counts only grow.
struct SourceLosses {
    std::uint64_t ring_full = 0;     // records that the kernel could not hand over
    std::uint64_t malformed = 0;     // records or lines that could not be read (lenient mode)
    std::uint64_t unknown_type = 0;  // event types newer than the table
    std::uint64_t late = 0;          // older than the merge window when they came
    std::vector<std::uint64_t> ring_full_by_cpu;   // by CPU number; empty for captures
    std::vector<std::uint64_t> ring_full_by_type;  // by event type id; empty for captures
};

class EventSource {
public:
    virtual ~EventSource() = default;

    // Fills `batch` (cleared first) with up to `max_records` records in order. A live source waits
    // until there is at least one or `timeout` has passed, so an empty batch is possible there.
    // The views live until the second next call: a batch may be worked on while the next is read.
    // kEndOfInput ends the stream; kBadInput names the file and the place, and the records before
    // it have been delivered.
    // Thread: one caller at a time.
    virtual Result<void> next_batch(std::size_t max_records, Duration timeout,
                                    std::vector<RecordView>& batch) = 0;

    // The time before which nothing more will come: what deadlines may be checked against when no
    // event has come for a while. Replay sources return the time of their last record.
    virtual Timestamp watermark() const = 0;

    virtual SourceLosses losses() const = 0;

    // Whether timestamps are real and the host is this one (the state stage may read /proc).
    virtual bool is_live() const = 0;

    // After kEndOfInput: whether another history follows, as in captures put one behind the other.
    // If so, next_batch() goes on with it; nothing of the one before holds in it.
    virtual bool next_history() { return false; }
};

}  // namespace sequitur
