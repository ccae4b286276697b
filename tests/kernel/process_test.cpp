// Threads and processes: how they begin, change, and end.
#include "tests/kernel/observer.h"

#include <sched.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

namespace sequitur {
namespace {

class ProcessTest : public KernelTest {
protected:
    // The creation of the test's child itself is no record of the child: others are.
    std::vector<Observed> all(EventType type) const {
        std::vector<Observed> found;
        for (const auto& record : records_)
            if (record.type() == type) found.push_back(record);
        return found;
    }
};

TEST_F(ProcessTest, ForkDescribesParentAndChild) {
    const auto record = run_one(EventType::kFork, [] {
        if (syscall(SYS_fork) == 0) _exit(7);
        wait(nullptr);
    });
    const auto parent = static_cast<std::uint32_t>(child());
    EXPECT_GT(record.number(0), 0);
    EXPECT_EQ(record.view().tid(), parent);
    EXPECT_EQ(record.number(3), child());
    EXPECT_EQ(record.number(4), child());
    EXPECT_EQ(record.number(5), getpid());
    EXPECT_EQ(record.text(13), "kernel_tests");
    EXPECT_EQ(record.number(15), 0);
    const auto made = record.task_of(SEQUITUR_OPTION_CHILD);
    EXPECT_EQ(made.tgid, std::uint32_t(record.number(0)));
    EXPECT_EQ(made.parent_tgid, parent);
    EXPECT_EQ(made.parent_start_ns, record.task().start_ns);
    EXPECT_GE(made.start_ns, record.task().start_ns);

    const auto exits = all(EventType::kProcexit);
    ASSERT_EQ(exits.size(), 2U);
    EXPECT_EQ(exits[0].view().tid(), made.tgid);
    EXPECT_EQ(exits[0].number(0), 7 << 8);
    EXPECT_EQ(exits[0].number(1), 7);
    EXPECT_EQ(exits[0].task().start_ns, made.start_ns);
}

TEST_F(ProcessTest, VforkAndClone3AreNamed) {
    run([] {
        const pid_t made = vfork();
        if (made == 0) _exit(0);
        struct {
            std::uint64_t flags, pidfd, child_tid, parent_tid, exit_signal, stack, size, tls;
        } arguments{};
        arguments.exit_signal = SIGCHLD;
        arguments.flags = CLONE_NEWUTS;
        if (syscall(SYS_clone3, &arguments, sizeof arguments) == 0) _exit(0);
        while (wait(nullptr) > 0) {
        }
    });
    EXPECT_EQ(only(EventType::kVfork).number(15), 0x8000000 | 0x8000);  // VFORK, VM
    EXPECT_EQ(only(EventType::kClone3).number(15), 128);                // NEWUTS
}

TEST_F(ProcessTest, ThreadsShareTheirGroup) {
    run([] {
        std::thread([] {}).join();
        usleep(50'000);  // before 6.16 a thread is joined before its end is told
    });
    std::optional<Observed> made;
    for (const auto& record : records_)
        if (record.type() == EventType::kClone || record.type() == EventType::kClone3)
            made = record;
    ASSERT_TRUE(made);
    EXPECT_EQ(made->number(15) & 0xa803, 0xa803);  // VM, THREAD, SIGHAND, FS, FILES
    EXPECT_EQ(made->task_of(SEQUITUR_OPTION_CHILD).tgid, std::uint32_t(child()));
    EXPECT_EQ(all(EventType::kProcexit).size(), 2U);
}

TEST_F(ProcessTest, OrphansGoToTheirReaper) {
    run([] {
        prctl(PR_SET_CHILD_SUBREAPER, 1);
        if (fork() == 0) {
            if (fork() == 0) {
                usleep(100'000);
                _exit(0);
            }
            _exit(0);
        }
        while (wait(nullptr) > 0) {
        }
    });
    const auto exits = all(EventType::kProcexit);
    ASSERT_EQ(exits.size(), 3U);
    EXPECT_EQ(exits[0].number(4), child());
    EXPECT_EQ(exits[1].number(4), 0);  // had no children
    EXPECT_EQ(exits[1].task().parent_tgid, std::uint32_t(child()));
}

TEST_F(ProcessTest, SignalsEndProcesses) {
    run([] { raise(SIGKILL); });
    const auto exit = only(EventType::kProcexit);
    EXPECT_EQ(exit.number(0) & 0x7f, SIGKILL);
    EXPECT_EQ(exit.number(1), 0);
    EXPECT_EQ(exit.number(2), SIGKILL);
    EXPECT_EQ(exit.number(3), 0);
}

TEST_F(ProcessTest, Identities) {
    run([] {
        syscall(SYS_setsid);
        syscall(SYS_setresgid, 5, 6, -1);
        syscall(SYS_setregid, -1, 6);
        syscall(SYS_setgid, 6);
        syscall(SYS_setresuid, 0, 11, 12);
        syscall(SYS_setreuid, -1, 12);
        syscall(SYS_setuid, 0);
    });
    EXPECT_EQ(only(EventType::kSetsid).number(0), child());
    EXPECT_EQ(only(EventType::kSetresgid).number(1), 5);
    EXPECT_EQ(only(EventType::kSetresgid).number(3), -1);
    EXPECT_EQ(only(EventType::kSetregid).number(2), 6);
    EXPECT_EQ(only(EventType::kSetgid).number(1), 6);
    EXPECT_EQ(only(EventType::kSetresuid).number(2), 11);
    EXPECT_EQ(only(EventType::kSetreuid).number(2), 12);
    EXPECT_EQ(only(EventType::kSetuid).number(1), 0);
    EXPECT_EQ(only(EventType::kSetuid).task().sid, std::uint32_t(child()));
}

TEST_F(ProcessTest, NamespacesAndTracing) {
    run([] {
        syscall(SYS_ptrace, PTRACE_TRACEME, 0, 0, 0);
        syscall(SYS_ptrace, PTRACE_CONT, 1, 5, SIGUSR1);
        syscall(SYS_setns, 77, CLONE_NEWNET);
    });
    const auto traces = all(EventType::kPtrace);
    ASSERT_EQ(traces.size(), 2U);
    EXPECT_EQ(traces[0].number(3), 1);
    EXPECT_EQ(traces[1].number(0), -ESRCH);
    EXPECT_EQ(traces[1].number(3), 8);
    EXPECT_EQ(traces[1].number(4), 1);
    EXPECT_EQ(traces[1].bytes(2), std::string("\1\n", 2));  // a signal: 10
    EXPECT_EQ(only(EventType::kSetns).number(0), -EBADF);
    EXPECT_EQ(only(EventType::kSetns).number(2), 16);
}

TEST_F(ProcessTest, OtherCallsAreGeneric) {
    run([] { syscall(SYS_getppid); });
    bool seen = false;
    for (const auto& record : all(EventType::kGeneric)) {
        if (record.number(1) != SYS_getppid) continue;
        seen = true;
        EXPECT_EQ(syscall_name(static_cast<std::uint16_t>(record.number(0))), "getppid");
    }
    EXPECT_TRUE(seen);
}

}  // namespace
}  // namespace sequitur
