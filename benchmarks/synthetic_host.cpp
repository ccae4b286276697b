#include "benchmarks/synthetic_host.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace sequitur {
namespace {

struct Program {
    std::string_view exe;
    std::array<std::string_view, 3> args;
    std::string_view folder;  // where it mostly opens files
    std::string_view ending;
    std::uint32_t files;  // how many different ones
    std::uint32_t calls;  // made over its life, about
    bool lives_on;        // servers and shells
};

constexpr std::array<Program, 9> kPrograms = {{
    {"/bin/bash", {"-c", "make", ""}, "/etc/", ".conf", 40, 4000, true},
    {"/usr/sbin/nginx", {"-g", "daemon off;", ""}, "/var/www/html/", ".html", 2000, 100000, true},
    {"/usr/lib/postgresql/15/bin/postgres",
     {"-D", "/var/lib/postgresql", ""},
     "/var/lib/postgresql/15/main/base/",
     "",
     500,
     100000,
     true},
    {"/usr/bin/make", {"-j2", "all", ""}, "/home/dev/project/", ".mk", 30, 600, false},
    {"/usr/lib/gcc/x86_64-linux-gnu/12/cc1",
     {"-quiet", "-O2", "main.c"},
     "/usr/include/",
     ".h",
     3000,
     900,
     false},
    {"/usr/bin/as", {"-o", "main.o", ""}, "/tmp/cc", ".s", 100, 40, false},
    {"/usr/bin/ld", {"-o", "a.out", ""}, "/usr/lib/x86_64-linux-gnu/", ".so", 400, 300, false},
    {"/usr/bin/dpkg",
     {"--unpack", "archive.deb", ""},
     "/var/lib/dpkg/info/",
     ".list",
     1500,
     1200,
     false},
    {"/usr/bin/cat", {"/etc/hosts", "", ""}, "/etc/", "", 60, 15, false},
}};
constexpr std::uint32_t kServersFrom = 1, kServersTo = 3, kCommandsFrom = 3;
constexpr std::size_t kProcessesMax = 300;
constexpr std::uint64_t kStartNs = 1'700'000'000'000'000'000;

void append_number(std::string& out, std::uint64_t value) { out += std::to_string(value); }

std::string quoted(std::string_view text) {
    std::string out = "\"";
    out += text;
    out += '"';
    return out;
}

std::string open_args(const std::string& path, std::string_view flags, std::uint64_t inode) {
    std::string args = R"("dirfd":"AT_FDCWD","name":)" + quoted(path);
    args += R"(,"flags":)";
    args += flags;
    args += R"(,"mode":"0644","dev":2049,"ino":)";
    append_number(args, inode);
    return args;
}

// A file keeps its inode: the number is a function of the path.
std::uint64_t inode_of(std::string_view path) {
    std::uint64_t hash = 0xcbf29ce484222325ull;
    for (const char c : path) {
        hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3ull;
    }
    return (hash >> 24) + 100;
}

}  // namespace

SyntheticHost::SyntheticHost(const Options& options)
    : options_(options), state_(options.seed * 0x9e3779b97f4a7c15ull + 1), now_ns_(kStartNs) {}

std::uint64_t SyntheticHost::random() {  // splitmix64
    std::uint64_t z = (state_ += 0x9e3779b97f4a7c15ull);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ull;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebull;
    return z ^ (z >> 31);
}

std::uint64_t SyntheticHost::tick() {
    now_ns_ += 200 + below(3000);
    if (!options_.is_disordered || below(16) != 0) return now_ns_;
    return now_ns_ - std::min<std::uint64_t>(below(50'000), now_ns_ - kStartNs);
}

std::string SyntheticHost::path_for(std::uint32_t kind) {
    const Program& program = kPrograms[kind];
    // The square of an even draw: low numbers are hot, high ones rare.
    const std::uint64_t draw = below(program.files);
    const std::uint64_t number = draw * draw / program.files;
    std::string path(program.folder);
    path += 'f';
    append_number(path, number);
    path += program.ending;
    return path;
}

void SyntheticHost::line(std::string& out, std::int64_t pid, const char* type, std::int64_t result,
                         const std::string& args) {
    out += R"({"ts":)";
    append_number(out, tick());
    out += R"(,"pid":)";
    out += std::to_string(pid);
    out += R"(,"type":")";
    out += type;
    out += R"(","ret":)";
    out += std::to_string(result);
    if (!args.empty()) out += R"(,"args":{)" + args + '}';
    out += "}\n";
    ++made_;
}

void SyntheticHost::snapshot(std::string& out) {
    out +=
        R"({"proc":{"pid":1,"ppid":0,"name":"systemd","exepath":"/lib/systemd/systemd","uid":0,"gid":0,"sid":1,"start_ts":1699999990000000000}})"
        "\n";
    for (std::uint32_t kind = 0; kind < kServersTo; ++kind) {
        const Program& program = kPrograms[kind];
        const std::string exe(program.exe);
        out += R"({"proc":{"pid":)" + std::to_string(next_pid_) + R"(,"ppid":1,"name":)" +
               quoted(exe.substr(exe.rfind('/') + 1)) + R"(,"exepath":)" + quoted(exe) +
               R"(,"cwd":"/root","uid":0,"gid":0,"sid":)" + std::to_string(next_pid_) +
               R"(,"start_ts":1699999991000000000}})" + "\n";
        processes_.push_back({next_pid_++, 1, kind, program.calls, {}});
    }
    has_snapshot_ = true;
}

