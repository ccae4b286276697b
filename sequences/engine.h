// Step hits in, completed matches out: the batch loop over the keyed trackers.
//
// A hit goes to the tracker that owns its join key; trackers work side by side and their matches
// are put into one order (time of completion, event number, sequence) that does not depend on how
// many there are. Time is event time: deadlines fall when the stream passes them.
// Knows nothing of YAML, outputs or clocks.
#pragma once

#include "core/alert.h"
#include "core/condition_set.h"
#include "core/limits.h"
#include "core/retained_event.h"
#include "sequences/rule_set.h"

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace sequitur {

struct MatchedStep {
    std::int32_t step = -1;    // StepPlan::index
    Ref<RetainedEvent> event;  // the first, for a counted step
    std::uint64_t count = 1;
    Ref<RetainedEvent> last;  // counted steps only
};

struct Match {
    std::uint32_t sequence = 0;  // index in RuleSet::sequences
    Timestamp time;              // of the completing event or deadline
    std::uint64_t event_number =
        0;  // of the completing event; of the last event seen at a deadline
    std::vector<OutputField> key;
    std::vector<MatchedStep> steps;  // in the order of their events
    AlertLosses losses;
};

struct EngineCounters {
    std::uint64_t opened = 0, completed = 0, expired = 0, cancelled = 0, evicted = 0;
    std::uint64_t live = 0, peak = 0;
    std::uint64_t step_hits = 0, suppressed = 0;

    // Everything adds up but the peak, of which the higher one holds.
    EngineCounters& operator+=(const EngineCounters& other);
};

struct EvictionCount {
    std::string sequence;
    std::uint64_t count = 0;
};

// What became of a snapshot's partial matches.
struct RestoreCounts {
    std::uint64_t restored = 0;
    std::uint64_t dropped = 0;  // of sequences that are gone or mean something else now
};

// What a partial match takes that stands alone under its key: itself, its key's record, and its
// places in an index half full. The events that it keeps for its alert (at least
// kRetainedEventBytes each, and the record's own bytes) are shared and not in it.
extern const std::size_t kPartialMatchBytes;
extern const std::size_t kRetainedEventBytes;

struct EngineMemory {
    std::size_t partial_matches = 0;  // slabs and indexes
    std::size_t retained_events = 0;
};

class Engine {
public:
    // `shards` trackers, at least 1; the result does not depend on it.
    Engine(std::shared_ptr<const RuleSet> rules, const Limits& limits, std::size_t shards);
    ~Engine();

    // Applies one batch: `events` in order (all of them, also those without a hit: they carry event
    // time and the exits of processes), `hits` sorted by (event, condition). Appends the matches
    // that completed, in their final order. An event whose time lies before that of an earlier one
    // is taken where it stands (a late one). Threads: one caller; the trackers run on TBB's workers
    // within the call when shards > 1.
    void apply(std::span<const Event> events, std::span<const ConditionHit> hits,
               std::vector<Match>& matches);

    // Lets time pass without events: completes trailing absences and expires what is over at `time`
    // or before. Says that no event at or before `time` will follow.
    void advance_to(Timestamp time, std::vector<Match>& matches);

    // The input is over: time has run to the last event's and no further (7).
    void finish(std::vector<Match>& matches);

    // Completes what only waits for a trailing absence although its deadline has not come
    // (replay --flush), at the last event's time: before finish().
    void flush(std::vector<Match>& matches);

    // `events` were lost somewhere from `first` to `last`: alerts whose window meets that say so.
    // To be told before the events behind the loss are applied.
    void note_loss(Timestamp first, Timestamp last, std::uint64_t events);

    // Nobody watched from `first` to `last`: alerts whose window meets that say so.
    void note_gap(Timestamp first, Timestamp last);

    // The partial matches as bytes (sequences/snapshot.h), with what they keep, the clock and what
    // `suppress` holds back; not counters and losses. `host`: that the events are from. Between
    // calls of apply(). Cost: all of them; a pause of about a microsecond each.
    std::string save(const HostInfo& host) const;
    // Takes a snapshot's partial matches over, into an engine that has seen no event yet. Those of
    // sequences that mean the same as then live on, with time going on from the snapshot's; the
    // rest is dropped and counted. Shards and limits may be others. kBadInput, and nothing is
    // changed: no snapshot, another version, cut short, damaged, of a host or boot that is not
    // `boot_id`, or contents that no engine would have written.
    Result<RestoreCounts> restore(std::string_view snapshot, std::string_view boot_id);

    EngineCounters counters() const;
    // Partial matches that a limit ended, by the name of their sequence; only those that had any.
    std::vector<EvictionCount> evictions() const;
    // Open partial matches by the name of their sequence; only those that have any.
    std::vector<EvictionCount> live_by_sequence() const;
    // Bytes that partial matches, their indexes and retained events hold now. An event counts for
    // each partial match that holds it.
    EngineMemory memory() const;

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

// The alert of a match: rendered output, steps and processes. `hostname` is copied in.
Alert to_alert(const RuleSet& rules, const Match& match, const std::string& hostname);

}  // namespace sequitur
