// Reading captures: what an event costs before the state stage sees it.
//
// One process that opens, reads and closes, as today's sources write it; plain and packed. Figures
// per event, and heap allocations counted by malloc's own statistics.
#include "core/record_builder.h"
#include "probe/scap_source.h"
#include "probe/scap_writer.h"

#include <benchmark/benchmark.h>
#include <malloc.h>

#include <filesystem>
#include <string>
#include <vector>

namespace sequitur {
namespace {

constexpr std::size_t kEvents = 2'000'000;

std::string make_capture(bool is_gzip) {
    const std::string path = std::filesystem::temp_directory_path() /
                             (is_gzip ? "capture_benchmark.scap.gz" : "capture_benchmark.scap");
    ScapWriterOptions options;
    options.is_gzip = is_gzip;
    options.snapshot_end_ns = 0;
    auto writer = ScapWriter::create(path, std::move(options));
    if (!writer) return {};
    Arena arena;
    RecordBuilder builder(arena);
    sequitur_task_option task{};
    task.tgid = 100;
    task.start_ns = 1'600'000'000'000'000'000;
    const std::string data(80, 'x');
    for (std::size_t i = 0; i < kEvents; ++i) {
        const std::uint64_t ts_ns = 1'700'000'000'000'000'000 + i * 1000;
        if (i % 3 == 0) {
            builder.begin(ts_ns, 100, EventType::kOpenat);
            builder.add_int(3);
            builder.add_int(-100);
            builder.add_text("/etc/ld.so.cache");
            builder.add_int(1);
        } else if (i % 3 == 1) {
            builder.begin(ts_ns, 100, EventType::kRead);
            builder.add_int(80);
            builder.add_bytes(std::as_bytes(std::span(data)));
            builder.add_int(3);
            builder.add_int(4096);
        } else {
            builder.begin(ts_ns, 100, EventType::kClose);
            builder.add_int(0);
            builder.add_int(3);
        }
        builder.set_task(task);
        const RecordView record = builder.finish();
        if (!(*writer)->write({&record, 1})) return {};
        arena.reset();
    }
    return (*writer)->close() ? path : std::string();
}

void read_capture(benchmark::State& state, bool is_gzip) {
    const std::string path = make_capture(is_gzip);
    std::vector<RecordView> batch;
    batch.reserve(512);
    std::uint64_t events = 0, growth = 0;
    for (auto _ : state) {
        auto source = ScapSource::open(path, {});
        if (!source) {
            state.SkipWithError("the capture cannot be read");
            return;
        }
        for (int i = 0; i < 16; ++i) static_cast<void>((*source)->next_batch(512, {}, batch));
        const std::size_t before = mallinfo2().uordblks;
        while ((*source)->next_batch(512, {}, batch)) {
            events += batch.size();
            benchmark::DoNotOptimize(batch.data());
        }
        const std::size_t after = mallinfo2().uordblks;
        growth += after > before ? after - before : 0;
    }
    state.SetItemsProcessed(static_cast<std::int64_t>(events));
    state.counters["heap_growth"] = static_cast<double>(growth);
    std::filesystem::remove(path);
}

BENCHMARK_CAPTURE(read_capture, plain, false)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(read_capture, gzip, true)->Unit(benchmark::kMillisecond)->UseRealTime();

}  // namespace
}  // namespace sequitur
