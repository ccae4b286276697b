// One shard of the engine: the partial matches of the keys that fall to it, and what moves them.
//
// Given step hits in their order, it opens, advances, forbids and ends partial matches as
// docs/sequence-semantics.md says, and notes which completed. Keys are independent of each other,
// so trackers are too. Knows nothing of outputs, suppression and stages. Thread: one at a time.
#pragma once

#include "core/limits.h"
#include "sequences/compiled_rules.h"
#include "sequences/engine.h"
#include "sequences/partial_match_store.h"
#include "sequences/step_events.h"
#include "sequences/step_hit.h"
#include "sequences/timer_wheel.h"

#include <bitset>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace sequitur {

// A match that completed, with what puts completions into one order whatever tracker they come
// from.
struct Completion {
    static constexpr std::uint32_t kAtDeadline = 0xffffffff;
    std::int64_t time_ns = 0;
    std::uint32_t occurrence = kAtDeadline;  // what completed it
    std::uint32_t sequence = 0;
    std::uint32_t turn = 0;
    std::uint32_t age = 0;  // PartialMatch::age
    Key key;                // base key
    std::vector<MatchedStep> steps;
};

// A partial match that a limit ended: an alert of its key says so (losses).
struct Eviction {
    std::int64_t time_ns = 0;
    std::uint32_t sequence = 0;
    std::uint32_t turn = 0;
    Key key;  // base key
};

class EventSaver;
class EventLoader;
struct SavedMatch;

class Tracker {
public:
    // For the sequences of one level.
    Tracker(const CompiledRules& rules, std::size_t level, const Limits& limits);

    // Turns are numbered from `first_turn` on; the numbers go round.
    void begin_batch(std::uint32_t first_turn) {
        first_turn_ = first_turn;
        next_group_ = kFirstGroup;
    }

    // Applies one turn. Turns come in order.
    void apply(std::span<const StepHit> turn, const Occurrence& occurrence);

    // Brings in what apply() will touch. `hits`: all of the batch that come here; `next`: the
    // number of the one that is next. For each turn, in order.
    void look_ahead(std::span<const StepHit> hits, std::size_t next);

    // Event time reaches `clock_ns`: what had to happen before it has not happened.
    void advance(std::int64_t clock_ns);

    // Completes what waits for a trailing absence, without its deadline.
    void flush(std::int64_t clock_ns);

    // Gives the oldest match of that origin up. Precondition: the origin has one here.
    void evict_oldest(Handle origin);

    // Snapshots (tracker_snapshot.cpp), between batches. save() appends what is here, in no order.
    void save(EventSaver& events, std::vector<SavedMatch>& matches);
    // Whether a saved match is one that `sequence` could have.
    static bool makes_sense(const SavedMatch& saved, const CompiledSequence& sequence);
    // Makes it again, oldest first; then, when all of a key are there, lists them in their order.
    // Precondition: makes_sense().
    Handle restore(const SavedMatch& saved, const CompiledSequence& sequence,
                   const EventLoader& events);
    void list_restored(Handle match, const SavedMatch& saved, const CompiledSequence& sequence);

    // What happened since they were last cleared.
    std::vector<Completion>& completions() { return completions_; }
    std::vector<Eviction>& evictions() { return evictions_; }
    PartialMatchStore& store() { return store_; }
    const PartialMatchStore& store() const { return store_; }
    const EngineCounters& counters() const { return counters_; }
    // Partial matches, and after note_peak() the most there have been at one such time.
    std::uint64_t live() const {
        const EngineCounters& c = counters_;
        return c.opened - c.completed - c.expired - c.cancelled - c.evicted;
    }
    void note_peak() { counters_.peak = std::max(counters_.peak, live()); }

private:
    // One occurrence as it concerns one sequence under one key.
    struct Turn {
        const CompiledSequence& sequence;
        const Occurrence& occurrence;
        Key base;
        std::int64_t time_ns;
        std::uint32_t number, turn;  // StepHit::occurrence and ::turn
        bool has_until;
        const Event& event() const { return *occurrence.event; }
    };
    struct Taken {
        Handle match;
        std::uint32_t parts;  // of the position, that the event satisfies for this match
    };
    using PositionHits = std::span<const StepHit>;

    SavedMatch save_match(Handle match, const Origin& origin, EventSaver& events);

