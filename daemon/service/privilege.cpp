#include "daemon/service/privilege.h"

#include <cap-ng.h>
#include <seccomp.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <memory>
#include <sched.h>
#include <span>
#include <sys/prctl.h>

namespace sequitur {
namespace {

// By name, so that a name which this architecture lacks is passed over.
constexpr const char* kAllowed[] = {
    // Memory and threads.
    "brk",
    "mmap",
    "munmap",
    "mprotect",
    "mremap",
    "madvise",
    "mlock",
    "munlock",
    "mincore",
    "futex",
    "futex_waitv",
    "set_robust_list",
    "get_robust_list",
    "rseq",
    "membarrier",
    "set_tid_address",
    "sched_yield",
    "sched_getaffinity",
    "sched_setaffinity",
    "getcpu",
    "get_mempolicy",
    "exit",
    "exit_group",
    "restart_syscall",
    "gettid",
    "prctl",
    "arch_prctl",
    // Signals to ourselves: abort().
    "rt_sigaction",
    "rt_sigprocmask",
    "rt_sigreturn",
    "rt_sigtimedwait",
    "sigaltstack",
    "tgkill",
    // Time.
    "clock_gettime",
    "clock_getres",
    "clock_nanosleep",
    "nanosleep",
    "gettimeofday",
    "time",
    // Files: alerts, state, rules, /proc.
    "open",
    "openat",
    "openat2",
    "close",
    "read",
    "readv",
    "pread64",
    "write",
    "writev",
    "pwrite64",
    "lseek",
    "fcntl",
    "ioctl",
    "dup",
    "dup2",
    "dup3",
    "pipe",
    "pipe2",
    "fstat",
    "newfstatat",
    "stat",
    "lstat",
    "statx",
    "statfs",
    "fstatfs",
    "access",
    "faccessat",
    "faccessat2",
    "readlink",
    "readlinkat",
    "getdents64",
    "getcwd",
    "mkdir",
    "mkdirat",
    "rename",
    "renameat",
    "renameat2",
    "unlink",
    "unlinkat",
    "ftruncate",
    "fallocate",
    "fsync",
    "fdatasync",
    "chmod",
    "fchmod",
    "fchmodat",
    "umask",
    "memfd_create",
    "inotify_init1",
    "inotify_add_watch",
    "inotify_rm_watch",
    // Waiting and sockets.
    "poll",
    "ppoll",
    "select",
    "pselect6",
    "epoll_create1",
    "epoll_ctl",
    "epoll_wait",
    "epoll_pwait",
    "eventfd2",
    "socket",
    "socketpair",
    "connect",
    "bind",
    "listen",
    "accept",
    "accept4",
    "sendto",
    "sendmsg",
    "sendmmsg",
    "recvfrom",
    "recvmsg",
    "recvmmsg",
    "shutdown",
    "getsockname",
    "getpeername",
    "setsockopt",
    "getsockopt",
    // Who and where we are.
    "getpid",
    "getppid",
    "getuid",
    "geteuid",
    "getgid",
    "getegid",
    "uname",
    "sysinfo",
    "getrusage",
    "getrlimit",
    "prlimit64",
    "getrandom",
    // Maps and iterators of the kernel programs.
    "bpf",
};

// What no program of an output has to do.
constexpr const char* kRefused[] = {
    "acct",
    "add_key",
    "adjtimex",
    "bpf",
    "chroot",
    "clock_adjtime",
    "clock_settime",
    "create_module",
    "delete_module",
    "finit_module",
    "fsconfig",
    "fsmount",
    "fsopen",
    "fspick",
    "init_module",
    "io_uring_enter",
    "io_uring_register",
    "io_uring_setup",
    "ioperm",
    "iopl",
    "kexec_file_load",
    "kexec_load",
    "keyctl",
    "lookup_dcookie",
    "mount",
    "mount_setattr",
    "move_mount",
    "name_to_handle_at",
    "nfsservctl",
    "open_by_handle_at",
    "open_tree",
    "perf_event_open",
    "personality",
    "pivot_root",
    "process_vm_writev",
    "ptrace",
    "quotactl",
    "reboot",
    "request_key",
    "setdomainname",
    "sethostname",
    "settimeofday",
    "setns",
    "swapoff",
    "swapon",
    "syslog",
    "umount2",
    "unshare",
    "userfaultfd",
    "vhangup",
};

tl::unexpected<Error> refused(const char* what, int error) {
    return fail(Error::Code::kRefused, std::string(what) + ": " + std::strerror(error), error);
}

using Filter = std::unique_ptr<void, decltype(&seccomp_release)>;

Result<void> add_names(const Filter& filter, std::uint32_t action,
                       std::span<const char* const> names) {
    for (const char* name : names) {
        const int number = seccomp_syscall_resolve_name(name);
        if (number == __NR_SCMP_ERROR || number < 0) continue;
        if (const int error = seccomp_rule_add(filter.get(), action, number, 0); error != 0) {
            return refused(name, -error);
        }
    }
    return {};
}

// New threads, but no new processes. Of clone3() a filter cannot see the flags; libraries that are
// told it does not exist use clone().
Result<void> add_threads(const Filter& filter) {
    const int clone = seccomp_syscall_resolve_name("clone");
    const int clone3 = seccomp_syscall_resolve_name("clone3");
    const scmp_arg_cmp makes_thread{0, SCMP_CMP_MASKED_EQ, CLONE_THREAD, CLONE_THREAD};
    int error = seccomp_rule_add_array(filter.get(), SCMP_ACT_ALLOW, clone, 1, &makes_thread);
    if (error == 0 && clone3 >= 0) {
        error = seccomp_rule_add(filter.get(), SCMP_ACT_ERRNO(ENOSYS), clone3, 0);
    }
    return error == 0 ? Result<void>() : refused("clone", -error);
}

}  // namespace

Result<void> drop_capabilities() {
    if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return refused("no_new_privs", errno);
    capng_get_caps_process();
    const bool may_bound = capng_have_capability(CAPNG_EFFECTIVE, CAP_SETPCAP) != 0;
    std::array<bool, CAP_LAST_CAP + 1> had{};
    constexpr std::array<unsigned, 4> kKept = {CAP_BPF, CAP_PERFMON, CAP_SYS_PTRACE,
                                               CAP_DAC_READ_SEARCH};
    for (const unsigned kept : kKept) {
        had[kept] = capng_have_capability(CAPNG_PERMITTED, kept) != 0;
    }
    capng_clear(CAPNG_SELECT_BOTH);
    constexpr auto kSets =
        static_cast<capng_type_t>(CAPNG_EFFECTIVE | CAPNG_PERMITTED | CAPNG_BOUNDING_SET);
    for (const unsigned kept : kKept) {
        if (had[kept]) capng_update(CAPNG_ADD, kSets, kept);
    }
    // Without CAP_SETPCAP the bounding set stays as the service manager has made it.
    const capng_select_t what = may_bound ? CAPNG_SELECT_BOTH : CAPNG_SELECT_CAPS;
    if (capng_apply(what) != 0) return refused("capabilities", errno);
    return {};
}

Result<void> filter_system_calls(bool runs_programs) {
    const std::uint32_t other = runs_programs ? SCMP_ACT_ALLOW : SCMP_ACT_ERRNO(EPERM);
    const Filter filter(seccomp_init(other), &seccomp_release);
    if (!filter) return refused("seccomp", ENOMEM);
    seccomp_attr_set(filter.get(), SCMP_FLTATR_CTL_TSYNC, 1);
    const Result<void> added = runs_programs ? add_names(filter, SCMP_ACT_ERRNO(EPERM), kRefused)
                                             : add_names(filter, SCMP_ACT_ALLOW, kAllowed);
    if (!added) return added;
    if (!runs_programs) {
        if (auto threads = add_threads(filter); !threads) return threads;
    }
    if (const int error = seccomp_load(filter.get()); error != 0) return refused("seccomp", -error);
    return {};
}

}  // namespace sequitur
