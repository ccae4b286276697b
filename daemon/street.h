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
#include "daemon/process_sketch.h"
#include "sequences/engine.h"
#include "sequences/rule_set.h"

#include <array>
#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sequitur {

struct StreetOptions {
    Limits limits;
    std::size_t shards = 1;     // of the condition and of the sequence stage
    std::size_t threads = 1;    // that may work at once
    std::string hostname;       // in alerts
    bool flush_at_end = false;  // complete what only waits for an absence when the input ends
    Duration poll_timeout = std::chrono::milliseconds(100);  // live sources
    bool count_processes = false;                            // fill StreetCounters::busiest
};

// Upper bounds of StreetCounters::latency, in ns; the last one has none.
inline constexpr std::array<std::uint64_t, 13> kLatencyBounds = {
    250'000,    500'000,    1'000'000,  1'500'000,   2'000'000,     3'000'000,        5'000'000,
    10'000'000, 25'000'000, 50'000'000, 100'000'000, 1'000'000'000, ~std::uint64_t{0}};

struct StreetCounters {
    std::uint64_t events = 0;
    std::vector<std::uint64_t> events_by_type;  // by event type id
    std::uint64_t alerts = 0;
    std::uint64_t events_lost = 0;  // as the records that came through tell
    Timestamp last_event;
    std::uint64_t batches = 0;
    std::uint64_t state_ns = 0, conditions_ns = 0, sequences_ns = 0;  // spent in each stage
    // Live sources: batches by the time from their oldest event to the end of their alerts.
    std::array<std::uint64_t, kLatencyBounds.size()> latency{};
    std::uint64_t latency_sum_ns = 0;

    // Events by the name of their type, in the order of the types; several ids may share a name.
    std::vector<std::pair<std::string_view, std::uint64_t>> events_by_name() const;
};

// A rule set with all that judges events by it; exchanged whole.
struct Judges {
    Judges(std::shared_ptr<const RuleSet> rules, const Limits& limits, std::size_t shards);

    std::shared_ptr<const RuleSet> rules;
    ConditionStage conditions;
    Engine engine;
    std::vector<std::vector<std::uint32_t>> rules_by_condition;
    std::vector<std::uint64_t> rule_alerts, sequence_alerts;  // by index
};

class Street;

// What a program does between batches: reload, save, tell how things are.
class Intermission {
public:
    virtual ~Intermission() = default;
    // Looked at once per batch, on the reading stage's thread.
    virtual bool is_due() = 0;
    // No batch is under way. On the thread that called Street::run().
    virtual void between(Street& street) = 0;
};

class Street {
public:
    // `lookup` may be null and must outlive this, as must `sink`.
    Street(std::shared_ptr<const RuleSet> rules, const StreetOptions& options,
           ProcessLookup* lookup, AlertSink& sink);
    // The same with judges that have seen no event.
    Street(std::unique_ptr<Judges> judges, const StreetOptions& options, ProcessLookup* lookup,
           AlertSink& sink);
    ~Street();

    // Before run(): `observer` sees the events of each batch, in order, before its sequences do, on
    // the correlating stage's thread. What it keeps of them must go before this goes.
    void observe(std::function<void(std::span<const Event>)> observer);

    // Runs until the source ends, fails, or `stop` becomes true (looked at once per batch). Every
    // alert for what was read before has then been written and flushed. The error is the source's.
    // `intermission` may be null.
    Result<void> run(EventSource& source, const std::atomic<bool>& stop,
                     Intermission* intermission = nullptr);

    // After run(), or in an intermission.
    const StreetCounters& counters() const { return counters_; }
    EngineCounters engine_counters() const;
    std::vector<EvictionCount> evictions() const { return judges_->engine.evictions(); }
    HostStateCounters state_counters() const { return state_.counters(); }
    Engine& engine() { return judges_->engine; }
    HostState& state() { return state_; }
    const RuleSet& rules() const { return *judges_->rules; }
    ProcessSketch& busiest() { return busiest_; }
    // Alerts by the name of their rule or sequence, those of earlier rule sets included.
    std::map<std::string, std::uint64_t> alerts_by_rule() const;

    // In an intermission: events from now on are judged by `judges`, which have seen none. Partial
    // matches of sequences that mean the same go on; what became of them is returned. `host`: see
    // Engine::save().
    RestoreCounts exchange(std::unique_ptr<Judges> judges, const HostInfo& host);
    // Nobody watched from `first` to `last`: alerts that span it say so. Before run(), or in an
    // intermission.
    void note_gap(Timestamp first, Timestamp last);

private:
    bool read(EventSource& source, const std::atomic<bool>& stop, Batch& batch);
    void note_losses(const Batch& batch);
    void note_loss(Timestamp first, Timestamp last, std::uint64_t events);
    void judge(Batch& batch);
    void correlate(Batch& batch);
    void measure(const Batch& batch);
    void emit(const Batch* batch);
    void write(const Alert& alert);

    StreetOptions options_;
    AlertSink& sink_;
    std::function<void(std::span<const Event>)> observer_;
    HostState state_;
    std::unique_ptr<Judges> judges_;
    std::vector<Match> matches_;
    std::vector<std::uint32_t> due_rules_;
    std::uint64_t number_base_ = 0, last_number_ = 0;  // batches of earlier pipelines
    bool is_paused_ = false;
    Intermission* intermission_ = nullptr;
    std::atomic<std::uint64_t> batch_done_{0};  // highest batch that has been correlated
    std::uint64_t losses_seen_ = 0;
    std::uint64_t losses_counted_ = 0, losses_noted_ = 0;  // the engine's stage
    // What the engine was told lately, for the one that takes its place.
    struct Loss {
        Timestamp first, last;
        std::uint64_t events;  // 0: nobody watched
    };
    std::vector<Loss> losses_;
    EngineCounters engine_before_;  // of exchanged engines
    std::map<std::string, std::uint64_t> alerts_before_;
    ProcessSketch busiest_;
    Result<void> source_end_;
    std::optional<Timestamp> drain_until_;  // told to stop: what happened until then counts
    bool is_live_ = false;
    StreetCounters counters_;
};

}  // namespace sequitur
