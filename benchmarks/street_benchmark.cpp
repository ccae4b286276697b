// The whole street over records in memory: host state, conditions, sequences; ns and allocations an
// event, with 3 and with 300 rules. One thread, so that events/s are per core.

#include "benchmarks/synthetic_host.h"
#include "core/sink.h"
#include "daemon/street.h"
#include "dsl/frontend.h"
#include "probe/capture.h"

#include <benchmark/benchmark.h>

#include <atomic>
#include <cstdlib>
#include <new>
#include <string>
#include <vector>

namespace {

std::atomic<std::uint64_t> g_allocations{0};

void* allocate(std::size_t bytes) {
    g_allocations.fetch_add(1, std::memory_order_relaxed);
    void* memory = std::malloc(bytes);
    if (!memory) std::abort();
    return memory;
}

}  // namespace

void* operator new(std::size_t bytes) { return allocate(bytes); }
void* operator new[](std::size_t bytes) { return allocate(bytes); }
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete[](void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }
void operator delete[](void* memory, std::size_t) noexcept { std::free(memory); }

namespace sequitur {
namespace {

constexpr std::uint64_t kEvents = 400'000;

// The records of a made-up host, read once from event lines and kept.
class RecordedHost {
public:
    RecordedHost() {
        SyntheticHost::Options options;
        options.events = kEvents;
        options.events_per_dropper = 0;  // an alert allocates, and is no steady state
        SyntheticHost host(options);
        std::string lines;
        while (host.append_lines(lines, std::size_t{1} << 24)) {
        }
        auto source = open_event_lines(std::move(lines), "made-up host");
        std::vector<RecordView> batch;
        for (bool is_over = false; !is_over;) {
            is_over = !source->next_batch(4096, {}, batch);
            for (const RecordView& record : batch) keep(record);
        }
        for (const Kept& kept : kept_) records_.push_back(view_of(kept));
    }

    const std::vector<RecordView>& records() const { return records_; }

private:
    struct Kept {
        std::size_t offset, event_size, options_size;
    };

    void keep(const RecordView& record) {
        const auto event = record.event_bytes(), options = record.option_bytes();
        kept_.push_back({bytes_.size(), event.size(), options.size()});
        bytes_.insert(bytes_.end(), event.begin(), event.end());
        bytes_.insert(bytes_.end(), options.begin(), options.end());
    }
    RecordView view_of(const Kept& kept) const {
        const std::span all(bytes_);
        return {all.subspan(kept.offset, kept.event_size),
                all.subspan(kept.offset + kept.event_size, kept.options_size), 0};
    }

    std::vector<std::byte> bytes_;
    std::vector<Kept> kept_;
    std::vector<RecordView> records_;
};

const RecordedHost& recorded_host() {
    static const RecordedHost host;
    return host;
}

// Hands the records out once; notes the allocations made until its middle.
class MemorySource : public EventSource {
public:
    explicit MemorySource(const std::vector<RecordView>& records) : records_(records) {}

    Result<void> next_batch(std::size_t max_records, Duration,
                            std::vector<RecordView>& batch) override {
        batch.clear();
        if (next_ >= records_.size()) return fail(Error::Code::kEndOfInput, "");
        if (next_ < records_.size() / 2) allocations_at_middle_ = g_allocations.load();
        const std::size_t count = std::min(max_records, records_.size() - next_);
        for (std::size_t i = 0; i < count; ++i) batch.push_back(records_[next_ + i]);
        next_ += count;
        return {};
    }
    Timestamp watermark() const override {
        return next_ ? timestamp_from_ns(records_[next_ - 1].ts_ns()) : Timestamp();
    }
    SourceLosses losses() const override { return {}; }
    bool is_live() const override { return false; }

    std::uint64_t allocations_at_middle() const { return allocations_at_middle_; }

private:
    const std::vector<RecordView>& records_;
    std::size_t next_ = 0;
    std::uint64_t allocations_at_middle_ = 0;
};

class NoSink : public AlertSink {
public:
    void write(const Alert&) override {}
    void flush() override {}
};

// `count` detections: two rules and a sequence over each of count / 3 made-up products.
std::string rules_of(std::int64_t count) {
    std::string text;
    for (std::int64_t i = 0; i < count / 3; ++i) {
        const std::string n = std::to_string(i);
        text += "- rule: Configuration of product " + n +
                " written\n"
                "  desc: d\n"
                "  condition: evt.type in (open, openat, openat2) and evt.is_open_write = true and "
                "fd.name startswith /etc/product" +
                n + "/ and not proc.name in (dpkg, product" + n +
                ")\n"
                "  output: written (file=%fd.name by=%proc.cmdline)\n  priority: WARNING\n"
                "- rule: Product " +
                n +
                " starts a shell\n"
                "  desc: d\n"
                "  condition: evt.type = execve and proc.pname = product" +
                n +
                " and proc.name in (sh, bash, dash)\n"
                "  output: shell (command=%proc.cmdline)\n  priority: NOTICE\n"
                "- sequence: Product " +
                n +
                " replaced and run\n"
                "  desc: d\n  by: file.id\n  within: 60s\n  steps:\n"
                "    - drop: evt.type in (open, openat, openat2) and evt.is_open_write = true and "
                "fd.name contains /product" +
                n +
                ".bin\n"
                "    - run: evt.type = execve and proc.exepath endswith /product" +
                n +
                ".bin\n"
                "  output: replaced (file=%drop.fd.name)\n  priority: CRITICAL\n";
    }
    return text;
}

void BM_Street(benchmark::State& state) {
    const std::vector<RecordView>& records = recorded_host().records();
    dsl::Diagnostics diagnostics;
    const auto rules = dsl::compile({{"rules", rules_of(state.range(0))}}, {}, diagnostics);
    if (!rules) {
        state.SkipWithError(diagnostics.to_text().c_str());
        return;
    }
    NoSink sink;
    const std::atomic<bool> never_stop{false};
    std::uint64_t allocations = 0, events = 0;
    for (auto _ : state) {
        state.PauseTiming();
        Street street(rules, {}, nullptr, sink);
        MemorySource source(records);
        state.ResumeTiming();
        auto end = street.run(source, never_stop);
        benchmark::DoNotOptimize(end);
        allocations += g_allocations.load() - source.allocations_at_middle();
        events += street.counters().events;
    }
    const auto total = static_cast<double>(events);
    state.SetItemsProcessed(static_cast<std::int64_t>(events));
    // Of the second half. A string seen for the first time and a new process allocate; nothing else
    // may.
    state.counters["allocations_per_1000_events"] =
        1000 * static_cast<double>(allocations) / (total / 2);
}
BENCHMARK(BM_Street)
    ->Arg(3)
    ->Arg(30)
    ->Arg(300)
    ->Arg(3000)
    ->Unit(benchmark::kMillisecond)
    ->UseRealTime();

// The bound: the same records, each header touched once.
void BM_TouchHeaders(benchmark::State& state) {
    const std::vector<RecordView>& records = recorded_host().records();
    for (auto _ : state) {
        std::uint64_t sum = 0;
        for (const RecordView& record : records) sum += record.ts_ns() ^ record.tid();
        benchmark::DoNotOptimize(sum);
    }
    state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(records.size()));
}
BENCHMARK(BM_TouchHeaders)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace sequitur