void SyntheticHost::start_process(std::string& out, std::int64_t parent, std::uint32_t kind) {
    const Program& program = kPrograms[kind];
    const std::int64_t pid = next_pid_++;
    line(out, parent, "clone", pid, R"("flags":0)");
    std::string args = R"("exe":)" + quoted(program.exe) + R"(,"args":[)";
    for (std::size_t i = 0; i < program.args.size() && !program.args[i].empty(); ++i) {
        if (i) args += ',';
        args += quoted(program.args[i]);
    }
    args += R"(],"dev":2049,"ino":)";
    append_number(args, inode_of(program.exe));
    line(out, pid, "execve", 0, args);
    processes_.push_back({pid,
                          parent,
                          kind,
                          program.calls / 2 + static_cast<std::uint32_t>(below(program.calls)),
                          {}});
}

void SyntheticHost::end_process(std::string& out, std::size_t index) {
    line(out, processes_[index].pid, "procexit", 0, "");
    processes_[index] = std::move(processes_.back());
    processes_.pop_back();
}

void SyntheticHost::call(std::string& out, Process& process) {
    const std::uint64_t draw = below(100);
    std::vector<int>& fds = process.open_fds;
    const auto fd_args = [&](std::size_t i) { return R"("fd":)" + std::to_string(fds[i]); };
    if (fds.empty() || (draw < 38 && fds.size() < 12)) {
        const std::string path = path_for(process.kind);
        const int fd = fds.empty() ? 3 : fds.back() + 1;
        if (below(12) == 0) {
            line(out, process.pid, "openat", -2,
                 open_args(path + ".missing", R"(["O_RDONLY"])", 0));
            return;
        }
        const bool writes = below(10) == 0;
        line(out, process.pid, "openat", fd,
             open_args(path, writes ? R"(["O_WRONLY","O_CREAT"])" : R"(["O_RDONLY","O_CLOEXEC"])",
                       inode_of(path)));
        fds.push_back(fd);
    } else if (draw < 74) {
        line(out, process.pid, "close", 0, fd_args(fds.size() - 1));
        fds.pop_back();
    } else if (draw < 93) {
        line(out, process.pid, "fcntl", 0, fd_args(below(fds.size())) + R"(,"cmd":"F_GETFL")");
    } else if (draw < 97) {
        line(out, process.pid, "read", 80, fd_args(below(fds.size())) + R"(,"size":4096)");
    } else {
        line(out, process.pid, "write", 80, fd_args(below(fds.size())) + R"(,"size":80)");
    }
}

void SyntheticHost::dropper(std::string& out) {
    const std::int64_t shell = processes_[0].pid;
    const std::string path = "/tmp/payload" + std::to_string(droppers_);
    const std::int64_t writer = next_pid_++, armer = next_pid_++, runner = next_pid_++;
    for (const std::int64_t pid : {writer, armer, runner})
        line(out, shell, "clone", pid, R"("flags":0)");
    line(out, writer, "openat", 3, open_args(path, R"(["O_WRONLY","O_CREAT"])", inode_of(path)));
    line(out, writer, "close", 0, R"("fd":3)");
    line(out, writer, "procexit", 0, "");
    line(out, armer, "fchmodat", 0,
         R"("dirfd":"AT_FDCWD","filename":)" + quoted(path) + R"(,"mode":"0755")");
    line(out, armer, "procexit", 0, "");
    line(out, runner, "execve", 0,
         R"("exe":)" + quoted(path) + R"(,"dev":2049,"ino":)" + std::to_string(inode_of(path)));
    line(out, runner, "procexit", 0, "");
    ++droppers_;
}

void SyntheticHost::step(std::string& out) {
    if (options_.events_per_dropper && made_ / options_.events_per_dropper > droppers_) {
        return dropper(out);
    }
    const std::size_t index = below(processes_.size());
    Process& process = processes_[index];
    const Program& program = kPrograms[process.kind];
    if (!program.lives_on && process.calls_left == 0) return end_process(out, index);
    if (process.calls_left) --process.calls_left;
    // Shells and make start commands; each runs for a while and goes.
    const bool starts =
        (process.kind == 0 && below(40) == 0) || (process.kind == 3 && below(60) == 0);
    if (starts && processes_.size() < kProcessesMax) {
        const auto kinds = static_cast<std::uint32_t>(kPrograms.size()) - kCommandsFrom;
        return start_process(out, process.pid,
                             kCommandsFrom + static_cast<std::uint32_t>(below(kinds)));
    }
    call(out, process);
}

bool SyntheticHost::append_lines(std::string& out, std::size_t bytes) {
    static_assert(kServersFrom == 1);
    const std::size_t before = out.size();
    if (!has_snapshot_) snapshot(out);
    while (made_ < options_.events && out.size() - before < bytes) step(out);
    return out.size() > before;
}

}  // namespace sequitur
