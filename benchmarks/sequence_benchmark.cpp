// What a partial match costs: time per step hit and per expiry at 1,000 to 1,000,000 live ones,
// bytes for each, and what thousands of loaded sequences add.
//
// Conditions are not judged here: the hits are given, so the numbers are those of sequences/ alone,
// reading the key off the event and retaining events included.
#include "core/condition_set.h"
#include "core/field.h"
#include "sequences/engine.h"

#include <benchmark/benchmark.h>

#include <chrono>
#include <memory>
#include <string>
#include <vector>

namespace sequitur {
namespace {

constexpr std::size_t kBatch = 256;
constexpr std::int64_t kTick = 1000;  // ns between events

std::shared_ptr<const ConditionSet> numbered_conditions(std::uint32_t count) {
    ConditionSet::Builder builder;
    for (std::uint32_t i = 0; i < count; ++i) {
        Condition condition;
        condition.kind = Condition::Kind::kCheck;
        condition.check.left.kind = Operand::Kind::kField;
        condition.check.left.field = resolve_field("evt.num").value();
        condition.check.op = Operator::kEq;
        Operand number;
        number.constant = std::uint64_t{i};
        condition.check.right.push_back(number);
        builder.add(condition);
    }
    return builder.build(1).value();
}

// `count` sequences of three steps tied by file, each with conditions of its own.
std::shared_ptr<const RuleSet> three_steps(std::uint32_t count, std::int64_t within_ns) {
    auto rules = std::make_shared<RuleSet>();
    rules->conditions = numbered_conditions(3 * count);
    KeyField file;
    file.field = resolve_field("file.id").value();
    for (std::uint32_t i = 0; i < count; ++i) {
        SequencePlan& plan = rules->sequences.emplace_back();
        plan.info.name = "s" + std::to_string(i);
        plan.by = {file};
        plan.within = Duration(within_ns);
        plan.step_index_count = 3;
        for (std::uint32_t k = 0; k < 3; ++k) {
            StepPlan& step = plan.steps.emplace_back();
            step.id = std::string(1, static_cast<char>('a' + k));
            step.index = static_cast<std::int32_t>(k);
            step.condition = 3 * i + k;
            step.by = plan.by;
        }
    }
    return rules;
}

// Events on numbered files, one every tick, in batches.
class Driver {
public:
    Driver(std::shared_ptr<const RuleSet> rules, std::size_t shards = 1)
        : engine_(std::move(rules), limits(), shards), process_(new ProcessImage) {
        process_->entity = {1, 1};
        process_->pid = 1;
        process_->uid = 0;
        Event event;
        event.info = event_type_info(EventType::kOpenat);
        event.type = EventType::kOpenat;
        event.process = process_;
        event.file.kind = FileId::Kind::kInode;
        event.file.dev = 2049;
        events_.resize(kBatch, event);
        owner_ = Ref<ProcessImage>(process_);
    }

    static Limits limits() {
        Limits limits;
        limits.partial_matches_max = limits.partial_matches_per_sequence_max = 1u << 22;
        limits.retained_bytes_max = std::size_t{8} << 30;
        return limits;
    }

    // One batch: event i is on file `file_of(i)` and satisfies `condition`.
    template <typename FileOf>
    void run(FileOf file_of, ConditionIndex condition, std::int64_t tick = kTick) {
        hits_.clear();
        for (std::uint32_t i = 0; i < kBatch; ++i) {
            now_ += tick;
            events_[i].time = Timestamp(Duration(now_));
            events_[i].number = ++number_;
            events_[i].file.number = file_of(i);
            if (condition != kNoCondition) hits_.push_back({i, condition});
        }
        engine_.apply(events_, hits_, matches_);
        matches_.clear();
    }

    // Time passes, as much as in a batch with kTick, without events.
    void rest() {
        now_ += static_cast<std::int64_t>(kBatch) * kTick;
        engine_.advance_to(Timestamp(Duration(now_)), matches_);
    }

