// Snapshot records against events: what is newer wins.
#include "core/descriptor_name.h"
#include "tests/support/host.h"

#include <gtest/gtest.h>

namespace sequitur::test {
namespace {

class SnapshotTest : public testing::Test {
protected:
    Snapshot bash(std::uint64_t start_ns = at_ms(1)) {
        return {.pid = 10,
                .ppid = 1,
                .name = "bash",
                .exepath = "/bin/bash",
                .cwd = "/home/u",
                .argv = {"-bash", "-l"},
                .uid = 1000,
                .start_ns = start_ns};
    }
    const ProcessImage& image(std::int64_t tid) {
        log.by(tid).read(0);
        return *host.run().process;
    }
    Host host;
    RecordLog& log = host.log;
};

TEST_F(SnapshotTest, DescribesAProcess) {
    log.at(at_s(1)).task(bash());
    host.run_nothing();
    EXPECT_TRUE(host.events.empty());
    const ProcessImage& process = image(10);
    EXPECT_EQ(process.name.view(), "bash");
    EXPECT_EQ(process.exe.view(), "-bash");
    EXPECT_EQ(process.args.view(), std::string_view("-l\0", 3));
    EXPECT_EQ(process.cmdline.view(), "bash -l");
    EXPECT_EQ(process.exepath.view(), "/bin/bash");
    EXPECT_EQ(process.cwd.view(), "/home/u/");
    EXPECT_EQ(process.uid, 1000u);
    EXPECT_EQ(process.entity, (ProcessEntity{10, at_ms(1)}));
    EXPECT_EQ(process.start_time, timestamp_from_ns(at_ms(1)));
}

TEST_F(SnapshotTest, AnExecAfterItWins) {
    log.at(at_s(2)).by(10).execve({.path = "/bin/new"});
    log.at(at_s(1)).task(bash());
    log.at(at_s(3));
    host.run();
    const ProcessImage& process = image(10);
    EXPECT_EQ(process.name.view(), "new");
    EXPECT_EQ(process.exepath.view(), "/bin/new");
    EXPECT_EQ(process.cwd.view(), "/home/u/");  // which the exec could not tell
    EXPECT_EQ(host.state.counters().stale_snapshots, 1u);
}

TEST_F(SnapshotTest, ItWinsOverAnExecBefore) {
    log.at(at_s(1)).by(10).execve({.path = "/bin/old"});
    log.at(at_s(2)).task(bash());
    host.run();
    EXPECT_EQ(image(10).name.view(), "bash");
}

TEST_F(SnapshotTest, DoesNotRaiseTheDead) {
    log.at(at_s(2)).by(10).procexit();
    log.at(at_s(1)).task(bash());
    log.at(at_s(1)).regular_file(10, 3, "/a");
    host.run();
    EXPECT_EQ(host.state.counters().processes, 0u);
    EXPECT_EQ(host.state.counters().stale_snapshots, 2u);
}

TEST_F(SnapshotTest, TheHolderOfAReusedPidIsTheYounger) {
    log.at(at_s(5)).by(2).clone(10);
    log.at(at_s(4)).task(bash(at_ms(1)));
    host.run();
    EXPECT_EQ(image(10).entity.start_ns, at_s(5));
    log.at(at_s(9)).task(bash(at_s(8)));
    log.at(at_s(10));
    EXPECT_EQ(image(10).entity.start_ns, at_s(8));
}

TEST_F(SnapshotTest, SourcesMayRoundTheStart) {
    log.at(at_s(1)).task(bash(at_ms(100)));
    log.at(at_s(2)).by(10).with_task(10, at_ms(107), 1).read(0);
    EXPECT_EQ(host.run().process->entity.start_ns, at_ms(100));
    EXPECT_FALSE(host.events.back().process->is_placeholder);
}

TEST_F(SnapshotTest, ThreadsBelongToTheirLeader) {
    Snapshot thread = bash();
    thread.tid = 12;
    log.at(at_s(1)).task(thread);
    log.task(bash());
    log.regular_file(10, 3, "/a");
    log.at(at_s(2)).by(12).read(3);
    const Event& event = host.run();
    EXPECT_EQ(event.process->pid, 10);
    EXPECT_EQ(event.process->name.view(), "bash");
    EXPECT_EQ(event.fd->name.view(), "/a");
}

TEST_F(SnapshotTest, ADescriptorClosedSinceStaysClosed) {
    log.at(at_s(1)).task(bash());
    log.at(at_s(3)).by(10).close(3);
    log.openat("/new", kOpenRead, 4);
    log.at(at_s(2)).regular_file(10, 3, "/stale");
    log.regular_file(10, 4, "/stale");
    log.regular_file(10, 5, "/kept");
    log.at(at_s(4)).by(10).read(3);
    log.read(4);
    log.read(5);
    host.run();
    const auto& events = host.events;
    EXPECT_EQ(events[2].fd, nullptr);
    EXPECT_EQ(events[3].fd->name.view(), "/new");
    EXPECT_EQ(events[4].fd->name.view(), "/kept");
    EXPECT_EQ(events[4].fd->directory.view(), "/");
    EXPECT_EQ(events[4].fd->filename.view(), "kept");
}

TEST_F(SnapshotTest, ATerminalOnTheFirstDescriptorsIsInteractive) {
    log.at(at_s(1)).task(bash());
    log.regular_file(10, 0, "/dev/pts/3");
    log.at(at_s(2)).by(10).execve({.path = "/bin/sh", .tty = 34819});
    EXPECT_TRUE(host.run().process->is_interactive);
    log.close(0);
    log.execve({.path = "/bin/sh", .tty = 34819});
    EXPECT_FALSE(host.run().process->is_interactive);
}

TEST_F(SnapshotTest, ListeningAndConnectedSockets) {
    log.at(at_s(1)).task(bash());
    const auto socket = [&](std::int64_t fd, int port, int remote_port) {
        log.by((std::int64_t{10} << 32) | 10)
            .record(EventType::kIterTaskFileSocketInet, [&](RecordBuilder& builder) {
                const std::byte local[4] = {std::byte{10}, {}, {}, std::byte{1}};
                const std::byte remote[4] = {std::byte{10}, {}, {}, std::byte{2}};
                builder.add_int(fd);
                builder.add_int(1);
                builder.add_int(6);
                builder.add_bytes(local);
                builder.add_int(port);
                builder.add_bytes(remote);
                builder.add_int(remote_port);
                builder.add_int(5);
            });
    };
    socket(3, 80, 0);
    socket(4, 80, 50000);
    socket(5, 50000, 443);
    log.at(at_s(2)).by(10);
    for (const std::int64_t fd : {3, 4, 5}) log.read(fd);
    host.run();
    const auto& events = host.events;
    ASSERT_EQ(events.size(), 3u);
    EXPECT_EQ(events[0].fd->name.view(), "10.0.0.1:80");
    EXPECT_EQ(events[0].fd->type, DescriptorType::kIpv4Server);
    EXPECT_EQ(events[1].fd->name.view(), "10.0.0.2:50000->10.0.0.1:80");
    EXPECT_EQ(events[1].fd->role, SocketRole::kServer);
    EXPECT_EQ(events[2].fd->name.view(), "10.0.0.1:50000->10.0.0.2:443");
    EXPECT_EQ(events[2].fd->role, SocketRole::kClient);
    EXPECT_EQ(events[2].fd->l4proto, 2);
}

}  // namespace
}  // namespace sequitur::test
