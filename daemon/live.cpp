#include "daemon/live.h"

#include "daemon/push_down.h"

#include <initializer_list>
#include <span>
#include <string_view>

namespace sequitur {
namespace {

// By name, so that every variant of a call is meant and none is forgotten when the table grows.
constexpr std::string_view kStateCalls[] = {
    // Processes.
    "execve",
    "execveat",
    "clone",
    "clone3",
    "fork",
    "vfork",
    "procexit",
    "setsid",
    "setpgid",
    "prctl",
    // Working and root directories.
    "chdir",
    "fchdir",
    "chroot",
    // Descriptors.
    "open",
    "openat",
    "openat2",
    "creat",
    "open_by_handle_at",
    "close",
    "close_range",
    "dup",
    "dup2",
    "dup3",
    "fcntl",
    "pipe",
    "pipe2",
    "socket",
    "socketpair",
    "bind",
    "connect",
    "accept",
    "accept4",
    "eventfd",
    "eventfd2",
    "signalfd",
    "signalfd4",
    "timerfd_create",
    "inotify_init",
    "inotify_init1",
    "epoll_create",
    "epoll_create1",
    "memfd_create",
    "pidfd_open",
    "pidfd_getfd",
    "userfaultfd",
    "io_uring_setup",
    // Names of files.
    "rename",
    "renameat",
    "renameat2",
    "link",
    "linkat",
    "unlink",
    "unlinkat",
    "symlink",
    "symlinkat",
    "mkdir",
    "mkdirat",
    "rmdir",
    // Credentials.
    "setuid",
    "setreuid",
    "setresuid",
    "setgid",
    "setregid",
    "setresgid",
    "capset",
    "unshare",
    "setns",
};

// Those whose first bytes tell which file was copied to which.
constexpr std::string_view kCopyCalls[] = {
    "read",  "pread",  "readv",  "preadv",  "sendfile", "copy_file_range",
    "write", "pwrite", "writev", "pwritev", "splice",
};

void add_all(std::span<const std::string_view> names, EventTypeSet& types) {
    for (const std::string_view name : names) {
        for (const EventType type : event_types_named(name)) {
            types.set(static_cast<std::size_t>(type));
        }
    }
}

}  // namespace

EventTypeSet state_event_types() {
    EventTypeSet types;
    add_all(kStateCalls, types);
    return types;
}

Interest interest_of(const RuleSet& rules) {
    Interest interest;
    interest.events = state_event_types() | rules.event_types();
    if (follows_copies(rules)) add_all(kCopyCalls, interest.events);
    interest.push_down = push_down_of(rules);
    for (const std::uint16_t call : rules.conditions->generic_syscalls()) {
        interest.generic.set(call);
    }
    return interest;
}

}  // namespace sequitur
