// A made-up host that makes system calls: the input of benchmarks and of the big replay tests.
//
// Seeded: the same seed gives the same bytes everywhere (own random numbers, no library's). The
// host has shells that start commands, compilers under make, a package manager, and servers. The
// mix of calls follows a measured one: about 36% close, 32% openat, 19% fcntl, the rest read,
// write, process life and network. Paths come from a bounded set with a few hot ones, as on a real
// host. At even intervals a dropper runs: write under /tmp, chmod, execute.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace sequitur {

class SyntheticHost {
public:
    struct Options {
        std::uint64_t seed = 1;
        std::uint64_t events = 1'000'000;
        std::uint64_t events_per_dropper = 100'000;  // 0: none
        bool is_disordered = false;                  // swap some neighbours in time, by up to 50 us
    };

    explicit SyntheticHost(const Options& options);

    // Appends event lines (docs/event-lines.md) to `out`, about `bytes` of them; false once all
    // events have been made and nothing was appended. The first call starts with the snapshot.
    bool append_lines(std::string& out, std::size_t bytes);

    std::uint64_t droppers() const { return droppers_; }

private:
    struct Process {
        std::int64_t pid, ppid;
        std::uint32_t kind;  // index into the programs
        std::uint32_t calls_left;
        std::vector<int> open_fds;
    };

    std::uint64_t random();
    std::uint64_t below(std::uint64_t bound) { return random() % bound; }
    std::string path_for(std::uint32_t kind);
    std::uint64_t tick();
    void line(std::string& out, std::int64_t pid, const char* type, std::int64_t result,
              const std::string& args);
    void snapshot(std::string& out);
    void step(std::string& out);
    void start_process(std::string& out, std::int64_t parent, std::uint32_t kind);
    void end_process(std::string& out, std::size_t index);
    void call(std::string& out, Process& process);
    void dropper(std::string& out);

    Options options_;
    std::uint64_t state_;
    std::uint64_t now_ns_;
    std::uint64_t made_ = 0;
    std::uint64_t droppers_ = 0;
    std::int64_t next_pid_ = 1000;
    bool has_snapshot_ = false;
    std::vector<Process> processes_;
};

}  // namespace sequitur
