// The batch loop. A batch is worked off level by level: sequences whose steps are events only, then
// those that have detections of these as steps, and so on. Within a level:
//
//   route      hits -> turns: what each event is to which sequence, under which keys (router.h)
//   run        each turn goes to the tracker that its key falls to; trackers work side by side
//   settle     what completed is put into one order; exceptions, suppression; detections go up
//
// Nothing that a tracker does to one key depends on another key, with one exception: the limits on
// all partial matches of a sequence, on all together, and on what they retain. Were each tracker to
// keep a share of these, the result would depend on how many there are. So, before a batch is run,
// an upper bound is taken on what it could open. While that fits, trackers run side by side and no
// limit can be met. When it does not, the batch is run turn by turn over all trackers in one
// thread, time is brought forward on all of them before each turn, and after each turn what is over
// a limit is evicted wherever it is. Which of the two it was cannot be seen in the result.
//
// Invariants
//   1. A tracker sees its turns in the order of the batch.
//   2. After apply(), every tracker's time is that of the latest event so far: deadlines before it
//      have passed. Deadlines at that very time have not: an event of that time may still come.
//   3. Matches come out by place in the stream (event, or deadline between events), then sequence,
//      then turn; deadlines of one place by time, sequence, and the turn that opened the match.
#include "sequences/engine.h"

#include "core/pipeline.h"
#include "sequences/engine_impl.h"
#include "sequences/tracker_time.h"

#include <algorithm>
#include <limits>
#include <tuple>
#include <utility>

