// Every call that is said to arrive does: those of a type as that type, all others by their number.
#include "probe/call_selection.h"
#include "tests/kernel/observer.h"

#include <algorithm>
#include <array>
#include <csignal>
#include <fcntl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

namespace sequitur {
namespace {

// Arguments that no call takes: each fails at once and changes nothing.
constexpr long kBad = -1;
long nothing(long number) { return syscall(number, kBad, kBad, kBad, kBad, kBad, kBad); }

// Those whose failing record has a type of its own.
struct Typed {
    long number;
    std::string_view type;
};
constexpr auto kTyped = std::to_array<Typed>({
    {SYS_openat2, "openat2"},
    {452, "fchmodat"},  // fchmodat2
    {SYS_execveat, "execveat"},
    {SYS_renameat2, "renameat2"},
    {SYS_linkat, "linkat"},
    {SYS_memfd_create, "memfd_create"},
    {SYS_copy_file_range, "copy_file_range"},
    {SYS_splice, "splice"},
    {SYS_sendfile, "sendfile"},
    {SYS_pwritev2, "pwritev"},
    {SYS_mmap, "mmap"},
    {SYS_mprotect, "mprotect"},
    {SYS_process_vm_writev, "process_vm_writev"},
    {SYS_process_vm_readv, "process_vm_readv"},
    {SYS_ptrace, "ptrace"},
    {SYS_pidfd_getfd, "pidfd_getfd"},
    {SYS_pidfd_open, "pidfd_open"},
    {SYS_io_uring_setup, "io_uring_setup"},
    {SYS_io_uring_register, "io_uring_register"},
    {SYS_io_uring_enter, "io_uring_enter"},
    {SYS_bpf, "bpf"},
    {SYS_init_module, "init_module"},
    {SYS_finit_module, "finit_module"},
    {SYS_delete_module, "delete_module"},
    {SYS_userfaultfd, "userfaultfd"},
    {SYS_mount, "mount"},
    {SYS_umount2, "umount2"},
    {SYS_chroot, "chroot"},
    {SYS_prctl, "prctl"},
    {SYS_capset, "capset"},
    {SYS_keyctl, "keyctl"},
    {SYS_seccomp, "seccomp"},
    {SYS_unshare, "unshare"},
    {SYS_setns, "setns"},
    {SYS_open_by_handle_at, "open_by_handle_at"},
    {SYS_close_range, "close_range"},
    {SYS_chown, "chown"},
    {SYS_mknodat, "mknodat"},
    {SYS_kill, "kill"},
    {SYS_pipe2, "pipe2"},
    {SYS_socketpair, "socketpair"},
    {SYS_eventfd2, "eventfd2"},
    {SYS_epoll_create1, "epoll_create1"},
});

constexpr auto kGeneric = std::to_array<long>({
    447 /* memfd_secret */,
    SYS_tee,
    SYS_vmsplice,
    SYS_kexec_load,
    SYS_kexec_file_load,
    SYS_pivot_root,
    SYS_fsopen,
    SYS_fsmount,
    SYS_fspick,
    SYS_move_mount,
    SYS_open_tree,
    442 /* mount_setattr */,
    SYS_setxattr,
    SYS_lsetxattr,
    SYS_fsetxattr,
    SYS_removexattr,
    SYS_perf_event_open,
    SYS_name_to_handle_at,
    SYS_add_key,
    SYS_request_key,
    SYS_swapon,
    SYS_process_madvise,
    SYS_pidfd_send_signal,
});

class CoverageTest : public KernelTest {
protected:
    std::vector<std::string_view> types() const {
        std::vector<std::string_view> names;
        for (const Observed& record : records_)
            names.push_back(event_type_info(record.type())->name);
        return names;
    }
    bool has_generic(long number) const {
        return std::ranges::any_of(records_, [&](const Observed& record) {
            return record.type() == EventType::kGeneric && record.number(1) == number;
        });
    }
};

TEST_F(CoverageTest, CallsWithATypeArriveAsThat) {
    run([] {
        for (const Typed& call : kTyped) nothing(call.number);
    });
    const auto seen = types();
    for (const Typed& call : kTyped) {
        EXPECT_EQ(std::ranges::count(seen, call.type), 1) << call.type;
    }
}

TEST_F(CoverageTest, AllOthersArriveByTheirNumber) {
    run([] {
        for (const long number : kGeneric) nothing(number);
        syscall(SYS_personality, 0xffffffff);
        syscall(SYS_getppid);
    });
    for (const long number : kGeneric) {
        EXPECT_TRUE(has_generic(number))
            << probe::native_call_name(static_cast<std::size_t>(number));
    }
    EXPECT_TRUE(has_generic(SYS_personality));
    EXPECT_TRUE(has_generic(SYS_getppid));
}

long old_call(long number, long a, long b, long c) {
    long result = 0;
    asm volatile("int $0x80" : "=a"(result) : "a"(number), "b"(a), "c"(b), "d"(c) : "memory");
    return result;
}

constexpr int kOldDup2 = 63, kOldChmod = 15, kOldGetppid = 64;

// Some hypervisors refuse the entry to their guests, whatever the kernel is built with.
bool has_old_entry() {
    const pid_t child = fork();
    if (child == 0) {
        signal(SIGSEGV, SIG_DFL);
        _exit(old_call(kOldGetppid, 0, 0, 0) > 0 ? 0 : 1);
    }
    int status = 0;
    return waitpid(child, &status, 0) == child && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

TEST_F(CoverageTest, TheOldEntryHasItsOwnNumbersAndRegisters) {
    if (!has_old_entry()) GTEST_SKIP() << "this host refuses the 32-bit entry";
    run([] {
        old_call(kOldDup2, 0, 77, 0);
        old_call(kOldChmod, 0, 0755, 0);
        old_call(kOldGetppid, 0, 0, 0);
    });
    const auto copied = only(EventType::kDup2);
    EXPECT_EQ(copied.number(0), 77);
    EXPECT_EQ(copied.number(1), 0);
    EXPECT_EQ(copied.number(2), 77);
    const auto mode = only(EventType::kChmod);
    EXPECT_EQ(mode.number(0), -EFAULT);
    EXPECT_EQ(mode.number(2), 0755);
    EXPECT_TRUE(has_generic(kOldGetppid));
}

TEST_F(CoverageTest, PairsOfDescriptorsAreTheCallersOwn) {
    run([] {
        int ends[2];
        if (pipe2(ends, O_CLOEXEC) != 0) _exit(1);
        dup2(ends[0], 60);
        dup2(ends[1], 61);
    });
    const auto made = only(EventType::kPipe2);
    EXPECT_EQ(made.number(0), 0);
    std::vector<std::int64_t> from;
    for (const Observed& record : records_) {
        if (record.type() == EventType::kDup2) from.push_back(record.number(1));
    }
    EXPECT_EQ(from, (std::vector<std::int64_t>{made.number(1), made.number(2)}));
}

}  // namespace
}  // namespace sequitur
