// The whole street, put together: source -> host state -> conditions -> sequences -> alerts.
//
// The composition root of both `run` and `replay`; they differ only in the source they give.
#pragma once

#include "core/batch.h"
#include "core/condition_stage.h"
#include "core/event_source.h"
#include "core/host_state.h"
#include "core/limits.h"
#include "core/sink.h"
#include "sequences/engine.h"
#include "sequences/rule_set.h"

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace sequitur {

struct StreetOptions {
    Limits limits;
    std::size_t shards = 1;     // of the condition and of the sequence stage
    std::size_t threads = 1;    // that may work at once
    std::string hostname;       // in alerts
    bool flush_at_end = false;  // complete what only waits for an absence when the input ends
    Duration poll_timeout = std::chrono::milliseconds(100);  // live sources
};

struct StreetCounters {
    std::uint64_t events = 0;
    std::vector<std::uint64_t> events_by_type;  // by event type id
    std::uint64_t alerts = 0;
    std::uint64_t events_lost = 0;  // as the records that came through tell
    Timestamp last_event;
};

class Street {
public:
    // `lookup` may be null and must outlive this, as must `sink`.
    Street(std::shared_ptr<const RuleSet> rules, const StreetOptions& options,
           ProcessLookup* lookup, AlertSink& sink);
    ~Street();

    // Before run(): `observer` sees the events of each batch, in order, before its sequences do, on
    // the correlating stage's thread. What it keeps of them must go before this goes.
    void observe(std::function<void(std::span<const Event>)> observer);

    // Runs until the source ends, fails, or `stop` becomes true (looked at once per batch). Every
    // alert for what was read before has then been written and flushed. The error is the source's.
    Result<void> run(EventSource& source, const std::atomic<bool>& stop);

    // After run(), or between batches on its thread.
    StreetCounters counters() const { return counters_; }
    EngineCounters engine_counters() const { return engine_.counters(); }
    std::vector<EvictionCount> evictions() const { return engine_.evictions(); }
    HostStateCounters state_counters() const { return state_.counters(); }

private:
    bool read(EventSource& source, const std::atomic<bool>& stop, Batch& batch);
    void note_losses(const Batch& batch);
    void correlate(Batch& batch);
    void emit(const Batch* batch);
    void write(const Alert& alert);

    std::shared_ptr<const RuleSet> rules_;
    StreetOptions options_;
    AlertSink& sink_;
    std::function<void(std::span<const Event>)> observer_;
    HostState state_;
    ConditionStage conditions_;
    Engine engine_;
    std::vector<std::vector<std::uint32_t>> rules_by_condition_;
    std::vector<Match> matches_;
    std::vector<std::uint32_t> due_rules_;
    std::atomic<std::uint64_t> batch_done_{0};  // highest batch that has been correlated
    std::uint64_t losses_seen_ = 0;
    std::uint64_t losses_counted_ = 0, losses_noted_ = 0;  // the engine's stage
    Result<void> source_end_;
    std::optional<Timestamp> drain_until_;  // told to stop: what happened until then counts
    StreetCounters counters_;
};

}  // namespace sequitur
