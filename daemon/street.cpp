#include "daemon/street.h"

#include "core/alert_builder.h"
#include "core/pipeline.h"

#include <algorithm>

namespace sequitur {
namespace {

std::uint64_t lost_in(const SourceLosses& losses) { return losses.ring_full + losses.malformed; }

Timestamp now() {
    return Timestamp(
        std::chrono::duration_cast<Duration>(std::chrono::system_clock::now().time_since_epoch()));
}

// Rules that a condition belongs to, by condition. Steps share the set but stand in no rule.
std::vector<std::vector<std::uint32_t>> index_rules(const RuleSet& rules) {
    std::vector<std::vector<std::uint32_t>> by_condition(rules.conditions->size());
    for (std::uint32_t i = 0; i < rules.rules.size(); ++i) {
        by_condition[rules.rules[i].condition].push_back(i);
    }
    return by_condition;
}

}  // namespace

Street::Street(std::shared_ptr<const RuleSet> rules, const StreetOptions& options,
               ProcessLookup* lookup, AlertSink& sink)
    : rules_(std::move(rules)),
      options_(options),
      sink_(sink),
      state_(options.limits, lookup),
      conditions_(rules_->conditions, options.shards),
      engine_(rules_, options.limits, options.shards),
      rules_by_condition_(index_rules(*rules_)) {
    counters_.events_by_type.resize(kEventTypeCount);
}

Street::~Street() = default;

void Street::observe(std::function<void(std::span<const Event>)> observer) {
    observer_ = std::move(observer);
}

Result<void> Street::run(EventSource& source, const std::atomic<bool>& stop) {
    source_end_ = {};
    const auto read_batch = [&](Batch& batch) { return read(source, stop, batch); };
    const auto judge = [&](Batch& batch) { conditions_.judge(batch); };
    const auto correlate_batch = [&](Batch& batch) { correlate(batch); };
    run_pipeline({read_batch, judge, correlate_batch}, options_.threads);

    // The stream is over: what waited for the last event's own time has seen all of it.
    matches_.clear();
    // What is flushed happens at that time too, so it comes before the time is over.
    if (options_.flush_at_end) engine_.flush(matches_);
    engine_.finish(matches_);
    emit(nullptr);
    sink_.flush();
    return source_end_;
}

bool Street::read(EventSource& source, const std::atomic<bool>& stop, Batch& batch) {
    batch.records.clear();
    batch.events.clear();
    if (!source_end_) return false;
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

    state_.release_through(batch_done_.load(std::memory_order_acquire));
    state_.apply(batch.records, batch.number, batch.events);
    counters_.events += batch.events.size();
    for (const Event& event : batch.events) {
        ++counters_.events_by_type[static_cast<std::size_t>(event.type)];
    }
    return true;
}

// A loss is told twice: by the source, which counts, and by the first record that came through
// after it, which says where. Whichever comes first is noted.
void Street::note_losses(const Batch& batch) {
    Timestamp before = counters_.last_event;
    const auto note = [&](Timestamp until, std::uint64_t lost_so_far) {
        if (lost_so_far <= losses_noted_) return;
        engine_.note_loss(before, until, lost_so_far - losses_noted_);
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

void Street::correlate(Batch& batch) {
    if (observer_) observer_(batch.events);
    matches_.clear();
    note_losses(batch);
    engine_.apply(batch.events, batch.hits, matches_);
    if (!batch.events.empty()) counters_.last_event = batch.events.back().time;
    // Events of the watermark's own time may still come.
    const Timestamp passed = batch.watermark - Duration(1);
    if (passed > counters_.last_event) engine_.advance_to(passed, matches_);
    emit(&batch);
    batch_done_.store(batch.number, std::memory_order_release);
}

// Writes a batch's alerts in one order whatever its borders: by event; on one event rules in file
// order before the sequences that it completed; deadlines after the last event before them.
void Street::emit(const Batch* batch) {
    const std::uint64_t alerts_before = counters_.alerts;
    std::size_t next_match = 0;
    const auto write_matches_before = [&](std::uint64_t event_number) {
        for (; next_match < matches_.size() && matches_[next_match].event_number < event_number;
             ++next_match) {
            write(to_alert(*rules_, matches_[next_match], options_.hostname));
        }
    };
    const std::span<const ConditionHit> hits =
        batch ? std::span(batch->hits) : std::span<const ConditionHit>();
    for (std::size_t first = 0; first < hits.size();) {
        const Event& event = batch->events[hits[first].event];
        due_rules_.clear();
        std::size_t end = first;
        for (; end < hits.size() && hits[end].event == hits[first].event; ++end) {
            const auto& rules = rules_by_condition_[hits[end].condition];
            due_rules_.insert(due_rules_.end(), rules.begin(), rules.end());
        }
        first = end;
        if (due_rules_.empty()) continue;
        std::sort(due_rules_.begin(), due_rules_.end());
        write_matches_before(event.number);
        for (const std::uint32_t rule : due_rules_) {
            write(alert_of(rules_->rules[rule], event, options_.hostname));
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
