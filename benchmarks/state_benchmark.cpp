// What the state stage costs per record, and how often it asks the heap.
//
// Each benchmark applies one batch of prepared records over and over, as the pipeline does: a batch
// is released when the next has been applied. Counters: time per item is one record;
// "allocs" are calls of operator new per record, after a warm-up.
#include "core/host_state.h"
#include "core/record_builder.h"

#include <benchmark/benchmark.h>

#include <atomic>
#include <cstdlib>
#include <cstring>
#include <new>
#include <string>
#include <vector>

namespace {

// NOLINTNEXTLINE(cppcoreguidelines-avoid-non-const-global-variables): what operator new counts in
std::atomic<std::uint64_t> allocations{0};

void* counted(std::size_t size) {
    allocations.fetch_add(1, std::memory_order_relaxed);
    void* memory = std::malloc(size);
    if (memory == nullptr) std::abort();
    return memory;
}

}  // namespace

void* operator new(std::size_t size) { return counted(size); }
void* operator new(std::size_t size, std::align_val_t) { return counted(size); }
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }
void operator delete(void* memory, std::align_val_t) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t, std::align_val_t) noexcept { std::free(memory); }

namespace {

using sequitur::EventType;
using sequitur::RecordBuilder;
using sequitur::RecordView;

constexpr std::uint64_t kStart_ns = 1'700'000'000'000'000'000;
constexpr std::size_t kBatch = 512;

class History {
public:
    explicit History(bool is_live) : is_live_(is_live) {}

    template <typename Fill>
    void add(EventType type, std::int64_t tid, Fill&& fill) {
        builder_.begin(kStart_ns + records_.size(), static_cast<std::uint64_t>(tid), type);
        fill(builder_);
        if (is_live_) {
            sequitur_task(tid);
        }
        records_.push_back(builder_.finish());
    }
    void openat(std::int64_t tid, const std::string& path, std::uint32_t flags, std::int64_t fd,
                std::uint64_t ino) {
        add(EventType::kOpenat, tid, [&](RecordBuilder& record) {
            record.add_int(fd);
            record.add_int(-100);
            record.add_text(path);
            record.add_int(flags);
            record.add_int(0);
            record.add_int(0x801);
            record.add_int(ino);
            if (!is_live_ || fd < 0) return;
            record.add_file({ino, 0x801, 77, 1, 0100644, SEQUITUR_ROLE_TARGET});
            record.add_path(SEQUITUR_ROLE_TARGET, 0, path);
        });
    }
    void close(std::int64_t tid, std::int64_t fd) {
        add(EventType::kClose, tid, [&](RecordBuilder& record) {
            record.add_int(0);
            record.add_int(fd);
        });
    }
    void read(std::int64_t tid, std::int64_t fd) {
        add(EventType::kRead, tid, [&](RecordBuilder& record) {
            record.add_int(4096);
            record.add_missing();
            record.add_int(fd);
            record.add_int(4096);
        });
    }
    const std::vector<RecordView>& records() const { return records_; }

    // Ten seconds later the same again: pids that come back are new processes then.
    void move_on() {
        for (const RecordView& record : records_) {
            const std::uint64_t ts = record.ts_ns() + 10'000'000'000;
            std::memcpy(const_cast<std::byte*>(record.event_bytes().data()), &ts, sizeof ts);
        }
    }

private:
    void sequitur_task(std::int64_t tid) {
        sequitur::sequitur_task_option task{};
        task.start_ns = kStart_ns - 1'000'000'000;
        task.tgid = static_cast<std::uint32_t>(tid);
        task.parent_tgid = 1;
        task.mount_ns = 4026531840;
        builder_.set_task(task);
    }