    // tracker.cpp: time, stages, ends.
    void deadline_passed(Handle match, std::int64_t clock_ns);
    void complete(Handle match, LifecycleSignal signal, std::int64_t time_ns, const Turn* turn);
    void end(Handle match, LifecycleSignal signal);
    void remove(Handle match);
    void evict(Handle match);
    void set_deadline(Handle match, std::int64_t deadline_ns);
    void finish_step(const Turn& turn, Handle match, std::size_t position);
    void enter_stage(const Turn& turn, Handle match, std::size_t stage);
    void begin_guard(const Turn& turn, Handle match);
    void keep_quiet(const Turn& turn, Handle match);
    bool make_room_in_stage(const Turn& turn, Handle newcomer, std::size_t stage);
    void limit_list(Handle record, bool is_group, Handle newest);
    Key base_key(Handle match);
    void list_by_key(const Turn& turn, Handle match, const Key& bucket);
    void keep_quota(const Turn& turn, Handle match, bool is_new);
    bool is_gathering(Handle match);
    std::int64_t window_end(Handle match);
    std::int64_t stage_deadline(const CompiledSequence& sequence, Handle match);

    // tracker_steps.cpp: opening and advancing.
    bool advance_position(const Turn& turn, PositionHits hits);
    void collect(const Turn& turn, std::size_t stage, PositionHits hits);
    void move_on(const Turn& turn, const Taken& taken, std::size_t position);
    void open(const Turn& turn, PositionHits hits);
    Handle replaceable(const Turn& turn, std::size_t stage);
    void replace(const Turn& turn, Handle match, std::uint16_t step);
    static Origin origin_of(const Turn& turn);
    Handle create(const Turn& turn);
    bool in_time(const Turn& turn, Handle match, std::size_t position);
    std::uint32_t satisfied_parts(const Turn& turn, Handle match, PositionHits hits,
                                  std::size_t stage);
    bool refers_rightly(const Turn& turn, const StepPlan& step, bool with_links);
    void load_steps(Handle match, const CompiledSequence& sequence);
    bool hit_key(const Turn& turn, std::size_t stage, const StepPlan& step, Key& key);
    Key match_key(const Turn& turn, std::size_t stage, Handle match);
    Key slot_key(const Turn& turn, std::size_t stage, Handle match);

    // tracker_gathering.cpp: all_of and at_least.
    bool gather(const Turn& turn, PositionHits hits);
    bool feed(const Turn& turn, Handle match, PositionHits hits);
    bool start_gathering(const Turn& turn, PositionHits hits);
    void open_gathering(const Turn& turn, PositionHits hits);
    void begin_gathering(const CompiledSequence& sequence, Handle match, std::size_t position);
    void add_event(const Turn& turn, Handle match, std::uint32_t parts, bool opens);
    void gathered(const Turn& turn, Handle match);
    bool slide(Handle match, std::int64_t clock_ns);
    bool distinct_value(const Turn& turn, const Position& position, Key& value);
    Key gather_key(const Turn& turn) const;

    // tracker_endings.cpp: absences, until, exits.
    void forbid(const Turn& turn, const CompiledAbsence& absence);
    void forbid_match(const Turn& turn, Handle match, const CompiledAbsence& absence);
    void end_all(const Turn& turn);
    void end_exited(const StepHit& hit);
    void list_by_owner(const Turn& turn, Handle match);
    void remember_absence(const Turn& turn, const CompiledAbsence& absence);
    bool may_open(const Turn& turn, std::size_t position, std::int64_t& barrier_ns);
    void find_all(const Turn& turn);

    const CompiledRules& rules_;
    const Level& level_;
    const Limits& limits_;
    PartialMatchStore store_;
    TimerWheel wheel_;
    EngineCounters counters_;
    std::vector<Completion> completions_;
    std::vector<Eviction> evictions_;
    std::uint32_t first_turn_ = 0, turn_ = 0;
    std::int64_t clock_ns_ = kLongAgo;

    // Looking ahead: what is known of the batch's hits by now, and the group of them that is next.
    // A batch begins three groups before its first, whose steps are thus all taken.
    static constexpr std::ptrdiff_t kFirstGroup = -3;
    std::vector<Handle> ahead_;
    std::ptrdiff_t next_group_ = kFirstGroup;

    // Scratch of one turn.
    std::vector<Taken> taken_;
    std::vector<Handle> found_, expired_;
    StepEvents steps_;
    std::bitset<256> used_;  // positions that the occurrence has advanced something at
    ValueScratch scratch_;
    std::string bytes_, other_bytes_;
};

}  // namespace sequitur
