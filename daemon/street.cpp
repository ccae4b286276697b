#include "daemon/street.h"

#include "core/alert_builder.h"
#include "core/event_type.h"
#include "core/pipeline.h"

#include <algorithm>
#include <unordered_map>

namespace sequitur {
namespace {

std::uint64_t lost_in(const SourceLosses& losses) { return losses.ring_full + losses.malformed; }

Timestamp now() {
    return Timestamp(
        std::chrono::duration_cast<Duration>(std::chrono::system_clock::now().time_since_epoch()));
}

std::uint64_t clock_ns() {
    return static_cast<std::uint64_t>(std::chrono::duration_cast<std::chrono::nanoseconds>(
                                          std::chrono::steady_clock::now().time_since_epoch())
                                          .count());
}

// Losses that an exchanged engine is told again.
constexpr std::size_t kLossesKept = 256;

// Rules that a condition belongs to, by condition. Steps share the set but stand in no rule.
std::vector<std::vector<std::uint32_t>> index_rules(const RuleSet& rules) {
    std::vector<std::vector<std::uint32_t>> by_condition(rules.conditions->size());
    for (std::uint32_t i = 0; i < rules.rules.size(); ++i) {
        by_condition[rules.rules[i].condition].push_back(i);
    }
    return by_condition;
}

}  // namespace

std::vector<std::pair<std::string_view, std::uint64_t>> StreetCounters::events_by_name() const {
    std::vector<std::pair<std::string_view, std::uint64_t>> counts;
    std::unordered_map<std::string_view, std::size_t> places;
    for (std::size_t id = 0; id < events_by_type.size(); ++id) {
        if (events_by_type[id] == 0) continue;
        const auto [found, is_new] = places.try_emplace(event_types()[id].name, counts.size());
        if (is_new) counts.emplace_back(found->first, 0);
        counts[found->second].second += events_by_type[id];
    }
    return counts;
}

Judges::Judges(std::shared_ptr<const RuleSet> rule_set, const Limits& limits, std::size_t shards)
    : rules(std::move(rule_set)),
      conditions(rules->conditions, shards),
      engine(rules, limits, shards),
      rules_by_condition(index_rules(*rules)),
      rule_alerts(rules->rules.size()),
      sequence_alerts(rules->sequences.size()) {}

Street::Street(std::shared_ptr<const RuleSet> rules, const StreetOptions& options,
               ProcessLookup* lookup, AlertSink& sink)
    : Street(std::make_unique<Judges>(std::move(rules), options.limits, options.shards), options,
             lookup, sink) {}

Street::Street(std::unique_ptr<Judges> judges, const StreetOptions& options, ProcessLookup* lookup,
               AlertSink& sink)
    : options_(options), sink_(sink), state_(options.limits, lookup), judges_(std::move(judges)) {
    counters_.events_by_type.resize(kEventTypeCount);
}

Street::~Street() = default;

void Street::observe(std::function<void(std::span<const Event>)> observer) {
    observer_ = std::move(observer);
}

Result<void> Street::run(EventSource& source, const std::atomic<bool>& stop,
                         Intermission* intermission) {
    source_end_ = {};
    is_live_ = source.is_live();
    intermission_ = intermission;
    const auto read_batch = [&](Batch& batch) { return read(source, stop, batch); };
    const auto judge_batch = [&](Batch& batch) { judge(batch); };
    const auto correlate_batch = [&](Batch& batch) { correlate(batch); };
    do {
        is_paused_ = false;
        number_base_ = last_number_;
        run_pipeline({read_batch, judge_batch, correlate_batch}, options_.threads);
        if (is_paused_) intermission->between(*this);
    } while (is_paused_);

    // The stream is over: what waited for the last event's own time has seen all of it.
    matches_.clear();
    // What is flushed happens at that time too, so it comes before the time is over.
    if (options_.flush_at_end) judges_->engine.flush(matches_);
    judges_->engine.finish(matches_);
    emit(nullptr);
    sink_.flush();
    return source_end_;
}

EngineCounters Street::engine_counters() const {
    EngineCounters sum = judges_->engine.counters();
    sum += engine_before_;
    return sum;
}

std::map<std::string, std::uint64_t> Street::alerts_by_rule() const {
    std::map<std::string, std::uint64_t> counts = alerts_before_;
    const RuleSet& rules = *judges_->rules;
    for (std::size_t i = 0; i < rules.rules.size(); ++i) {
        if (judges_->rule_alerts[i] > 0)
            counts[rules.rules[i].info.name] += judges_->rule_alerts[i];
    }
    for (std::size_t i = 0; i < rules.sequences.size(); ++i) {
        const std::uint64_t count = judges_->sequence_alerts[i];
        if (count > 0) counts[rules.sequences[i].info.name] += count;
    }
    return counts;
}

RestoreCounts Street::exchange(std::unique_ptr<Judges> judges, const HostInfo& host) {
    const auto restored = judges->engine.restore(judges_->engine.save(host), host.boot_id);
    RestoreCounts counts;
    const EngineCounters before = judges_->engine.counters();
    if (restored) {
        counts = *restored;
    } else {
        counts.dropped = before.live;
    }
    engine_before_ = engine_counters();
    // Those that go on are counted by the engine that they are in now.
    engine_before_.live = 0;
    engine_before_.opened -= before.live;
    engine_before_.cancelled += counts.dropped;
    engine_before_.opened += counts.dropped;
    alerts_before_ = alerts_by_rule();
    judges_ = std::move(judges);
    for (const Loss& loss : losses_) {
        if (loss.events > 0) judges_->engine.note_loss(loss.first, loss.last, loss.events);
        else judges_->engine.note_gap(loss.first, loss.last);
    }
    return counts;
}

void Street::note_gap(Timestamp first, Timestamp last) {
    losses_.push_back({first, last, 0});
    judges_->engine.note_gap(first, last);
}

bool Street::read(EventSource& source, const std::atomic<bool>& stop, Batch& batch) {
    batch.records.clear();
    batch.events.clear();
    batch.number += number_base_;
    if (!source_end_) return false;
    if (intermission_ != nullptr && intermission_->is_due()) {
        is_paused_ = true;
        return false;
    }
    if (stop.load(std::memory_order_relaxed)) {
        if (!source.is_live()) return false;
        // What happened before we were told to stop is still judged.
        if (!drain_until_) drain_until_ = now();
        if (source.watermark() >= *drain_until_) return false;
    }

    auto read =
        source.next_batch(options_.limits.batch_events_max, options_.poll_timeout, batch.records);
    if (!read) {
        if (read.error().code != Error::Code::kEndOfInput) source_end_ = std::move(read);
        // A source hands over what it had before the fault; the next call must not be made.
        else source_end_ = tl::unexpected<Error>(Error{Error::Code::kEndOfInput, "", 0});
        if (batch.records.empty()) return false;
    }
    if (drain_until_ && batch.records.empty()) return false;
    batch.watermark = source.watermark();
    const std::uint64_t lost = lost_in(source.losses());
    batch.events_lost = lost - losses_seen_;
    losses_seen_ = lost;

    const std::uint64_t begin = clock_ns();
    last_number_ = batch.number;
    state_.release_through(batch_done_.load(std::memory_order_acquire));
    state_.apply(batch.records, batch.number, batch.events);
    counters_.events += batch.events.size();
    for (const Event& event : batch.events) {
        ++counters_.events_by_type[static_cast<std::size_t>(event.type)];
    }
    if (options_.count_processes) busiest_.count(batch.events);
    counters_.state_ns += clock_ns() - begin;
    return true;
}

// A loss is told twice: by the source, which counts, and by the first record that came through
// after it, which says where. Whichever comes first is noted.
void Street::note_losses(const Batch& batch) {
    Timestamp before = counters_.last_event;
    const auto note = [&](Timestamp until, std::uint64_t lost_so_far) {
        if (lost_so_far <= losses_noted_) return;
        note_loss(before, until, lost_so_far - losses_noted_);
        losses_noted_ = lost_so_far;
    };
    for (const Event& event : batch.events) {
        if (event.lost_before > 0) {
            counters_.events_lost += event.lost_before;
            note(event.time, counters_.events_lost);
        }
        before = event.time;
    }
    losses_counted_ += batch.events_lost;
    before = counters_.last_event;
    note(batch.events.empty() ? batch.watermark : batch.events.back().time, losses_counted_);
}

void Street::note_loss(Timestamp first, Timestamp last, std::uint64_t events) {
    if (losses_.size() == kLossesKept) losses_.erase(losses_.begin());
    losses_.push_back({first, last, events});
    judges_->engine.note_loss(first, last, events);
}

void Street::judge(Batch& batch) {
    const std::uint64_t begin = clock_ns();
    judges_->conditions.judge(batch);
    counters_.conditions_ns += clock_ns() - begin;
}

void Street::correlate(Batch& batch) {
    const std::uint64_t begin = clock_ns();
    if (observer_) observer_(batch.events);
    matches_.clear();
    note_losses(batch);
    judges_->engine.apply(batch.events, batch.hits, matches_);
    if (!batch.events.empty()) counters_.last_event = batch.events.back().time;
    // Events of the watermark's own time may still come.
    const Timestamp passed = batch.watermark - Duration(1);
    if (passed > counters_.last_event) judges_->engine.advance_to(passed, matches_);
    emit(&batch);
    batch_done_.store(batch.number, std::memory_order_release);
    counters_.sequences_ns += clock_ns() - begin;
    if (is_live_ && !batch.events.empty()) measure(batch);
}

void Street::measure(const Batch& batch) {
    ++counters_.batches;
    const Duration age = std::max(now() - batch.events.front().time, Duration(0));
    const auto ns = static_cast<std::uint64_t>(age.count());
    std::size_t bucket = 0;
    while (ns > kLatencyBounds[bucket]) ++bucket;
    ++counters_.latency[bucket];
    counters_.latency_sum_ns += ns;
}

// Writes a batch's alerts in one order whatever its borders: by event; on one event rules in file
// order before the sequences that it completed; deadlines after the last event before them.
void Street::emit(const Batch* batch) {
    const std::uint64_t alerts_before = counters_.alerts;
    std::size_t next_match = 0;
    const auto write_matches_before = [&](std::uint64_t event_number) {
        for (; next_match < matches_.size() && matches_[next_match].event_number < event_number;
             ++next_match) {
            const Match& match = matches_[next_match];
            ++judges_->sequence_alerts[match.sequence];
            write(to_alert(*judges_->rules, match, options_.hostname));
        }
    };
    const std::span<const ConditionHit> hits =
        batch ? std::span(batch->hits) : std::span<const ConditionHit>();
    for (std::size_t first = 0; first < hits.size();) {
        const Event& event = batch->events[hits[first].event];
        due_rules_.clear();
        std::size_t end = first;
        for (; end < hits.size() && hits[end].event == hits[first].event; ++end) {
            const auto& rules = judges_->rules_by_condition[hits[end].condition];
            due_rules_.insert(due_rules_.end(), rules.begin(), rules.end());
        }
        first = end;
        if (due_rules_.empty()) continue;
        std::sort(due_rules_.begin(), due_rules_.end());
        write_matches_before(event.number);
        for (const std::uint32_t rule : due_rules_) {
            ++judges_->rule_alerts[rule];
            write(alert_of(judges_->rules->rules[rule], event, options_.hostname));
        }
    }
    write_matches_before(~std::uint64_t{0});
    if (counters_.alerts > alerts_before) sink_.flush();
}

void Street::write(const Alert& alert) {
    sink_.write(alert);
    ++counters_.alerts;
}

}  // namespace sequitur
