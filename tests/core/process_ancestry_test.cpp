// Sessions, entries and containers.
#include "core/process_ancestry.h"

#include "tests/support/host.h"

#include <gtest/gtest.h>

namespace sequitur::test {
namespace {

constexpr std::string_view kId = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

std::string_view id_of(const std::string& cgroup) {
    static std::string list;
    list = "cpu=/" + std::string("\0", 1) + cgroup + std::string("\0", 1);
    return container_id_of(list);
}

TEST(ContainerId, IsFoundInTheCgroupsOfTheEngines) {
    const std::string id(kId);
    EXPECT_EQ(id_of("cpu=/docker/" + id), "0123456789ab");
    EXPECT_EQ(id_of("cpu=/system.slice/docker-" + id + ".scope"), "0123456789ab");
    EXPECT_EQ(id_of("cpu=/kubepods.slice/kubepods-pod1.slice/cri-containerd-" + id + ".scope"),
              "0123456789ab");
    EXPECT_EQ(id_of("cpu=/kubepods/besteffort/pod1/" + id), "0123456789ab");
    EXPECT_EQ(id_of("memory=/machine.slice/libpod-" + id + ".scope/container"), "0123456789ab");
    EXPECT_EQ(id_of("cpu=/crio-" + id + ".scope"), "0123456789ab");
    EXPECT_EQ(id_of("cpu=/lxc.payload.web/init.scope"), "web");
    EXPECT_EQ(id_of("cpu=/lxc/web"), "web");
}

TEST(ContainerId, IsNotFoundOnTheHost) {
    const std::string id(kId);
    EXPECT_EQ(id_of("cpu=/system.slice/ssh.service"), "");
    EXPECT_EQ(id_of("cpu=/machine.slice/libpod-conmon-" + id + ".scope"), "");
    EXPECT_EQ(id_of("cpu=/x/" + id + "00"), "");  // another number of digits
    EXPECT_EQ(container_id_of(""), "");
    EXPECT_EQ(container_id_of("no-equals-sign"), "");
}

class EntryTest : public testing::Test {
protected:
    EntryTest() {
        log.at(at_ms(0));
        log.task({.pid = 1, .name = "systemd", .exepath = "/sbin/init", .start_ns = at_ms(1)});
        log.task({.pid = 5,
                  .ppid = 1,
                  .name = "sshd",
                  .exepath = "/usr/sbin/sshd",
                  .start_ns = at_ms(2),
                  .cgroups = "cpu=/system.slice/ssh.service"});
        log.task({.pid = 6,
                  .ppid = 1,
                  .name = "cron",
                  .exepath = "/usr/sbin/cron",
                  .start_ns = at_ms(2),
                  .cgroups = "cpu=/system.slice/cron.service"});
        log.at(at_s(1));
    }
    // A child of `parent` that runs `path`.
    const ProcessImage& spawn(std::int64_t parent, std::int64_t pid, Exec exec) {
        log.by(parent).clone(pid);
        log.by(pid).execve(exec);
        return *host.run().process;
    }
    Host host;
    RecordLog& log = host.log;
};

TEST_F(EntryTest, AnSshLoginStartsWithWhatSshdBecomes) {
    log.by(5).clone(20);
    log.by(20).read(0);  // sshd's own child, still sshd: the service
    EXPECT_EQ(host.run().process->entry_kind, EntryKind::kService);
    EXPECT_EQ(host.events.back().process->entry.pid, 5);
    const ProcessImage& shell = spawn(20, 21, {.path = "/bin/bash"});
    EXPECT_EQ(shell.entry_kind, EntryKind::kSsh);
    EXPECT_EQ(shell.entry, shell.entity);
    const ProcessImage& below = spawn(21, 22, {.path = "/usr/bin/curl"});
    EXPECT_EQ(below.entry_kind, EntryKind::kSsh);
    EXPECT_EQ(below.entry.pid, 21);
}

TEST_F(EntryTest, ACronJobStartsWithWhatCronRuns) {
    const ProcessImage& job = spawn(6, 30, {.path = "/bin/sh"});
    EXPECT_EQ(job.entry_kind, EntryKind::kCron);
    EXPECT_EQ(job.entry.pid, 30);
}

TEST_F(EntryTest, AServiceStartsWithSystemdsChild) {
    const ProcessImage& service =
        spawn(1, 40, {.path = "/usr/sbin/nginx", .cgroups = "cpu=/system.slice/nginx.service"});
    EXPECT_EQ(service.entry_kind, EntryKind::kService);
    EXPECT_EQ(service.entry.pid, 40);
}

TEST_F(EntryTest, AConsoleLoginStartsBelowLogin) {
    spawn(1, 50, {.path = "/sbin/agetty", .cgroups = "cpu=/system.slice/getty.service"});
    log.by(50).execve({.path = "/bin/login"});
    const ProcessImage& shell = spawn(50, 51, {.path = "/bin/bash"});
    EXPECT_EQ(shell.entry_kind, EntryKind::kLogin);
    EXPECT_EQ(shell.entry.pid, 51);
}

TEST_F(EntryTest, AContainerStartsWithItsFirstProcess) {
    const std::string cgroups = "cpu=/docker/" + std::string(kId);
    const ProcessImage& first = spawn(1, 60, {.path = "/entry", .cgroups = cgroups});
    EXPECT_EQ(first.entry_kind, EntryKind::kContainer);
    EXPECT_EQ(first.container_id.view(), "0123456789ab");
    const ProcessImage& second = spawn(60, 61, {.path = "/bin/ls", .cgroups = cgroups});
    EXPECT_EQ(second.entry.pid, 60);
}

TEST_F(EntryTest, ReparentingChangesNoEntry) {
    log.by(5).clone(20);
    spawn(20, 21, {.path = "/bin/bash"});
    spawn(21, 22, {.path = "/usr/bin/nohup"});
    log.by(21).procexit();
    log.by(22).execve({.path = "/usr/bin/miner"});
    const Event& event = host.run();
    EXPECT_EQ(event.process->ppid, 1);
    EXPECT_EQ(event.process->entry.pid, 21);
    EXPECT_EQ(event.process->entry_kind, EntryKind::kSsh);
}

TEST_F(EntryTest, SnapshotsNeedNotComeInOrder) {
    Host other;
    other.log.at(at_ms(0));
    other.log.task({.pid = 21,
                    .ppid = 20,
                    .name = "bash",
                    .exepath = "/bin/bash",
                    .sid = 21,
                    .start_ns = at_ms(9)});
    other.log.task({.pid = 22,
                    .ppid = 21,
                    .name = "vi",
                    .exepath = "/bin/vi",
                    .sid = 21,
                    .start_ns = at_ms(10)});
    other.log.task(
        {.pid = 20, .ppid = 1, .name = "sshd", .exepath = "/sbin/sshd", .start_ns = at_ms(5)});
    other.log.at(at_s(1)).by(22).read(0);
    const Event& event = other.run();
    EXPECT_EQ(event.process->entry_kind, EntryKind::kSsh);
    EXPECT_EQ(event.process->entry, (ProcessEntity{21, at_ms(9)}));
    EXPECT_EQ(event.process->session, (ProcessEntity{21, at_ms(9)}));
    ASSERT_EQ(event.process->lineage->size(), 2u);
    EXPECT_EQ((*event.process->lineage)[1].pid, 20);
}

}  // namespace
}  // namespace sequitur::test
