// What the live probe adds to system calls: measured in alternation with nothing attached.
//
//     probe_overhead [rounds [rules]]
//
// A child process makes the calls; the parent attaches and detaches the probe between its rounds
// and reads the records meanwhile. Prints the fastest of the rounds, in ns of CPU per call. Three
// settings: off; on with what the rules (default: rules/) need; on with everything. The last rows
// are whole commands, of which the ratio counts.
#include "daemon/live.h"
#include "daemon/rule_loader.h"
#include "probe/live_source.h"

#include <spawn.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fcntl.h>
#include <functional>
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

constexpr std::array<Measure, 10> kMeasures{{
    {"getppid", 400'000, [] { syscall(SYS_getppid); }},
    {"read 1 byte", 300'000, [] { syscall(SYS_read, kZero, one_byte, 1); }},
    {"write 1 byte", 300'000, [] { syscall(SYS_write, kZero, one_byte, 1); }},
    {"open, unnamed", 100'000, [] { open_and_close("/etc/hostname", O_RDONLY); }},
    {"open, named", 100'000, [] { open_and_close("/tmp/sequitur-overhead", O_RDONLY); }},
    {"chmod", 50'000, [] { syscall(SYS_chmod, "/tmp/sequitur-overhead", 0600); }},
    {"fork+exec", 300, fork_and_exec},
    {"find and tar", 1,
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

Times measure() {
    Times times{};
    for (std::size_t i = 0; i < kMeasures.size(); ++i) times[i] = time_of(kMeasures[i]);
    return times;
}

// Does one round whenever a byte comes, and writes the times back.
[[noreturn]] void serve(int from, int to) {
    dup2(open("/dev/zero", O_RDWR), kZero);
    close(open("/tmp/sequitur-overhead", O_CREAT | O_RDWR, 0600));
    char go = 0;
    while (read(from, &go, 1) == 1) {
        const Times times = measure();
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

Child start_child() {
    int there[2], back[2];
    if (pipe(there) != 0 || pipe(back) != 0) std::exit(1);
    const pid_t pid = fork();
    if (pid == 0) {
        close(there[1]);
        close(back[0]);
        serve(there[0], back[1]);
    }
    close(there[0]);
    close(back[1]);
    return {there[1], back[0], pid};
}

struct Attached {
    std::uint64_t records = 0, lost = 0;
};

// One round of the child with the probe on.
Times round_with(const Child& child, const Interest& interest, Attached& seen) {
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
    });
    const Times times = child.round();
    done = true;
    reader.join();
    seen.records += records;
    seen.lost += (*source)->losses().ring_full;
    return times;
}

// Other load only ever adds.
double fastest(const std::vector<double>& values) {
    return *std::min_element(values.begin(), values.end());
}

}  // namespace

int main(int count, char** arguments) {
    const int rounds = count > 1 ? std::max(std::atoi(arguments[1]), 1) : 5;
    const Interest of_shipped = of_rules(count > 2 ? arguments[2] : "rules");
    const Child child = start_child();
    std::array<std::array<std::vector<double>, kMeasures.size()>, 3> all;
    std::array<Attached, 3> seen{};
    const auto keep = [&](std::size_t setting, const Times& times) {
        for (std::size_t i = 0; i < times.size(); ++i) all[setting][i].push_back(times[i]);
    };
    (void)child.round();  // warm
    for (int n = 0; n < rounds; ++n) {
        keep(0, child.round());
        keep(1, round_with(child, of_shipped, seen[1]));
        keep(2, round_with(child, Interest::everything(), seen[2]));
    }
    std::printf("%-14s %10s %10s %10s   CPU ns per call, fastest of %d rounds\n", "", "off",
                "rules", "all", rounds);
    for (std::size_t i = 0; i < kMeasures.size(); ++i)
        std::printf(
            "%-14s %10.0f %+10.0f %+10.0f   x%.3f x%.3f\n", kMeasures[i].name, fastest(all[0][i]),
            fastest(all[1][i]) - fastest(all[0][i]), fastest(all[2][i]) - fastest(all[0][i]),
            fastest(all[1][i]) / fastest(all[0][i]), fastest(all[2][i]) / fastest(all[0][i]));
    for (const std::size_t setting : {std::size_t{1}, std::size_t{2}})
        std::printf("%s: %llu records, %llu lost\n", setting == 1 ? "rules" : "all",
                    static_cast<unsigned long long>(seen[setting].records),
                    static_cast<unsigned long long>(seen[setting].lost));
    close(child.to);
    waitpid(child.pid, nullptr, 0);
}
