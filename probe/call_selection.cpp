#include "probe/call_selection.h"

#include "probe/bpf/calls.h"
#include "probe/bpf/event_ids.h"
#include "probe/path_prefix.h"

namespace sequitur::probe {
namespace {

struct NativeCall {
    std::uint16_t number;
    std::string_view name;
};

// x86-64, from the kernel's syscall_64.tbl up to 6.18.
// clang-format off
constexpr NativeCall kNativeCalls[] = {
    {0, "read"}, {1, "write"}, {2, "open"}, {3, "close"}, {4, "stat"}, {5, "fstat"}, {6,
    "lstat"}, {7, "poll"}, {8, "lseek"}, {9, "mmap"}, {10, "mprotect"}, {11, "munmap"}, {12,
    "brk"}, {13, "rt_sigaction"}, {14, "rt_sigprocmask"}, {15, "rt_sigreturn"}, {16, "ioctl"},
    {17, "pread64"}, {18, "pwrite64"}, {19, "readv"}, {20, "writev"}, {21, "access"}, {22,
    "pipe"}, {23, "select"}, {24, "sched_yield"}, {25, "mremap"}, {26, "msync"}, {27,
    "mincore"}, {28, "madvise"}, {29, "shmget"}, {30, "shmat"}, {31, "shmctl"}, {32, "dup"},
    {33, "dup2"}, {34, "pause"}, {35, "nanosleep"}, {36, "getitimer"}, {37, "alarm"}, {38,
    "setitimer"}, {39, "getpid"}, {40, "sendfile"}, {41, "socket"}, {42, "connect"}, {43,
    "accept"}, {44, "sendto"}, {45, "recvfrom"}, {46, "sendmsg"}, {47, "recvmsg"}, {48,
    "shutdown"}, {49, "bind"}, {50, "listen"}, {51, "getsockname"}, {52, "getpeername"}, {53,
    "socketpair"}, {54, "setsockopt"}, {55, "getsockopt"}, {56, "clone"}, {57, "fork"}, {58,
    "vfork"}, {59, "execve"}, {60, "exit"}, {61, "wait4"}, {62, "kill"}, {63, "uname"}, {64,
    "semget"}, {65, "semop"}, {66, "semctl"}, {67, "shmdt"}, {68, "msgget"}, {69, "msgsnd"},
    {70, "msgrcv"}, {71, "msgctl"}, {72, "fcntl"}, {73, "flock"}, {74, "fsync"}, {75,
    "fdatasync"}, {76, "truncate"}, {77, "ftruncate"}, {78, "getdents"}, {79, "getcwd"}, {80,
    "chdir"}, {81, "fchdir"}, {82, "rename"}, {83, "mkdir"}, {84, "rmdir"}, {85, "creat"}, {86,
    "link"}, {87, "unlink"}, {88, "symlink"}, {89, "readlink"}, {90, "chmod"}, {91, "fchmod"},
    {92, "chown"}, {93, "fchown"}, {94, "lchown"}, {95, "umask"}, {96, "gettimeofday"}, {97,
    "getrlimit"}, {98, "getrusage"}, {99, "sysinfo"}, {100, "times"}, {101, "ptrace"}, {102,
    "getuid"}, {103, "syslog"}, {104, "getgid"}, {105, "setuid"}, {106, "setgid"}, {107,
    "geteuid"}, {108, "getegid"}, {109, "setpgid"}, {110, "getppid"}, {111, "getpgrp"}, {112,
    "setsid"}, {113, "setreuid"}, {114, "setregid"}, {115, "getgroups"}, {116, "setgroups"},
    {117, "setresuid"}, {118, "getresuid"}, {119, "setresgid"}, {120, "getresgid"}, {121,
    "getpgid"}, {122, "setfsuid"}, {123, "setfsgid"}, {124, "getsid"}, {125, "capget"}, {126,
    "capset"}, {127, "rt_sigpending"}, {128, "rt_sigtimedwait"}, {129, "rt_sigqueueinfo"}, {130,
    "rt_sigsuspend"}, {131, "sigaltstack"}, {132, "utime"}, {133, "mknod"}, {134, "uselib"},
    {135, "personality"}, {136, "ustat"}, {137, "statfs"}, {138, "fstatfs"}, {139, "sysfs"},
    {140, "getpriority"}, {141, "setpriority"}, {142, "sched_setparam"}, {143,
    "sched_getparam"}, {144, "sched_setscheduler"}, {145, "sched_getscheduler"}, {146,
    "sched_get_priority_max"}, {147, "sched_get_priority_min"}, {148, "sched_rr_get_interval"},
    {149, "mlock"}, {150, "munlock"}, {151, "mlockall"}, {152, "munlockall"}, {153, "vhangup"},
    {154, "modify_ldt"}, {155, "pivot_root"}, {156, "_sysctl"}, {157, "prctl"}, {158,
    "arch_prctl"}, {159, "adjtimex"}, {160, "setrlimit"}, {161, "chroot"}, {162, "sync"}, {163,
    "acct"}, {164, "settimeofday"}, {165, "mount"}, {166, "umount2"}, {167, "swapon"}, {168,
    "swapoff"}, {169, "reboot"}, {170, "sethostname"}, {171, "setdomainname"}, {172, "iopl"},
    {173, "ioperm"}, {174, "create_module"}, {175, "init_module"}, {176, "delete_module"}, {177,
    "get_kernel_syms"}, {178, "query_module"}, {179, "quotactl"}, {180, "nfsservctl"}, {181,
    "getpmsg"}, {182, "putpmsg"}, {183, "afs_syscall"}, {184, "tuxcall"}, {185, "security"},
    {186, "gettid"}, {187, "readahead"}, {188, "setxattr"}, {189, "lsetxattr"}, {190,
    "fsetxattr"}, {191, "getxattr"}, {192, "lgetxattr"}, {193, "fgetxattr"}, {194, "listxattr"},
    {195, "llistxattr"}, {196, "flistxattr"}, {197, "removexattr"}, {198, "lremovexattr"}, {199,
    "fremovexattr"}, {200, "tkill"}, {201, "time"}, {202, "futex"}, {203, "sched_setaffinity"},
    {204, "sched_getaffinity"}, {205, "set_thread_area"}, {206, "io_setup"}, {207,
    "io_destroy"}, {208, "io_getevents"}, {209, "io_submit"}, {210, "io_cancel"}, {211,
    "get_thread_area"}, {212, "lookup_dcookie"}, {213, "epoll_create"}, {214, "epoll_ctl_old"},
    {215, "epoll_wait_old"}, {216, "remap_file_pages"}, {217, "getdents64"}, {218,
    "set_tid_address"}, {219, "restart_syscall"}, {220, "semtimedop"}, {221, "fadvise64"}, {222,
    "timer_create"}, {223, "timer_settime"}, {224, "timer_gettime"}, {225, "timer_getoverrun"},
    {226, "timer_delete"}, {227, "clock_settime"}, {228, "clock_gettime"}, {229,
    "clock_getres"}, {230, "clock_nanosleep"}, {231, "exit_group"}, {232, "epoll_wait"}, {233,
    "epoll_ctl"}, {234, "tgkill"}, {235, "utimes"}, {236, "vserver"}, {237, "mbind"}, {238,
    "set_mempolicy"}, {239, "get_mempolicy"}, {240, "mq_open"}, {241, "mq_unlink"}, {242,
    "mq_timedsend"}, {243, "mq_timedreceive"}, {244, "mq_notify"}, {245, "mq_getsetattr"}, {246,
    "kexec_load"}, {247, "waitid"}, {248, "add_key"}, {249, "request_key"}, {250, "keyctl"},
    {251, "ioprio_set"}, {252, "ioprio_get"}, {253, "inotify_init"}, {254, "inotify_add_watch"},
    {255, "inotify_rm_watch"}, {256, "migrate_pages"}, {257, "openat"}, {258, "mkdirat"}, {259,
    "mknodat"}, {260, "fchownat"}, {261, "futimesat"}, {262, "newfstatat"}, {263, "unlinkat"},
    {264, "renameat"}, {265, "linkat"}, {266, "symlinkat"}, {267, "readlinkat"}, {268,
    "fchmodat"}, {269, "faccessat"}, {270, "pselect6"}, {271, "ppoll"}, {272, "unshare"}, {273,
    "set_robust_list"}, {274, "get_robust_list"}, {275, "splice"}, {276, "tee"}, {277,
    "sync_file_range"}, {278, "vmsplice"}, {279, "move_pages"}, {280, "utimensat"}, {281,
    "epoll_pwait"}, {282, "signalfd"}, {283, "timerfd_create"}, {284, "eventfd"}, {285,
    "fallocate"}, {286, "timerfd_settime"}, {287, "timerfd_gettime"}, {288, "accept4"}, {289,
    "signalfd4"}, {290, "eventfd2"}, {291, "epoll_create1"}, {292, "dup3"}, {293, "pipe2"},
    {294, "inotify_init1"}, {295, "preadv"}, {296, "pwritev"}, {297, "rt_tgsigqueueinfo"}, {298,
    "perf_event_open"}, {299, "recvmmsg"}, {300, "fanotify_init"}, {301, "fanotify_mark"}, {302,
    "prlimit64"}, {303, "name_to_handle_at"}, {304, "open_by_handle_at"}, {305,
    "clock_adjtime"}, {306, "syncfs"}, {307, "sendmmsg"}, {308, "setns"}, {309, "getcpu"}, {310,
    "process_vm_readv"}, {311, "process_vm_writev"}, {312, "kcmp"}, {313, "finit_module"}, {314,
    "sched_setattr"}, {315, "sched_getattr"}, {316, "renameat2"}, {317, "seccomp"}, {318,
    "getrandom"}, {319, "memfd_create"}, {320, "kexec_file_load"}, {321, "bpf"}, {322,
    "execveat"}, {323, "userfaultfd"}, {324, "membarrier"}, {325, "mlock2"}, {326,
    "copy_file_range"}, {327, "preadv2"}, {328, "pwritev2"}, {329, "pkey_mprotect"}, {330,
    "pkey_alloc"}, {331, "pkey_free"}, {332, "statx"}, {333, "io_pgetevents"}, {334, "rseq"},
    {424, "pidfd_send_signal"}, {425, "io_uring_setup"}, {426, "io_uring_enter"}, {427,
    "io_uring_register"}, {428, "open_tree"}, {429, "move_mount"}, {430, "fsopen"}, {431,
    "fsconfig"}, {432, "fsmount"}, {433, "fspick"}, {434, "pidfd_open"}, {435, "clone3"}, {436,
    "close_range"}, {437, "openat2"}, {438, "pidfd_getfd"}, {439, "faccessat2"}, {440,
    "process_madvise"}, {441, "epoll_pwait2"}, {442, "mount_setattr"}, {443, "quotactl_fd"},
    {444, "landlock_create_ruleset"}, {445, "landlock_add_rule"}, {446,
    "landlock_restrict_self"}, {447, "memfd_secret"}, {448, "process_mrelease"}, {449,
    "futex_waitv"}, {450, "set_mempolicy_home_node"}, {451, "cachestat"}, {452, "fchmodat2"},
    {453, "map_shadow_stack"}, {454, "futex_wake"}, {455, "futex_wait"}, {456, "futex_requeue"},
    {457, "statmount"}, {458, "listmount"}, {459, "lsm_get_self_attr"}, {460,
    "lsm_set_self_attr"}, {461, "lsm_list_modules"}, {462, "mseal"}, {463, "setxattrat"}, {464,
    "getxattrat"}, {465, "listxattrat"}, {466, "removexattrat"}, {467, "open_tree_attr"}, {468,
    "file_getattr"}, {469, "file_setattr"},
};

// 32-bit (i386) number, native number: calls whose arguments, cut to 32 bits, mean the same.
constexpr std::uint16_t kCompatCalls[][2] = {
    {2, 57}, {3, 0}, {4, 1}, {5, 2}, {6, 3}, {8, 85}, {9, 86}, {10, 87}, {11, 59}, {12, 80},
    {15, 90}, {21, 165}, {38, 82}, {39, 83}, {40, 84}, {41, 32}, {52, 166}, {57, 109}, {61,
    161}, {63, 33}, {66, 112}, {83, 88}, {94, 91}, {125, 10}, {133, 81}, {190, 58}, {203, 113},
    {204, 114}, {208, 117}, {210, 119}, {213, 105}, {214, 106}, {221, 72}, {295, 257}, {296,
    258}, {301, 263}, {302, 264}, {303, 265}, {304, 266}, {306, 268}, {310, 272}, {313, 275},
    {330, 292}, {346, 308}, {353, 316}, {356, 319}, {358, 322}, {359, 41}, {361, 49}, {362, 42},
    {363, 50}, {364, 288}, {377, 326}, {435, 435}, {437, 437}, {438, 438}, {452, 452},
};
// clang-format on

struct TypedCall {
    std::uint16_t number;
    std::uint16_t event;
    std::uint8_t handler;
};
#define SEQUITUR_TYPED_CALL(name, number, event, handler, subject, ...) \
    {number, EV_##event, HANDLER_##handler},
constexpr TypedCall kTypedCalls[] = {SEQUITUR_CALLS(SEQUITUR_TYPED_CALL)};
#undef SEQUITUR_TYPED_CALL

template <typename... Ids>
bool wants_any(const Interest& interest, Ids... ids) {
    return (interest.events.test(static_cast<std::size_t>(ids)) || ...);
}

template <typename Bit>
std::uint8_t bit_if(bool is_wanted, Bit bit) {
    return static_cast<std::uint8_t>(is_wanted ? bit : 0);
}

// Off first and on last: a program that reads it halfway lets everything through.
void push_down(const PushDown& wanted, sequitur_push_down& push) {
    push.is_on = 0;
    const bool has_room = wanted.prefixes.size() <= SEQUITUR_PREFIXES_MAX;
    push.prefix_count = 0;
    if (has_room) {
        for (const std::string& prefix : wanted.prefixes) {
            push.prefixes[push.prefix_count++] = prefix_of(prefix);
        }
    }
    const auto either = static_cast<std::uint8_t>(
        bit_if(wanted.opens_outside || (!has_room && wanted.opens_inside), OPEN_READ_OUTSIDE) |
        bit_if(wanted.opens_inside, OPEN_READ_INSIDE));
    push.open = static_cast<std::uint8_t>(either | bit_if(wanted.opens_failed, OPEN_READ_FAILED));
    push.map = static_cast<std::uint8_t>(bit_if(wanted.maps_of_nothing, MAP_NOTHING) |
                                         bit_if(wanted.maps_of_files, MAP_FILE) |
                                         bit_if(wanted.maps_of_code, MAP_CODE));
    push.mode = static_cast<std::uint8_t>(bit_if(wanted.modes_plain, MODE_PLAIN) |
                                          bit_if(wanted.modes_run, MODE_RUN) |
                                          bit_if(wanted.modes_failed, MODE_FAILED));
    push.read = static_cast<std::uint8_t>(bit_if(wanted.read_starts, MOVE_START) |
                                          bit_if(wanted.other_reads, MOVE_OTHER));
    push.write = static_cast<std::uint8_t>(bit_if(wanted.write_starts, MOVE_START) |
                                           bit_if(wanted.other_writes, MOVE_OTHER));
    push.control = bit_if(wanted.fcntl_other, FCNTL_OTHER);
    push.close = bit_if(wanted.closes_unknown, 1);
    push.fresh_ns = wanted.fresh_ns;
    push.is_on = bit_if(wanted.is_on, 1);
}

}  // namespace

void select_calls(const Interest& interest, sequitur_control& control) {
    std::array<std::uint8_t, SEQUITUR_CALLS_MAX> native{}, compat{};
    const auto ppm_sc = ppm_sc_by_number();
    for (std::size_t number = 0; number < native.size(); ++number)
        if (ppm_sc[number] != 0 && interest.generic.test(ppm_sc[number]))
            native[number] = HANDLER_GENERIC;
    const bool creations = wants_any(interest, EV_CLONE, EV_FORK, EV_VFORK, EV_CLONE3);
    const bool execs = wants_any(interest, EV_EXECVE, EV_EXECVEAT);
    for (const TypedCall& call : kTypedCalls) {
        const bool wanted = call.handler == HANDLER_CLONE  ? creations
                            : call.handler == HANDLER_EXEC ? execs
                                                           : interest.events.test(call.event);
        native[call.number] = wanted ? call.handler : std::uint8_t{HANDLER_NONE};
    }
    // By their 32-bit numbers, which only those who ask for everything can make use of.
    if (interest.generic.all()) compat.fill(HANDLER_GENERIC);
    for (const auto& [number, same] : kCompatCalls) compat[number] = native[same];

    control.push.is_on = 0;  // nothing is held back for rules that are not in force any more

    for (std::size_t number = 0; number < native.size(); ++number) {
        control.handler[number] = native[number];
        control.handler32[number] = compat[number];
    }
    control.wanted[EV_CLONE] = creations;
    for (const int event :
         {EV_OPENAT, EV_CLOSE, EV_RENAMEAT2, EV_UNLINKAT, EV_MKDIRAT, EV_SYMLINKAT, EV_LINKAT})
        control.wanted[event] = wants_any(interest, event);
    control.wanted[EV_EXECVE] = execs;
    control.wanted[EV_PROCEXIT] = wants_any(interest, EV_PROCEXIT);
    push_down(interest.push_down, control.push);
}

std::array<std::uint16_t, SEQUITUR_CALLS_MAX> ppm_sc_by_number() {
    std::array<std::uint16_t, SEQUITUR_CALLS_MAX> ids{};
    for (const NativeCall& call : kNativeCalls)
        if (const int id = syscall_id(call.name); id > 0)
            ids[call.number] = static_cast<std::uint16_t>(id);
    return ids;
}

std::array<std::uint16_t, SEQUITUR_CALLS_MAX> native_by_compat_number() {
    std::array<std::uint16_t, SEQUITUR_CALLS_MAX> numbers{};
    for (const auto& [number, same] : kCompatCalls) numbers[number] = same;
    return numbers;
}

std::string_view native_call_name(std::size_t number) {
    for (const NativeCall& call : kNativeCalls)
        if (call.number == number) return call.name;
    return {};
}

}  // namespace sequitur::probe

namespace sequitur {

Interest Interest::everything() {
    Interest all;
#define SEQUITUR_WANT(name, id) all.events.set(id);
    SEQUITUR_EVENT_IDS(SEQUITUR_WANT)
#undef SEQUITUR_WANT
    all.generic.set();
    return all;
}

}  // namespace sequitur
