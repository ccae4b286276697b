#include "probe/proc_lookup.h"

#include <array>
#include <charconv>
#include <ctime>
#include <fcntl.h>
#include <optional>
#include <string>
#include <string_view>
#include <sys/stat.h>
#include <unistd.h>
#include <vector>

namespace sequitur {
namespace {

constexpr std::uint64_t kNsPerSecond = 1'000'000'000;
constexpr std::size_t kFileBytesMax = 65536;

std::uint64_t clock_ns(clockid_t clock) {
    timespec now{};
    ::clock_gettime(clock, &now);
    return static_cast<std::uint64_t>(now.tv_sec) * kNsPerSecond +
           static_cast<std::uint64_t>(now.tv_nsec);
}

// The start of a file, at most kFileBytesMax; nullopt when it can't be read.
std::optional<std::string> read_file(const std::string& path) {
    const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (fd < 0) return std::nullopt;
    std::string text(kFileBytesMax, '\0');
    std::size_t size = 0;
    while (size < text.size()) {
        const ssize_t got = ::read(fd, text.data() + size, text.size() - size);
        if (got <= 0) break;
        size += static_cast<std::size_t>(got);
    }
    ::close(fd);
    text.resize(size);
    return text;
}

std::string read_link(const std::string& path) {
    std::array<char, 4097> target{};
    const ssize_t size = ::readlink(path.c_str(), target.data(), target.size());
    return size > 0 ? std::string(target.data(), static_cast<std::size_t>(size)) : std::string();
}

// A number at the start of `text`, or `fallback`. Precondition: none; blanks before it are skipped.
template <typename T>
T number(std::string_view text, T fallback, int base = 10) {
    const std::size_t first = text.find_first_not_of(" \t");
    if (first == std::string_view::npos) return fallback;
    text.remove_prefix(first);
    T value{};
    const auto end = std::from_chars(text.data(), text.data() + text.size(), value, base);
    return end.ec == std::errc() ? value : fallback;
}

// The value behind "NAME:" in /proc/PID/status, to the end of its line.
std::string_view status_line(std::string_view status, std::string_view name) {
    for (std::size_t at = 0; at < status.size();) {
        const std::size_t end = std::min(status.find('\n', at), status.size());
        std::string_view line = status.substr(at, end - at);
        if (line.starts_with(name) && line.substr(name.size()).starts_with(':')) {
            return line.substr(name.size() + 1);
        }
        at = end + 1;
    }
    return {};
}

std::string_view last_word(std::string_view line) {
    const std::size_t end = line.find_last_not_of(" \t");
    if (end == std::string_view::npos) return {};
    line = line.substr(0, end + 1);
    return line.substr(line.find_last_of(" \t") + 1);
}

std::string_view second_word(std::string_view line) {
    const std::size_t first = line.find_first_not_of(" \t");
    if (first == std::string_view::npos) return {};
    const std::size_t blank = line.find_first_of(" \t", first);
    if (blank == std::string_view::npos) return {};
    const std::size_t second = line.find_first_not_of(" \t", blank);
    return second == std::string_view::npos ? std::string_view() : line.substr(second);
}

// /proc/PID/stat behind the name, which may itself hold blanks and parentheses.
struct Stat {
    std::int64_t ppid = -1, pgid = -1, sid = -1, tty = 0;
    std::uint64_t faults_minor = 0, faults_major = 0, start_ticks = 0;
};

std::optional<Stat> parse_stat(std::string_view text) {
    const std::size_t name_end = text.rfind(')');
    if (name_end == std::string_view::npos) return std::nullopt;
    std::vector<std::string_view> words;
    for (std::size_t at = name_end + 1; at < text.size();) {
        const std::size_t first = text.find_first_not_of(" \n", at);
        if (first == std::string_view::npos) break;
        const std::size_t end = std::min(text.find_first_of(" \n", first), text.size());
        words.push_back(text.substr(first, end - first));
        at = end;
    }
    if (words.size() < 20) return std::nullopt;  // proc(5) counts from 1 and the name is the second
    Stat stat;
    stat.ppid = number<std::int64_t>(words[1], -1);
    stat.pgid = number<std::int64_t>(words[2], -1);
    stat.sid = number<std::int64_t>(words[3], -1);
    stat.tty = number<std::int64_t>(words[4], 0);
    stat.faults_minor = number<std::uint64_t>(words[7], 0);
    stat.faults_major = number<std::uint64_t>(words[9], 0);
    stat.start_ticks = number<std::uint64_t>(words[19], 0);
    return stat;
}

std::vector<std::string_view> split(std::string_view text, char separator) {
    std::vector<std::string_view> parts;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find(separator), text.size());
        parts.push_back(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return parts;
}

// "4:memory:/a" to "memory=/a"; the unified hierarchy "0::/a" to "=/a".
std::vector<std::string> cgroups_of(std::string_view text) {
    std::vector<std::string> groups;
    for (const std::string_view line : split(text, '\n')) {
        const std::size_t first = line.find(':');
        const std::size_t second = line.find(':', first + 1);
        if (first == std::string_view::npos || second == std::string_view::npos) continue;
        groups.push_back(std::string(line.substr(first + 1, second - first - 1)) + '=' +
                         std::string(line.substr(second + 1)));
    }
    return groups;
}

std::uint64_t ns_of(const timespec& time) {
    return static_cast<std::uint64_t>(time.tv_sec) * kNsPerSecond +
           static_cast<std::uint64_t>(time.tv_nsec);
}

std::uint64_t open_files_limit(std::string_view limits) {
    constexpr std::string_view kName = "Max open files";
    const std::size_t at = limits.find(kName);
    if (at == std::string_view::npos) return ~std::uint64_t{0};
    return number<std::uint64_t>(limits.substr(at + kName.size()), ~std::uint64_t{0});
}

}  // namespace

ProcLookup::ProcLookup()
    : builder_(arena_), boot_time_ns_(clock_ns(CLOCK_REALTIME) - clock_ns(CLOCK_BOOTTIME)) {}

RecordView ProcLookup::find(std::int64_t pid) {
    const std::string folder = "/proc/" + std::to_string(pid) + '/';
    const auto stat_text = read_file(folder + "stat");
    const auto status = read_file(folder + "status");
    if (!stat_text || !status) return {};
    const auto stat = parse_stat(*stat_text);
    // A thread has a folder too, but is not its own group.
    if (!stat || number<std::int64_t>(status_line(*status, "Tgid"), -1) != pid) return {};

    std::string comm = read_file(folder + "comm").value_or("");
    if (!comm.empty() && comm.back() == '\n') comm.pop_back();
    const std::string arguments = read_file(folder + "cmdline").value_or("");
    const std::string environment = read_file(folder + "environ").value_or("");
    const std::string exepath = read_link(folder + "exe");
    struct stat exe {};
    const bool has_exe = ::stat((folder + "exe").c_str(), &exe) == 0;
    const auto groups = cgroups_of(read_file(folder + "cgroup").value_or(""));
    const auto hexadecimal = [&](std::string_view name) {
        const std::string_view line = status_line(*status, name);
        return number<std::uint64_t>(line, 0, 16);
    };
    const auto kilobytes = [&](std::string_view name) {
        return number<std::uint32_t>(status_line(*status, name), 0);
    };
    const auto ticks_per_second = static_cast<std::uint64_t>(::sysconf(_SC_CLK_TCK));

    arena_.reset();
    builder_.begin(clock_ns(CLOCK_REALTIME),
                   static_cast<std::uint64_t>(pid) << 32 | static_cast<std::uint64_t>(pid),
                   EventType::kIterTask);
    builder_.add_int(stat->ppid);
    builder_.add_int(stat->pgid);
    builder_.add_int(number<std::int64_t>(last_word(status_line(*status, "NSpgid")), -1));
    builder_.add_int(stat->sid);
    builder_.add_text(comm);
    builder_.add_list(split(arguments, '\0'));
    builder_.add_text(exepath);
    builder_.add_int(0);
    builder_.add_list(split(environment, '\0'));
    builder_.add_text(read_link(folder + "cwd"));
    builder_.add_int(open_files_limit(read_file(folder + "limits").value_or("")));
    builder_.add_int(number<std::uint32_t>(second_word(status_line(*status, "Uid")), kNoUid));
    builder_.add_int(number<std::uint32_t>(second_word(status_line(*status, "Gid")), kNoUid));
    builder_.add_int(hexadecimal("CapPrm"));
    builder_.add_int(hexadecimal("CapEff"));
    builder_.add_int(hexadecimal("CapInh"));
    builder_.add_int(has_exe ? static_cast<std::uint64_t>(exe.st_ino) : 0);
    builder_.add_int(has_exe ? ns_of(exe.st_ctim) : 0);
    builder_.add_int(has_exe ? ns_of(exe.st_mtim) : 0);
    builder_.add_int(kilobytes("VmSize"));
    builder_.add_int(kilobytes("VmRSS"));
    builder_.add_int(kilobytes("VmSwap"));
    builder_.add_int(stat->faults_major);
    builder_.add_int(stat->faults_minor);
    const auto own_pid = number<std::int64_t>(last_word(status_line(*status, "NSpid")), -1);
    builder_.add_int(own_pid);
    builder_.add_int(own_pid);
    builder_.add_int(0);
    builder_.add_list(std::vector<std::string_view>(groups.begin(), groups.end()));
    builder_.add_text(read_link(folder + "root"));
    builder_.add_int(boot_time_ns_ + stat->start_ticks * (kNsPerSecond / ticks_per_second));
    builder_.add_int(static_cast<std::uint32_t>(stat->tty));
    builder_.add_int(number<std::uint32_t>(read_file(folder + "loginuid").value_or(""), kNoUid));
    return builder_.finish();
}

}  // namespace sequitur
