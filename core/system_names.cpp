#include "core/system_names.h"

#include <algorithm>
#include <iterator>
#include <string.h>  // strerrorname_np

namespace sequitur {
namespace {

constexpr int kErrnoMax = 133;  // EHWPOISON

// System calls that a signal interrupted return these to the kernel's own exit path, where a probe
// sees them; user space never does. Source: include/linux/errno.h.
constexpr std::string_view kRestartNames[] = {"ERESTARTSYS", "ERESTARTNOINTR", "ERESTARTNOHAND",
                                              "ENOIOCTLCMD", "ERESTART_RESTARTBLOCK"};
constexpr int kRestartFirst = 512;

constexpr std::string_view kSignalNames[] = {
    "",          "SIGHUP",  "SIGINT",    "SIGQUIT", "SIGILL",   "SIGTRAP", "SIGABRT", "SIGBUS",
    "SIGFPE",    "SIGKILL", "SIGUSR1",   "SIGSEGV", "SIGUSR2",  "SIGPIPE", "SIGALRM", "SIGTERM",
    "SIGSTKFLT", "SIGCHLD", "SIGCONT",   "SIGSTOP", "SIGTSTP",  "SIGTTIN", "SIGTTOU", "SIGURG",
    "SIGXCPU",   "SIGXFSZ", "SIGVTALRM", "SIGPROF", "SIGWINCH", "SIGIO",   "SIGPWR",  "SIGSYS"};
static_assert(std::size(kSignalNames) == 32);

}  // namespace

std::string_view errno_name(std::int64_t number) {
    if (number < 0) number = number > -4096 ? -number : 0;
    if (number >= kRestartFirst &&
        number < kRestartFirst + static_cast<int>(std::size(kRestartNames))) {
        return kRestartNames[number - kRestartFirst];
    }
    if (number <= 0 || number > kErrnoMax) return {};
    const char* name = strerrorname_np(static_cast<int>(number));
    return name != nullptr ? std::string_view(name) : std::string_view();
}

int errno_number(std::string_view name) {
    if (name.empty()) return 0;
    for (int number = 1; number <= kErrnoMax; ++number) {
        if (errno_name(number) == name) return number;
    }
    const auto* found = std::ranges::find(kRestartNames, name);
    if (found == std::end(kRestartNames)) return 0;
    return kRestartFirst + static_cast<int>(found - std::begin(kRestartNames));
}

std::string_view signal_name(std::uint32_t number) {
    return number < std::size(kSignalNames) ? kSignalNames[number] : std::string_view();
}

std::uint8_t signal_number(std::string_view name) {
    if (name.empty()) return 0;
    const auto* found = std::ranges::find(kSignalNames, name);
    if (found == std::end(kSignalNames)) return 0;
    return static_cast<std::uint8_t>(found - std::begin(kSignalNames));
}

}  // namespace sequitur