    bool is_live_;
    sequitur::Arena arena_;
    RecordBuilder builder_{arena_};
    std::vector<RecordView> records_;
};

void apply(benchmark::State& state, History& history) {
    sequitur::HostState host({}, nullptr);
    std::vector<sequitur::Event> events;
    events.reserve(history.records().size());
    std::uint64_t batch = 0;
    const auto step = [&] {
        events.clear();
        history.move_on();
        host.apply(history.records(), ++batch, events);
        host.release_through(batch - 1);
    };
    for (int i = 0; i < 20; ++i) step();
    const std::uint64_t before = allocations.load();
    std::uint64_t records = 0;
    for (auto _ : state) {
        step();
        records += history.records().size();
        benchmark::DoNotOptimize(events.data());
    }
    state.SetItemsProcessed(static_cast<std::int64_t>(records));
    state.counters["allocs"] = benchmark::Counter(static_cast<double>(allocations.load() - before) /
                                                  static_cast<double>(records));
    state.counters["ns"] =
        benchmark::Counter(static_cast<double>(records),
                           static_cast<benchmark::Counter::Flags>(benchmark::Counter::kIsRate |
                                                                  benchmark::Counter::kInvert));
}

// `state.range(0)`: as the probe writes it, with its options (1), or as a capture has it (0).
void open_close(benchmark::State& state) {
    History history(state.range(0) != 0);
    for (std::size_t i = 0; history.records().size() < kBatch; ++i) {
        const std::int64_t tid = 100 + static_cast<std::int64_t>(i % 16);
        history.openat(tid, "/usr/lib/x86_64-linux-gnu/lib" + std::to_string(i % 64) + ".so", 1, 3,
                       1000 + i % 64);
        history.close(tid, 3);
    }
    apply(state, history);
}
BENCHMARK(open_close)->Arg(0)->Arg(1);

void open_read_close(benchmark::State& state) {
    History history(state.range(0) != 0);
    for (std::size_t i = 0; history.records().size() < kBatch; ++i) {
        const std::int64_t tid = 100 + static_cast<std::int64_t>(i % 16);
        history.openat(tid, "/proc/" + std::to_string(i % 64) + "/stat", 1, 3, 1000 + i % 64);
        for (int reads = 0; reads < 6; ++reads) history.read(tid, 3);
        history.close(tid, 3);
    }
    apply(state, history);
}
BENCHMARK(open_read_close)->Arg(0)->Arg(1);

void failed_open(benchmark::State& state) {
    History history(state.range(0) != 0);
    for (std::size_t i = 0; i < kBatch; ++i) {
        history.openat(100, "/usr/lib/locale/C.UTF-8/" + std::to_string(i % 32), 1, -2, 0);
    }
    apply(state, history);
}
BENCHMARK(failed_open)->Arg(0)->Arg(1);

void write_file(benchmark::State& state) {
    History history(state.range(0) != 0);
    for (std::size_t i = 0; history.records().size() < kBatch; ++i) {
        history.openat(100, "/tmp/out" + std::to_string(i % 64), 2, 3, 5000 + i % 64);
        history.close(100, 3);
    }
    apply(state, history);
}
BENCHMARK(write_file)->Arg(0)->Arg(1);

// A shell that runs a command: fork, exec, three opens, exit. Numbers are reused, as pids are.
void fork_exec_exit(benchmark::State& state) {
    History history(false);
    for (std::int64_t pid = 1000; history.records().size() < kBatch; ++pid) {
        history.add(EventType::kClone, 100, [&](RecordBuilder& record) {
            record.add_int(pid);
            record.add_text("bash");
        });
        history.add(EventType::kExecve, pid, [](RecordBuilder& record) {
            const std::string_view args[] = {"-l", "/tmp"};
            record.add_int(0);
            record.add_text("/usr/bin/ls");
            record.add_list(args);
            while (record.param_count() < 13) record.add_missing();
            record.add_text("ls");
            while (record.param_count() < 27) record.add_missing();
            record.add_text("/usr/bin/ls");
        });
        for (int i = 0; i < 3; ++i) {
            history.openat(pid, "/lib/" + std::to_string(i), 1, 3, 7000);
            history.close(pid, 3);
        }
        history.add(EventType::kProcexit, pid, [](RecordBuilder& record) { record.add_int(0); });
    }
    apply(state, history);
}
BENCHMARK(fork_exec_exit);

}  // namespace
