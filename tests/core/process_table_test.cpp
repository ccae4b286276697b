// Processes: how they are born, become something else, lose their parents and die.
#include "core/process_table.h"

#include "tests/support/host.h"

#include <gtest/gtest.h>

#include <map>

namespace sequitur::test {
namespace {

class ProcessTableTest : public testing::Test {
protected:
    ProcessTableTest() {
        log.at(at_ms(0));
        log.task({.pid = 1, .name = "systemd", .exepath = "/sbin/init", .start_ns = at_ms(0)});
        log.task({.pid = 10,
                  .ppid = 1,
                  .name = "bash",
                  .exepath = "/bin/bash",
                  .cwd = "/home/u",
                  .start_ns = at_ms(0)});
        log.at(at_s(10)).by(10);
    }

    // The image that an event of `tid` has now.
    const ProcessImage& image(std::int64_t tid) {
        log.by(tid).read(0);
        return *host.run().process;
    }

    Host host;
    RecordLog& log = host.log;
};

TEST_F(ProcessTableTest, TheParentsEventMakesTheChild) {
    log.clone(11);
    EXPECT_EQ(host.run().process->pid, 10);
    const ProcessImage& child = image(11);
    EXPECT_EQ(child.pid, 11);
    EXPECT_EQ(child.ppid, 10);
    EXPECT_EQ(child.entity, (ProcessEntity{11, at_s(10)}));
    EXPECT_EQ(child.name.view(), "bash");
    EXPECT_EQ(child.cwd.view(), "/home/u/");
    EXPECT_EQ(child.parent->pid, 10);
    EXPECT_EQ(child.creator.pid, 10);
    ASSERT_EQ(child.lineage->size(), 2u);
    EXPECT_EQ((*child.lineage)[1].pid, 1);
    EXPECT_FALSE(child.is_placeholder);
    EXPECT_EQ(host.state.counters().unknown_processes, 0u);
}

TEST_F(ProcessTableTest, EitherSideOfACloneMayComeFirst) {
    log.by(11).clone_of(11, 11, 10, 0, 0);
    EXPECT_EQ(host.run().process->pid, 11);
    log.at(at_s(10) + 5).by(10).clone(11);
    host.run();
    EXPECT_EQ(image(11).entity.start_ns, at_s(10));
    log.at(at_s(11)).by(10).clone(12);
    log.at(at_s(11) + 5).by(12).clone_of(12, 12, 10, 0, 0);
    EXPECT_EQ(host.run().process->entity.start_ns, at_s(11));
    EXPECT_EQ(image(12).ppid, 10);
}

TEST_F(ProcessTableTest, TheTaskOptionGivesTheTrueStart) {
    log.clone(11);
    log.at(at_s(10) + 900).by(11).with_task(11, at_s(10) - 300, 10).clone_of(11, 11, 10, 0, 0);
    EXPECT_EQ(host.run().process->entity.start_ns, at_s(10) - 300);
    log.by(11).with_task(11, at_s(10) - 300 + 4'000'000, 10).read(0);
    EXPECT_EQ(host.run().process->entity.start_ns, at_s(10) - 300);  // rounding, not reuse
}

TEST_F(ProcessTableTest, TheChildOptionGivesTheTrueStart) {
    log.with_child(11, at_s(10) - 7, 10).clone(11);
    EXPECT_EQ(image(11).entity.start_ns, at_s(10) - 7);
    // In a pid namespace the result is another number than the host's.
    log.by(10).with_child(12, at_s(10) - 6, 10).clone(2, kCloneNewpid);
    EXPECT_EQ(image(12).entity.start_ns, at_s(10) - 6);
    EXPECT_EQ(image(12).ppid, 10);
}

TEST_F(ProcessTableTest, AChildInAPidNamespaceIsMadeByItsOwnEvent) {
    log.clone(2, kCloneNewpid);
    host.run();
    EXPECT_TRUE(image(2).is_placeholder);
    log.by(13).clone_of(13, 13, 10, 0, kCloneNewpid);
    EXPECT_EQ(host.run().process->ppid, 10);
}

TEST_F(ProcessTableTest, ThreadsAreOfTheirProcess) {
    log.clone(20, kCloneThread | kCloneFiles);
    log.openat("/a", kOpenRead, 3);
    log.by(20).read(3);
    const Event& event = host.run();
    EXPECT_EQ(event.process->pid, 10);
    EXPECT_EQ(event.fd->name.view(), "/a");
    log.by(20).chdir("/srv");
    host.run();
    EXPECT_EQ(image(10).cwd.view(), "/srv/");
    log.by(20).procexit();
    EXPECT_FALSE(host.run().is_exit_of_process);
    log.by(10).procexit();
    EXPECT_TRUE(host.run().is_exit_of_process);
}

TEST_F(ProcessTableTest, ADeadLeaderWaitsForItsThreads) {
    log.clone(20, kCloneThread);
    log.by(10).procexit();
    EXPECT_FALSE(host.run().is_exit_of_process);
    log.by(20).procexit();
    const Event& last = host.run();
    EXPECT_TRUE(last.is_exit_of_process);
    EXPECT_EQ(last.process->name.view(), "bash");
}

TEST_F(ProcessTableTest, AThreadThatIsToldToEndAfterItsGroupRaisesNobody) {
    log.by(11).with_task(11, at_s(9), 10).read(0);
    log.by(11).with_task(11, at_s(9), 10).procexit();
    host.run();
    const auto before = host.state.counters().processes;
    log.by(12).with_task(11, at_s(9), 10).procexit();
    EXPECT_FALSE(host.run().is_exit_of_process);
    EXPECT_EQ(host.state.counters().processes, before);
    log.by(77).procexit();  // never heard of
    EXPECT_TRUE(host.run().is_exit_of_process);
    EXPECT_EQ(host.state.counters().processes, before);
}

TEST_F(ProcessTableTest, ExecLeavesOneThread) {
    log.clone(20, kCloneThread);
    log.by(10).execve({.path = "/bin/x"});
    log.procexit();
    EXPECT_TRUE(host.run().is_exit_of_process);
}

TEST_F(ProcessTableTest, ForkedTablesAreApartAndSharedOnesAreNot) {
    log.openat("/a", kOpenRead, 3);
    log.clone(11);
    log.clone(12, kCloneFiles);
    log.close(3);
    log.by(11).read(3);
    EXPECT_EQ(host.run().fd->name.view(), "/a");
    log.by(12).read(3);
    EXPECT_EQ(host.run().fd, nullptr);
    log.by(12).execve({.path = "/bin/x"});
    log.by(12).openat("/own", kOpenRead, 5);
    log.by(10).read(5);
    EXPECT_EQ(host.run().fd, nullptr);
}

TEST_F(ProcessTableTest, AParentsExecShowsInItsChildren) {
    log.clone(11);
    log.by(11).clone(12);
    log.by(10).execve({.path = "/bin/other"});
    host.run();
    EXPECT_EQ(image(12).parent->parent->name.view(), "other");
    log.by(10).prctl(15, "renamed");
    host.run();
    EXPECT_EQ(image(11).parent->name.view(), "renamed");
    EXPECT_EQ(image(11).parent->cmdline.view(), "renamed");
}

TEST_F(ProcessTableTest, EarlierEventsKeepTheTreeOfTheirMoment) {
    log.clone(11);
    log.by(11).read(0);
    log.by(10).execve({.path = "/bin/other"});
    log.by(11).read(0);
    host.run();
    EXPECT_EQ(host.events[1].process->parent->name.view(), "bash");
    EXPECT_EQ(host.events[3].process->parent->name.view(), "other");
}

TEST_F(ProcessTableTest, OrphansGoToTheReaper) {
    log.clone(11);
    log.by(11).clone(12);
    log.by(11).clone(13);
    log.by(11).procexit(10);
    host.run();
    EXPECT_EQ(image(12).ppid, 10);
    EXPECT_EQ(image(12).creator.pid, 11);
    log.by(12).clone(14);
    log.by(12).procexit();  // nobody says where to
    host.run();
    EXPECT_EQ(image(14).ppid, 1);
    EXPECT_EQ(image(14).parent->name.view(), "systemd");
    ASSERT_EQ(image(14).lineage->size(), 4u);
    EXPECT_EQ((*image(14).lineage)[1].pid, 11);
}

TEST_F(ProcessTableTest, OrphansGoToTheNearestSubreaper) {
    log.prctl(36, "", 1);
    log.clone(11);
    log.by(11).clone(12);
    log.by(12).clone(13);
    log.by(12).procexit();
    host.run();
    EXPECT_EQ(image(13).ppid, 10);
}

TEST_F(ProcessTableTest, AReusedPidIsAnotherProcess) {
    log.by(11).with_task(11, at_s(1), 10).openat("/a", kOpenRead, 3);
    const ProcessEntity first = host.run().process->entity;
    log.by(11).with_task(11, at_s(9), 10).read(3);
    const Event& second = host.run();
    EXPECT_NE(second.process->entity, first);
    EXPECT_EQ(second.fd, nullptr);
    EXPECT_EQ(host.state.counters().pids_reused, 1u);
}

TEST_F(ProcessTableTest, ACloneOfAnOldPidIsANewProcess) {
    log.clone(11);
    log.by(11).execve({.path = "/bin/old"});
    log.at(at_s(20)).by(10).clone(11);
    host.run();
    EXPECT_EQ(image(11).name.view(), "bash");
    EXPECT_EQ(image(11).entity.start_ns, at_s(20));
}

TEST_F(ProcessTableTest, AChildThatExitedBeforeItsParentsEventStaysDead) {
    log.by(11).clone_of(11, 11, 10, 0, 0);
    log.by(11).procexit();
    host.run();
    const auto before = host.state.counters().processes;
    log.at(at_s(10) + 100).by(10).clone(11);
    host.run();
    EXPECT_EQ(host.state.counters().processes, before);
}

TEST_F(ProcessTableTest, AVforkIsMadeByTheChildsEvent) {
    log.by(11).clone_of(11, 11, 10, 0, 0, EventType::kVfork);
    log.by(11).execve({.path = "/bin/x"});
    log.by(10).clone_of(10, 10, 1, 11, 0, EventType::kVfork);
    host.run();
    EXPECT_EQ(image(11).name.view(), "x");
}

TEST_F(ProcessTableTest, TheTaskOptionCorrectsTheParent) {
    log.clone(11);
    log.by(11).with_task(11, at_s(10), 1).read(0);
    EXPECT_EQ(host.run().process->ppid, 1);
    EXPECT_EQ(host.events.back().process->parent->name.view(), "systemd");
    EXPECT_EQ(host.events.back().process->creator.pid, 10);
}

TEST_F(ProcessTableTest, ACircleOfParentsIsRefused) {
    log.by(11).with_task(11, at_s(1), 12).read(0);
    log.by(12).with_task(12, at_s(1), 11).read(0);
    log.by(11).with_task(11, at_s(1), 12).read(0);
    host.run();
    EXPECT_EQ(image(11).pid, 11);
    EXPECT_EQ(image(12).pid, 12);
}

TEST_F(ProcessTableTest, SetsidMakesASession) {
    log.clone(11);
    log.by(11).call(EventType::kSetsid, 11);
    const Event& event = host.run();
    EXPECT_EQ(event.process->sid, 11);
    EXPECT_EQ(event.process->session, event.process->entity);
    log.by(11).clone(12);
    host.run();
    EXPECT_EQ(image(12).session.pid, 11);
}

TEST_F(ProcessTableTest, AnUnknownProcessIsAPlaceholderUntilItExecs) {
    log.by(99).read(0);
    EXPECT_TRUE(host.run().process->is_placeholder);
    EXPECT_EQ(host.events.back().process->pid, 99);
    EXPECT_EQ(host.state.counters().unknown_processes, 1u);
    log.by(99).execve({.path = "/bin/x"});
    EXPECT_FALSE(host.run().process->is_placeholder);
}

class FakeLookup : public ProcessLookup {
public:
    RecordView find(std::int64_t pid) override {
        ++calls[pid];
        const auto known = processes.find(pid);
        if (known == processes.end()) return {};
        log.task(known->second);
        return log.take().back();
    }
    std::map<std::int64_t, Snapshot> processes;
    std::map<std::int64_t, int> calls;
    RecordLog log;
};

TEST(ProcessLookup, IsAskedOncePerUnknownProcess) {
    FakeLookup lookup;
    lookup.processes[50] = {
        .pid = 50, .ppid = 40, .name = "found", .exepath = "/bin/found", .start_ns = at_s(1)};
    lookup.processes[40] = {
        .pid = 40, .name = "above", .exepath = "/bin/above", .start_ns = at_s(0)};
    Host host({}, &lookup);
    host.log.at(at_s(5)).by(50).with_task(50, at_s(1), 40).read(0);
    host.log.by(50).with_task(50, at_s(1), 40).read(0);
    host.log.by(60).read(0);
    host.log.by(60).read(0);
    host.run();
    EXPECT_EQ(host.events[0].process->name.view(), "found");
    EXPECT_EQ(host.events[0].process->parent->name.view(), "above");
    EXPECT_TRUE(host.events[3].process->is_placeholder);
    EXPECT_EQ(lookup.calls[50], 1);
    EXPECT_EQ(lookup.calls[60], 1);
    EXPECT_GE(host.state.counters().processes_looked_up, 1u);
}

TEST(ProcessLookup, WhatStartedLaterIsNotTheOneThatWasAskedFor) {
    FakeLookup lookup;
    lookup.processes[50] = {.pid = 50, .name = "younger", .exepath = "/bin/y", .start_ns = at_s(9)};
    Host host({}, &lookup);
    host.log.at(at_s(5)).by(50).with_task(50, at_s(1), 0).read(0);
    EXPECT_TRUE(host.run().process->is_placeholder);
}

TEST(ProcessTable, TheLongestUntouchedGoesAtTheLimit) {
    Limits limits;
    limits.processes_max = 50;
    Host host(limits);
    for (int pid = 100; pid < 400; ++pid) {
        host.log.by(7).read(0);
        host.log.by(pid).read(0);
        host.run();
    }
    EXPECT_LE(host.state.counters().processes, 50u);
    EXPECT_GE(host.state.counters().processes_evicted, 250u);
    EXPECT_EQ(host.state.counters().unknown_processes, 600u);
}

// A chain of processes, each the child of the one before, deeper than any stack.
TEST(ProcessTable, DeepTreesDoNotExhaustTheStack) {
    Host host;
    constexpr int kDepth = 20000;
    for (int pid = 1; pid < kDepth; ++pid) {
        host.log.by(pid).clone(pid + 1);
        if (pid % 1000 == 0) host.run();
    }
    host.log.by(kDepth).read(0);
    EXPECT_EQ(host.run().process->lineage->size(), Limits{}.lineage_max);
    host.log.by(1).execve({.path = "/bin/x"});
    host.run();
    for (int pid = 1; pid < kDepth; pid += 2) host.log.by(pid).procexit();
    host.run();
}

}  // namespace
}  // namespace sequitur::test
