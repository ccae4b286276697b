// Where the time of a replay goes: ns an event in each stage, on one thread, and two bounds that
// are measured in the same run. stage_times CAPTURE RULES...
//
// The capture is a plain .scap. Each stage works on whole batches, as in the program; the clock is
// read between batches, which costs less than 1 ns an event.

#include "core/alert_builder.h"
#include "core/condition_stage.h"
#include "core/host_state.h"
#include "core/limits.h"
#include "daemon/rule_loader.h"
#include "probe/scap_source.h"
#include "sequences/engine.h"

#include <array>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <fcntl.h>
#include <span>
#include <string>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include <vector>

namespace sequitur {
namespace {

double now_ns() {
    return static_cast<double>(std::chrono::steady_clock::now().time_since_epoch() /
                               std::chrono::nanoseconds(1));
}

std::span<const std::byte> map_file(const char* path) {
    const int fd = ::open(path, O_RDONLY | O_CLOEXEC);
    struct stat info {};
    if (fd < 0 || ::fstat(fd, &info) != 0) return {};
    const auto size = static_cast<std::size_t>(info.st_size);
    void* at = ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE, fd, 0);
    ::close(fd);
    if (at == MAP_FAILED) return {};
    return {static_cast<const std::byte*>(at), size};
}

volatile std::uint64_t g_sum;  // NOLINT: keeps the bounds' loops

// Every byte of the file read once.
double bytes_bound(std::span<const std::byte> file) {
    const double start = now_ns();
    std::uint64_t sum = 0;
    for (std::size_t at = 0; at + 8 <= file.size(); at += 8) {
        sum += load_le<std::uint64_t>(file.data() + at);
    }
    g_sum = sum;
    return now_ns() - start;
}

// From block to block; of each event time, thread and type.
double headers_bound(std::span<const std::byte> file) {
    constexpr std::size_t kEvent = 10;  // block head and CPU
    const double start = now_ns();
    std::uint64_t sum = 0;
    for (std::size_t at = 0; at + 36 <= file.size();) {
        const auto length = load_le<std::uint32_t>(file.data() + at + 4);
        if (length < 12 || length > file.size() - at) break;
        const std::byte* event = file.data() + at + kEvent;
        sum += load_le<std::uint64_t>(event) ^ load_le<std::uint64_t>(event + 8) ^
               load_le<std::uint16_t>(event + 20);
        at += length;
    }
    g_sum = sum;
    return now_ns() - start;
}

enum Stage { kDecode, kState, kConditions, kSequences, kOutput, kStages };
constexpr const char* kNames[kStages] = {"decode", "state", "conditions", "sequences", "output"};

class Replay {
public:
    explicit Replay(std::shared_ptr<const RuleSet> rules)
        : rules_(std::move(rules)),
          by_condition_(rules_->conditions->size()),
          state_(limits_, nullptr),
          conditions_(rules_->conditions, 1),
          engine_(rules_, limits_, 1) {
        for (const Rule& rule : rules_->rules) by_condition_[rule.condition].push_back(&rule);
    }

    void run(EventSource& source) {
        for (bool is_over = false; !is_over;) {
            batch_.events.clear();
            last_ = now_ns();
            is_over = !source.next_batch(limits_.batch_events_max, {}, batch_.records);
            end(kDecode);
            state_.release_through(batch_.number++);
            state_.apply(batch_.records, batch_.number, batch_.events);
            end(kState);
            conditions_.judge(batch_);
            end(kConditions);
            matches_.clear();
            engine_.apply(batch_.events, batch_.hits, matches_);
            end(kSequences);
            write();
            end(kOutput);
            events_ += batch_.events.size();
        }
    }

    std::uint64_t events() const { return events_; }
    std::uint64_t alerts() const { return alerts_; }
    double ns(Stage stage) const { return ns_[stage]; }

private:
    void end(Stage stage) {
        const double now = now_ns();
        ns_[stage] += now - last_;
        last_ = now;
    }

    void write() {
        text_.clear();
        for (const ConditionHit& hit : batch_.hits) {
            for (const Rule* rule : by_condition_[hit.condition]) {
                text_ += to_json(alert_of(*rule, batch_.events[hit.event], "host"));
                ++alerts_;
            }
        }
        alerts_ += matches_.size();
    }

    Limits limits_;
    std::shared_ptr<const RuleSet> rules_;
    std::vector<std::vector<const Rule*>> by_condition_;
    HostState state_;
    ConditionStage conditions_;
    Engine engine_;
    Batch batch_;
    std::vector<Match> matches_;
    std::string text_;
    std::array<double, kStages> ns_{};
    double last_ = 0;
    std::uint64_t events_ = 0, alerts_ = 0;
};

int run(const char* path, const std::vector<std::string>& rule_files) {
    auto rules = load_rules(rule_files);
    auto source = ScapSource::open(path, {});
    const std::span<const std::byte> file = map_file(path);
    if (!rules || !source || file.empty()) {
        std::fprintf(stderr, "stage_times: cannot read %s\n", rules ? path : "the rules");
        return 1;
    }
    const double first_touch = bytes_bound(file);
    const double bytes = bytes_bound(file), headers = headers_bound(file);
    Replay replay(*rules);
    replay.run(**source);

    const auto events = static_cast<double>(replay.events());
    std::printf("%-28s %8.1f\n", "bound: bytes, first touch", first_touch / events);
    std::printf("%-28s %8.1f\n", "bound: bytes read once", bytes / events);
    std::printf("%-28s %8.1f\n", "bound: headers touched once", headers / events);
    double sum = 0;
    for (int stage = 0; stage < kStages; ++stage) {
        const double ns = replay.ns(static_cast<Stage>(stage)) / events;
        std::printf("%-28s %8.1f\n", kNames[stage], ns);
        sum += ns;
    }
    std::printf("%-28s %8.1f ns/event over %.0f events, %llu alerts\n", "all", sum, events,
                static_cast<unsigned long long>(replay.alerts()));
    return 0;
}

}  // namespace
}  // namespace sequitur

int main(int argc, char** argv) {
    if (argc < 3) {
        std::fputs("usage: stage_times CAPTURE RULES...\n", stderr);
        return 2;
    }
    return sequitur::run(argv[1], {argv + 2, argv + argc});
}