    Engine& engine() { return engine_; }

private:
    Engine engine_;
    ProcessImage* process_;
    Ref<ProcessImage> owner_;
    std::vector<Event> events_;
    std::vector<ConditionHit> hits_;
    std::vector<Match> matches_;
    std::int64_t now_ = 1'000'000;
    std::uint64_t number_ = 0;
};

std::uint64_t scramble(std::uint64_t x) { return x * 0x9e3779b97f4a7c15 >> 20; }

void fill(Driver& driver, std::uint64_t live) {
    for (std::uint64_t next = 0; next < live; next += kBatch) {
        driver.run([next](std::uint32_t i) { return next + i; }, 0);
    }
}

void report(benchmark::State& state, Driver& driver) {
    state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(kBatch));
    const EngineCounters counters = driver.engine().counters();
    const EngineMemory memory = driver.engine().memory();
    state.counters["live"] = static_cast<double>(counters.live);
    if (counters.live == 0) return;
    const auto per_match = [&](std::size_t bytes) {
        return static_cast<double>(bytes) / static_cast<double>(counters.live);
    };
    state.counters["bytes_each"] = per_match(memory.partial_matches);
    state.counters["retained_each"] = per_match(memory.retained_events);
}

// A first step under a new key; the oldest partial match expires.
void open_and_expire(benchmark::State& state) {
    const auto live = static_cast<std::uint64_t>(state.range(0));
    Driver driver(three_steps(1, static_cast<std::int64_t>(live) * kTick));
    fill(driver, live);
    std::uint64_t next = live;
    const auto open_some = [&] { driver.run([&next](std::uint32_t) { return next++; }, 0); };
    while (next < 2 * live) open_some();
    for (auto _ : state) open_some();
    report(state, driver);
}
BENCHMARK(open_and_expire)->Arg(1'000)->Arg(100'000)->Arg(1'000'000);

// The same apart: in each round time stands still while a batch opens, and then passes while as
// many of the oldest expire; one of the two is timed.
template <bool kTimesOpening>
void open_or_expire(benchmark::State& state) {
    using Clock = std::chrono::steady_clock;
    const auto live = static_cast<std::uint64_t>(state.range(0));
    Driver driver(three_steps(1, static_cast<std::int64_t>(live) * kTick));
    std::uint64_t next = 0;
    Clock::duration opening{0}, expiring{0};
    const auto round = [&] {
        const auto start = Clock::now();
        driver.run([&next](std::uint32_t) { return next++; }, 0, 0);
        const auto between = Clock::now();
        driver.rest();
        opening = between - start;
        expiring = Clock::now() - between;
    };
    while (next < 2 * live) round();
    for (auto _ : state) {
        round();
        state.SetIterationTime(
            std::chrono::duration<double>(kTimesOpening ? opening : expiring).count());
    }
    report(state, driver);
}
void open(benchmark::State& state) { open_or_expire<true>(state); }
void expire(benchmark::State& state) { open_or_expire<false>(state); }
BENCHMARK(open)->Arg(1'000)->Arg(100'000)->Arg(1'000'000)->UseManualTime();
BENCHMARK(expire)->Arg(1'000)->Arg(100'000)->Arg(1'000'000)->UseManualTime();

// A first step under the key of some live partial match, which it replaces.
void replace(benchmark::State& state) {
    const auto live = static_cast<std::uint64_t>(state.range(0));
    Driver driver(three_steps(1, INT64_C(1) << 60));
    fill(driver, live);
    std::uint64_t next = 0;
    const auto replace_some = [&] {
        driver.run([&](std::uint32_t) { return scramble(++next) % live; }, 0);
    };
    while (next < 2 * live) replace_some();  // Until memory is taken and well mixed.
    for (auto _ : state) replace_some();
    report(state, driver);
}
BENCHMARK(replace)->Arg(1'000)->Arg(100'000)->Arg(1'000'000);

// A second step under the key of some live partial match, which advances; then a first step under
// the same key, so that there is one to advance the next time round: two live ones for each key.
void advance(benchmark::State& state) {
    const auto live = static_cast<std::uint64_t>(state.range(0));
    const std::uint64_t keys = live / 2;
    Driver driver(three_steps(1, INT64_C(1) << 60));
    fill(driver, keys);
    std::uint64_t next = 0;
    const auto advance_some = [&] {
        const auto file_of = [&](std::uint32_t i) { return scramble(next + i) % keys; };
        driver.run(file_of, 1);
        driver.run(file_of, 0);
        next += kBatch;
    };
    while (next < 2 * live) advance_some();
    for (auto _ : state) advance_some();
    report(state, driver);
    state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(2 * kBatch));
}
BENCHMARK(advance)->Arg(1'000)->Arg(100'000)->Arg(1'000'000);

// A later step under a key that nothing waits for: what most step hits are.
void unawaited(benchmark::State& state) {
    const auto live = static_cast<std::uint64_t>(state.range(0));
    Driver driver(three_steps(1, INT64_C(1) << 60));
    fill(driver, live);
    std::uint64_t next = 0;
    for (auto _ : state) {
        driver.run([&](std::uint32_t) { return live + scramble(++next); }, 2);
    }
    report(state, driver);
}
BENCHMARK(unawaited)->Arg(1'000)->Arg(100'000)->Arg(1'000'000);

// Loaded sequences that an event does not concern.
void sequences_without_hit(benchmark::State& state) {
    Driver driver(three_steps(static_cast<std::uint32_t>(state.range(0)), 1'000'000));
    for (auto _ : state) {
        driver.run([](std::uint32_t i) { return i; }, kNoCondition);
    }
    report(state, driver);
}
BENCHMARK(sequences_without_hit)->Arg(10)->Arg(10'000);

// Loaded sequences, one of which each event concerns.
void sequences_with_hit(benchmark::State& state) {
    const auto count = static_cast<std::uint32_t>(state.range(0));
    Driver driver(three_steps(count, 1'000'000));
    std::uint64_t next = 0;
    for (auto _ : state) {
        const auto sequence = static_cast<std::uint32_t>(scramble(++next) % count);
        driver.run([](std::uint32_t i) { return i; }, 3 * sequence);
    }
    report(state, driver);
}
BENCHMARK(sequences_with_hit)->Arg(10)->Arg(10'000);

}  // namespace
}  // namespace sequitur
