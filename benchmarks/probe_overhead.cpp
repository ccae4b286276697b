// What the live probe adds to system calls: measured in alternation with nothing attached.
//
//     probe_overhead [--rounds N] [--rules PATH] [--only NAME] [--peer COMMAND]...
//
// A child process makes the calls; the parent attaches and detaches between its rounds, and reads
// the records meanwhile. Settings: nothing; an empty program on the tracepoint (what no probe there
// can be cheaper than); the probe with what the rules (default: rules/) need; the probe with
// everything; each peer, started by a shell and ended after its round. Prints a table in Markdown:
// ns of CPU per call, the fastest of the rounds, since other load only ever adds; for whole
// commands the median of the rounds' ratios. --only takes the measures whose name contains NAME.
#include "daemon/live.h"
#include "daemon/rule_loader.h"
#include "probe/live_source.h"

#include <bpf/bpf.h>
#include <spawn.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <functional>
#include <string>
#include <string_view>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <thread>
#include <time.h>
#include <unistd.h>
#include <vector>

namespace {

using sequitur::EventType;
using sequitur::Interest;

struct Measure {
    const char* name;
    int repeats;
    void (*call)();
};

char one_byte[1];  // NOLINT(cppcoreguidelines-avoid-non-const-global-variables)

void open_and_close(const char* path, int flags) {
    const long fd = syscall(SYS_openat, AT_FDCWD, path, flags, 0600);
    syscall(SYS_close, fd);
}

void fork_and_exec() {
    pid_t child = 0;
    char* arguments[] = {const_cast<char*>("true"), nullptr};
    if (posix_spawn(&child, "/bin/true", nullptr, nullptr, arguments, nullptr) == 0)
        waitpid(child, nullptr, 0);
}

constexpr int kZero = 100;  // descriptor of /dev/zero

void run_command(const char* command) {
    pid_t child = 0;
    char* arguments[] = {const_cast<char*>("sh"), const_cast<char*>("-c"),
                         const_cast<char*>(command), nullptr};
    if (posix_spawn(&child, "/bin/sh", nullptr, nullptr, arguments, environ) != 0) return;
    waitpid(child, nullptr, 0);
}

constexpr std::array<Measure, 11> kMeasures{{
    {"getppid", 400'000, [] { syscall(SYS_getppid); }},
    {"read 1 byte", 300'000, [] { syscall(SYS_read, kZero, one_byte, 1); }},
    {"write 1 byte", 300'000, [] { syscall(SYS_write, kZero, one_byte, 1); }},
    {"open+close, unnamed", 100'000, [] { open_and_close("/etc/hostname", O_RDONLY); }},
    {"open+close, named", 100'000, [] { open_and_close("/tmp/sequitur-overhead", O_RDONLY); }},
    {"open+write+close", 50'000,
     [] {
         const long fd = syscall(SYS_openat, AT_FDCWD, "/tmp/sequitur-overhead", O_WRONLY);
         syscall(SYS_write, fd, one_byte, 1);
         syscall(SYS_close, fd);
     }},
    {"chmod", 50'000, [] { syscall(SYS_chmod, "/tmp/sequitur-overhead", 0600); }},
    {"fork+exec", 300, fork_and_exec},
    {"find+tar", 1,
     [] {
         run_command(
             "find /usr/include /usr/share/perl -type f | tar -cf - -T - 2>&1 | cat >/dev/null");
     }},
    {"shell script", 1,
     [] {
         run_command("i=0; while [ $i -lt 300 ]; do /bin/true; x=$(echo $i); i=$((i+1)); done");
     }},
    {"compiler", 1,
     [] {
         run_command(
             "for i in 1 2 3 4; do echo '#include <map>\n#include <string>\nstd::map<std::string, "
             "int> m;' | c++ -O1 -x c++ -c -o /dev/null -; done");
     }},
}};

using Times = std::array<double, kMeasures.size()>;

// Of this process and of the children it waited for: other load on the host counts less so.
double cpu_time_ns() {
    timespec own{};
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &own);
    rusage children{};
    getrusage(RUSAGE_CHILDREN, &children);
    const auto us = static_cast<double>(children.ru_utime.tv_usec + children.ru_stime.tv_usec);
    const auto s = static_cast<double>(children.ru_utime.tv_sec + children.ru_stime.tv_sec);
    return static_cast<double>(own.tv_sec) * 1e9 + static_cast<double>(own.tv_nsec) + s * 1e9 +
           us * 1e3;
}

// The fastest of twenty parts, where there are enough calls: what other load adds falls away.
double time_of(const Measure& measure) {
    const int parts = measure.repeats >= 1000 ? 20 : 1;
    double best = 0;
    for (int part = 0; part < parts; ++part) {
        const double start = cpu_time_ns();
        for (int n = 0; n < measure.repeats / parts; ++n) measure.call();
        const double time = (cpu_time_ns() - start) / (measure.repeats / parts);
        best = part == 0 ? time : std::min(best, time);
    }
    return best;
}

Times measure(const char* only) {
    Times times{};
    for (std::size_t i = 0; i < kMeasures.size(); ++i)
        if (std::strstr(kMeasures[i].name, only) != nullptr) times[i] = time_of(kMeasures[i]);
    return times;
}

// Does one round whenever a byte comes, and writes the times back.
[[noreturn]] void serve(int from, int to, const char* only) {
    dup2(open("/dev/zero", O_RDWR), kZero);
    close(open("/tmp/sequitur-overhead", O_CREAT | O_RDWR, 0600));
    char go = 0;
    while (read(from, &go, 1) == 1) {
        const Times times = measure(only);
        if (write(to, times.data(), sizeof times) != sizeof times) break;
    }
    unlink("/tmp/sequitur-overhead");
    _exit(0);
}

// What the shipped rules, or those in `path`, make the probe send.
Interest of_rules(const char* path) {
    auto rules = sequitur::load_rules({path});
    if (!rules) {
        std::fprintf(stderr, "%s\n", rules.error().message.c_str());
        std::exit(1);
    }
    return sequitur::interest_of(**rules);
}

struct Child {
    int to = -1, from = -1;
    pid_t pid = -1;

    Times round() const {
        Times times{};
        if (write(to, "x", 1) != 1 || read(from, times.data(), sizeof times) != sizeof times)
            std::exit(1);
        return times;
    }
};

Child start_child(const char* only) {
    int there[2], back[2];
    if (pipe(there) != 0 || pipe(back) != 0) std::exit(1);
    const pid_t pid = fork();
    if (pid == 0) {
        close(there[1]);
        close(back[0]);
        serve(there[0], back[1], only);
    }
    close(there[0]);
    close(back[1]);
    return {there[1], back[0], pid};
}

// One way to have or not to have something attached, and what was seen of it.
struct Setting {
    std::string name;
    std::function<Times(Setting&)> round = {};
    std::array<std::vector<double>, kMeasures.size()> times = {};
    std::uint64_t records = 0, lost = 0;
    double own_cpu_s = 0, wall_s = 0;
};

double seconds_of(clockid_t clock) {
    timespec now{};
    clock_gettime(clock, &now);
    return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) / 1e9;
}

// One round with a program on the tracepoint that does nothing.
Times round_with_empty(const Child& child) {
    bpf_insn empty[2] = {};
    empty[0].code = BPF_ALU64 | BPF_MOV | BPF_K;
    empty[1].code = BPF_JMP | BPF_EXIT;
    const int program =
        bpf_prog_load(BPF_PROG_TYPE_RAW_TRACEPOINT, "empty", "GPL", empty, 2, nullptr);
    const int link = program < 0 ? -1 : bpf_raw_tracepoint_open("sys_exit", program);
    if (link < 0) {
        std::perror("an empty program");
        std::exit(77);
    }
    const Times times = child.round();
    close(link);
    close(program);
    return times;
}

// One round while another program runs, which is given three seconds to start.
Times round_with_peer(const Child& child, const char* command) {
    const pid_t pid = fork();
    if (pid == 0) {
        setpgid(0, 0);
        execl("/bin/sh", "sh", "-c", command, nullptr);
        _exit(127);
    }
    std::this_thread::sleep_for(std::chrono::seconds(3));
    const Times times = child.round();
    kill(-pid, SIGTERM);
    waitpid(pid, nullptr, 0);
    return times;
}

// One round of the child with the probe on.
Times round_with(const Child& child, const Interest& interest, Setting& seen) {
    sequitur::LiveOptions options;
    options.interest = interest;
    options.snapshot = false;
    auto source = sequitur::LiveSource::open(options);
    if (!source) {
        std::fprintf(stderr, "%s\n", source.error().message.c_str());
        std::exit(77);
    }
    std::atomic<bool> done{false};
    std::uint64_t records = 0;
    std::thread reader([&] {
        std::vector<sequitur::RecordView> batch;
        while (!done.load()) {
            (void)(*source)->next_batch(8192, std::chrono::milliseconds(20), batch);
            records += batch.size();
        }
        seen.own_cpu_s += seconds_of(CLOCK_THREAD_CPUTIME_ID);
    });
    const double start = seconds_of(CLOCK_MONOTONIC);
    const Times times = child.round();
    seen.wall_s += seconds_of(CLOCK_MONOTONIC) - start;
    done = true;
    reader.join();
    seen.records += records;
    seen.lost += (*source)->losses().ring_full;
    return times;
}

double fastest(const std::vector<double>& values) {
    return *std::min_element(values.begin(), values.end());
}

double median_ratio(const std::vector<double>& on, const std::vector<double>& off) {
    std::vector<double> ratios;
    for (std::size_t i = 0; i < on.size(); ++i) ratios.push_back(on[i] / off[i]);
    std::sort(ratios.begin(), ratios.end());
    return ratios[ratios.size() / 2];
}

void print_table(const std::vector<Setting>& settings, const char* only) {
    std::printf("| call |");
    for (const Setting& setting : settings) std::printf(" %s |", setting.name.c_str());
    std::printf("\n|---|");
    for (std::size_t i = 0; i < settings.size(); ++i) std::printf("---|");
    std::printf("\n");
    for (std::size_t i = 0; i < kMeasures.size(); ++i) {
        if (std::strstr(kMeasures[i].name, only) == nullptr) continue;
        const auto& off = settings.front().times[i];
        std::printf("| %s | %.0f |", kMeasures[i].name, fastest(off));
        for (std::size_t k = 1; k < settings.size(); ++k) {
            const auto& on = settings[k].times[i];
            if (kMeasures[i].repeats < 1000) std::printf(" x%.3f |", median_ratio(on, off));
            else std::printf(" %+.0f |", fastest(on) - fastest(off));
        }
        std::printf("\n");
    }
    for (const Setting& setting : settings)
        if (setting.wall_s > 0)
            std::printf("\n%s: %llu records, %llu lost; the reader took %.1f%% of a CPU\n",
                        setting.name.c_str(), static_cast<unsigned long long>(setting.records),
                        static_cast<unsigned long long>(setting.lost),
                        100 * setting.own_cpu_s / setting.wall_s);
}

struct Options {
    int rounds = 9;
    const char* rules = "rules";
    const char* only = "";
    std::vector<const char*> peers;
};

Options options_of(int count, char** arguments) {
    Options options;
    for (int i = 1; i + 1 < count; i += 2) {
        const std::string_view name = arguments[i];
        if (name == "--rounds") options.rounds = std::max(std::atoi(arguments[i + 1]), 1);
        if (name == "--rules") options.rules = arguments[i + 1];
        if (name == "--only") options.only = arguments[i + 1];
        if (name == "--peer") options.peers.push_back(arguments[i + 1]);
    }
    return options;
}

}  // namespace

int main(int count, char** arguments) {
    const Options options = options_of(count, arguments);
    const Interest of_shipped = of_rules(options.rules);
    const Child child = start_child(options.only);
    std::vector<Setting> settings;
    settings.push_back({"nothing", [&](Setting&) { return child.round(); }});
    settings.push_back({"empty program", [&](Setting&) { return round_with_empty(child); }});
    settings.push_back({"rules", [&](Setting& s) { return round_with(child, of_shipped, s); }});
    settings.push_back(
        {"everything", [&](Setting& s) { return round_with(child, Interest::everything(), s); }});
    for (const char* peer : options.peers)
        settings.push_back({peer, [&, peer](Setting&) { return round_with_peer(child, peer); }});
    (void)child.round();  // warm
    for (int n = 0; n < options.rounds; ++n)
        for (Setting& setting : settings) {
            const Times times = setting.round(setting);
            for (std::size_t i = 0; i < times.size(); ++i) setting.times[i].push_back(times[i]);
        }
    print_table(settings, options.only);
    close(child.to);
    waitpid(child.pid, nullptr, 0);
}
