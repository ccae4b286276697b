// An engine's partial matches as bytes: to be kept over a restart or handed to the engine of new
// rules.
//
// A snapshot is a header (magic, version, length, checksum) and a payload: the key secret, the
// clock, a line for each sequence with a fingerprint of its compiled form, the events, and the
// partial matches. Key values are not in it as such, but the secret is, so a file of it is as
// confidential as the events. Identity over restarts: the boot id, and pid and start time of every
// process; a snapshot of another boot says nothing about this one.
//
// Here bytes become plain data and back; sequences/engine_snapshot.cpp makes matches of it.
#pragma once

#include "core/event.h"
#include "core/result.h"
#include "sequences/gathering.h"
#include "sequences/key.h"
#include "sequences/partial_match.h"
#include "sequences/snapshot_events.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sequitur {

inline constexpr std::uint32_t kSnapshotVersion = 2;
inline constexpr std::size_t kSnapshotHeaderSize = 28;

// Events stand as their numbers (EventSaver).
struct SavedStep {
    std::uint32_t event = 0, last = 0;
    std::uint64_t count = 1;
    std::uint16_t step = 0;
    bool is_held = false;  // in the detail, not in the match itself
};

struct SavedEntry {  // Gathering::Entry
    std::uint32_t event = 0, parts = 0;
    Key value;
    bool opens = true;
    std::int64_t barrier_ns = 0;
};

struct SavedMatch {
    std::uint32_t sequence = 0;  // in SavedState::sequences
    Key key;                     // of `by`, in no sequence's place
    std::uint32_t memory = 0;    // kMemory: number of the leading absence
    MatchUse use = MatchUse::kMatch;
    Lifecycle state = Lifecycle::kWaiting;
    std::uint8_t stage = 0, blocked_from = kNothingBlocked;
    std::int64_t deadline_ns = kNoDeadline;
    std::uint32_t turns_ago = 0;  // since it was opened
    std::uint32_t uid = 0, process_class = 0;
    std::uint32_t order = 0;  // among those of its key
    std::vector<SavedStep> steps;

    bool has_detail = false;  // what follows
    std::uint8_t gather_position = 0xff;
    bool gather_done = false;
    std::uint16_t counted_step = 0;
    std::int64_t barrier_ns = INT64_MIN;
    std::vector<SavedEntry> entries;
};

struct SavedSequence {
    std::string name;
    std::uint64_t fingerprint = 0;
    std::vector<std::pair<Key, std::int64_t>> suppressed;  // values, when sent; in that order
};

struct SavedState {
    std::uint64_t secret_low = 0, secret_high = 0;
    std::int64_t clock_ns = 0;
    std::uint64_t last_number = 0;
    std::vector<SavedSequence> sequences;
    std::vector<SavedMatch> matches;  // of one sequence, in the order in which they were opened
};

// The whole snapshot. `boot_id` and `hostname`: of the host that the events are from.
std::string write_snapshot(const HostInfo& host, const EventSaver& events, const SavedState& state);

// `body` (host, events, state) behind a header that says how long it is and what its checksum is.
std::string seal_snapshot(std::string_view body);

// What a snapshot's header says, and its payload.
struct SnapshotFrame {
    HostInfo host;
    std::string_view payload;  // events, then state
};
// kBadInput says why it is refused: no snapshot, another version, cut short, damaged.
Result<SnapshotFrame> open_snapshot(std::string_view bytes);

// Reads a payload. kBadInput: it contradicts itself. Numbers of events and sequences are in range;
// what the matches mean to their sequences is not looked at.
Result<SavedState> read_state(std::string_view payload, EventLoader& events);

}  // namespace sequitur