namespace sequitur {
namespace {

// Orders completions of one place (3).
bool comes_before(const Completion& a, const Completion& b) {
    if (a.occurrence != Completion::kAtDeadline) {
        return std::tuple(a.sequence, a.turn) < std::tuple(b.sequence, b.turn);
    }
    if (a.time_ns != b.time_ns) return a.time_ns < b.time_ns;
    if (a.sequence != b.sequence) return a.sequence < b.sequence;
    // Numbers of turns go round; of two that are open together they are never far apart.
    if (a.age != b.age) return static_cast<std::int32_t>(a.age - b.age) < 0;
    // Copies of one turn, told apart by the events before it.
    return std::lexicographical_compare(a.steps.begin(), a.steps.end(), b.steps.begin(),
                                        b.steps.end(),
                                        [](const MatchedStep& x, const MatchedStep& y) {
                                            return x.event->number() < y.event->number();
                                        });
}

}  // namespace

Engine::Impl::Impl(std::shared_ptr<const RuleSet> rule_set, const Limits& limits_in,
                   std::size_t shards)
    : rules(std::move(rule_set), KeyHasher::random()),
      limits(limits_in),
      router(rules),
      builder(rules, losses),
      evictor(rules, limits, levels),
      first_turn(rules.levels.size(), 0),
      evicted_by_sequence(rules.sequences.size(), 0) {
    for (std::size_t level = 0; level < rules.levels.size(); ++level) {
        Trackers& trackers = levels.emplace_back();
        for (std::size_t i = 0; i < std::max<std::size_t>(shards, 1); ++i) {
            trackers.push_back(std::make_unique<Tracker>(rules, level, limits));
        }
    }
}

void Engine::Impl::run_level(std::size_t level, std::span<const ConditionHit> hits) {
    Trackers& trackers = levels[level];
    router.route(rules.levels[level], batch, hits, detections);
    for (auto& tracker : trackers) tracker->begin_batch(first_turn[level]);
    run(trackers);
    first_turn[level] += router.turn_count();
    if (batch.end_clock_ns() != kLongAgo) {
        for (auto& tracker : trackers) tracker->advance(batch.end_clock_ns());
    }
    std::vector<std::pair<BatchPlace, Completion>> completions;
    collect(level, completions);
    settle(level, completions);
}

void Engine::Impl::run(Trackers& trackers) {
    if (router.hits().empty()) return;
    if (trackers.size() > 1 && evictor.fits(router.hits(), router.occurrences())) {
        run_side_by_side(trackers);
    } else {
        run_in_turn(trackers);
    }
}

void Engine::Impl::run_side_by_side(Trackers& trackers) {
    shares.resize(trackers.size());
    for (auto& share : shares) share.clear();
    for (const StepHit& hit : router.hits()) {
        if (hit.role == HitRole::kExit) {
            for (auto& share : shares) share.push_back(hit);
        } else {
            shares[hit.key.high % trackers.size()].push_back(hit);
        }
    }
    const auto& occurrences = router.occurrences();
    for_each_shard(trackers.size(), [&](std::size_t i) {
        for_each_run<&StepHit::turn>(shares[i], [&](std::span<const StepHit> turn) {
            trackers[i]->look_ahead(shares[i],
                                    static_cast<std::size_t>(turn.data() - shares[i].data()));
            trackers[i]->apply(turn, occurrences[turn.front().occurrence]);
            trackers[i]->note_peak();
        });
    });
}

void Engine::Impl::run_in_turn(Trackers& trackers) {
    for_each_run<&StepHit::turn>(router.hits(), [&](std::span<const StepHit> turn) {
        if (trackers.size() == 1) {
            trackers[0]->look_ahead(router.hits(),
                                    static_cast<std::size_t>(turn.data() - router.hits().data()));
        }
        const Occurrence& occurrence = router.occurrences()[turn.front().occurrence];
        for (auto& tracker : trackers) tracker->advance(occurrence.clock_ns);
        if (turn.front().role == HitRole::kExit) {
            for (auto& tracker : trackers) tracker->apply(turn, occurrence);
            return;
        }
        // Only what grows can come to be over a limit; most turns open and keep nothing.
        const std::uint32_t sequence = turn.front().sequence;
        Tracker& tracker = *trackers[turn.front().key.high % trackers.size()];
        const std::uint32_t live = tracker.store().live(sequence);
        const std::uint64_t bytes = tracker.store().retained_bytes();
        tracker.apply(turn, occurrence);
        if (tracker.store().live(sequence) > live || tracker.store().retained_bytes() > bytes ||
            is_restored) {
            evictor.enforce(sequence);
        }
        tracker.note_peak();
    });
}

// Takes what the trackers noted, in its final order (3).
void Engine::Impl::collect(std::size_t level,
                           std::vector<std::pair<BatchPlace, Completion>>& completions) {
    for (auto& tracker : levels[level]) {
        for (Completion& completion : tracker->completions()) {
            BatchPlace place = 0;
            if (completion.occurrence == Completion::kAtDeadline) {
                place = batch.place_of_deadline(completion.time_ns);
            } else {
                place = batch.place_of(router.occurrences()[completion.occurrence]);
            }
            completions.emplace_back(place, std::move(completion));
        }
        tracker->completions().clear();
    }
    std::stable_sort(completions.begin(), completions.end(), [](const auto& a, const auto& b) {
        return a.first != b.first ? a.first < b.first : comes_before(a.second, b.second);
    });
}

void Engine::Impl::settle(std::size_t level,
                          std::vector<std::pair<BatchPlace, Completion>>& completions) {
    std::vector<Eviction> evictions;
    for (auto& tracker : levels[level]) {
        evictions.insert(evictions.end(), tracker->evictions().begin(), tracker->evictions().end());
        tracker->evictions().clear();
    }
    std::stable_sort(evictions.begin(), evictions.end(),
                     [](const Eviction& a, const Eviction& b) { return a.turn < b.turn; });
    for (const Eviction& eviction : evictions) {
        ++evicted_by_sequence[eviction.sequence];
        losses.note_eviction(eviction);
    }
    for (auto& [place, completion] : completions) {
        if (builder.is_excepted(completion)) continue;
        const Level* above = level + 1 < rules.levels.size() ? &rules.levels[level + 1] : nullptr;
        if (above != nullptr) {
            Detection& detection = detections.emplace_back();
            detection.place = place;
            detection.sequence = completion.sequence;
            detection.event = completion.steps.back().event;
            if (place % 2 == 0) {
                Event at_deadline = detection.event->event();
                at_deadline.time = Timestamp(Duration(completion.time_ns));
                detection.event = RetainedEvent::copy_of(at_deadline);
            }
        }
        if (auto match = builder.build(completion, number_before(place))) {
            placed.push_back({place, std::move(*match)});
        }
    }
    std::stable_sort(detections.begin(), detections.end(),
                     [](const Detection& a, const Detection& b) { return a.place < b.place; });
}

// The number of the last event at or before `place`.
std::uint64_t Engine::Impl::number_before(BatchPlace place) const {
    const std::size_t events = static_cast<std::size_t>(place + 1) / 2;
    return events == 0 ? last_number : batch.events()[events - 1].number;
}

void Engine::Impl::hand_out(std::vector<Match>& matches) {
    std::stable_sort(placed.begin(), placed.end(), [](const PlacedMatch& a, const PlacedMatch& b) {
        const bool same_place = a.place == b.place;
        if (!same_place) return a.place < b.place;
        return std::tuple(a.match.time, a.match.sequence) <
               std::tuple(b.match.time, b.match.sequence);
    });
    for (PlacedMatch& match : placed) matches.push_back(std::move(match.match));
    placed.clear();
    detections.clear();
}

// Brings all trackers to `clock`: what has to happen before it does.
void Engine::Impl::pass_time(std::int64_t clock, std::vector<Match>& matches) {
    batch.begin({}, clock);
    for (std::size_t level = 0; level < levels.size(); ++level) run_level(level, {});
    hand_out(matches);
    batch.clear();
}

Engine::Engine(std::shared_ptr<const RuleSet> rules, const Limits& limits, std::size_t shards)
    : impl_(std::make_unique<Impl>(std::move(rules), limits, shards)) {}

Engine::~Engine() = default;

void Engine::apply(std::span<const Event> events, std::span<const ConditionHit> hits,
                   std::vector<Match>& matches) {
    if (events.empty()) return;
    impl_->batch.begin(events, impl_->clock_ns);
    for (std::size_t level = 0; level < impl_->levels.size(); ++level) {
        impl_->run_level(level, hits);
    }
    impl_->hand_out(matches);
    impl_->clock_ns = impl_->batch.end_clock_ns();
    impl_->last_number = events.back().number;
    impl_->batch.clear();
}

void Engine::advance_to(Timestamp time, std::vector<Match>& matches) {
    const std::int64_t time_ns = time.time_since_epoch().count();
    if (time_ns < impl_->clock_ns) return;
    impl_->clock_ns = time_ns;
    // Deadlines at `time` itself have passed too: nothing more comes then.
    impl_->pass_time(time_ns == kNoDeadline ? time_ns : time_ns + 1, matches);
}

void Engine::finish(std::vector<Match>& matches) {
    if (impl_->clock_ns != kLongAgo) {
        advance_to(Timestamp(Duration(impl_->clock_ns)), matches);
    }
}

void Engine::flush(std::vector<Match>& matches) {
    impl_->batch.begin({}, impl_->clock_ns);
    for (std::size_t level = 0; level < impl_->levels.size(); ++level) {
        // What the levels below give now may complete something here that then waits, too.
        impl_->run_level(level, {});
        for (auto& tracker : impl_->levels[level]) tracker->flush(impl_->clock_ns);
        std::vector<std::pair<BatchPlace, Completion>> completions;
        impl_->collect(level, completions);
        impl_->settle(level, completions);
    }
    impl_->hand_out(matches);
    impl_->batch.clear();
}

void Engine::note_loss(Timestamp first, Timestamp last, std::uint64_t events) {
    impl_->losses.note_events(first.time_since_epoch().count(), last.time_since_epoch().count(),
                              events);
}

void Engine::note_gap(Timestamp first, Timestamp last) { impl_->losses.note_gap(first, last); }

EngineCounters& EngineCounters::operator+=(const EngineCounters& other) {
    opened += other.opened;
    completed += other.completed;
    expired += other.expired;
    cancelled += other.cancelled;
    evicted += other.evicted;
    live += other.live;
    peak = std::max(peak, other.peak);
    step_hits += other.step_hits;
    suppressed += other.suppressed;
    return *this;
}

EngineCounters Engine::counters() const {
    EngineCounters sum;
    std::uint64_t peak = 0;
    for (const Trackers& trackers : impl_->levels) {
        for (const auto& tracker : trackers) {
            sum += tracker->counters();
            sum.live += tracker->live();
            peak += tracker->counters().peak;
        }
    }
    sum.peak = std::max(peak, sum.live);
    sum.suppressed = impl_->builder.suppressed();
    return sum;
}

std::vector<EvictionCount> Engine::evictions() const {
    std::vector<EvictionCount> counts;
    for (std::size_t i = 0; i < impl_->evicted_by_sequence.size(); ++i) {
        if (impl_->evicted_by_sequence[i] == 0) continue;
        counts.push_back(
            {impl_->rules.sequences[i].plan->info.name, impl_->evicted_by_sequence[i]});
    }
    return counts;
}

std::vector<EvictionCount> Engine::live_by_sequence() const {
    std::vector<EvictionCount> counts;
    for (std::size_t i = 0; i < impl_->rules.sequences.size(); ++i) {
        std::uint64_t live = 0;
        for (const Trackers& trackers : impl_->levels) {
            for (const auto& tracker : trackers) {
                live += tracker->store().live(static_cast<std::uint32_t>(i));
            }
        }
        if (live > 0) counts.push_back({impl_->rules.sequences[i].plan->info.name, live});
    }
    return counts;
}

const std::size_t kPartialMatchBytes =
    sizeof(PartialMatch) + sizeof(KeyRecord) + 2 * KeyIndex::kPlaceBytes;
const std::size_t kRetainedEventBytes = sizeof(RetainedEvent);

EngineMemory Engine::memory() const {
    EngineMemory memory;
    for (const Trackers& trackers : impl_->levels) {
        for (const auto& tracker : trackers) memory.partial_matches += tracker->store().bytes();
    }
    memory.retained_events = impl_->evictor.held().bytes;
    return memory;
}

}  // namespace sequitur
