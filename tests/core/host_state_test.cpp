// Files, descriptors, exec and credentials, as histories through the state stage.
#include "core/host_state.h"

#include "core/retained_event.h"
#include "tests/support/host.h"

#include <gtest/gtest.h>

#include <atomic>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace sequitur::test {
namespace {

class HostStateTest : public testing::Test {
protected:
    HostStateTest() {
        log.at(at_ms(0)).task({.pid = 10,
                               .ppid = 1,
                               .name = "sh",
                               .exepath = "/bin/sh",
                               .cwd = "/home/u",
                               .start_ns = at_ms(0)});
        log.at(at_ms(1)).by(10);
    }
    Host host;
    RecordLog& log = host.log;
};

TEST_F(HostStateTest, AnOpenHasItsDescriptorPathAndFile) {
    log.openat("docs/../a", kOpenRead, 3, 7, 0x801);
    const Event& event = host.run();
    EXPECT_EQ(event.number, 1u);
    EXPECT_EQ(event.fd_number, 3);
    EXPECT_EQ(event.fd->name.view(), "/home/u/a");
    EXPECT_EQ(event.fd->raw_name.view(), "docs/../a");
    EXPECT_EQ(event.fd->directory.view(), "/home/u");
    EXPECT_EQ(event.fd->filename.view(), "a");
    EXPECT_EQ(event.path->view(), "/home/u/a");
    EXPECT_EQ(event.path_raw->view(), "docs/../a");
    EXPECT_EQ(event.file_path->view(), "/home/u/a");
    EXPECT_EQ(event.file.to_string(), "8:1/7");
    EXPECT_EQ(event.process->name.view(), "sh");
    EXPECT_EQ(event.origin_process, nullptr);
}

TEST_F(HostStateTest, TheKernelsPathNamesTheDescriptor) {
    log.with_path("/usr/bin/dash").with_inode(9, 4).openat("/bin/sh", kOpenRead, 3);
    const Event& event = host.run();
    EXPECT_EQ(event.path->view(), "/bin/sh");
    EXPECT_EQ(event.file_path->view(), "/usr/bin/dash");
    EXPECT_EQ(event.fd->name.view(), "/usr/bin/dash");
    EXPECT_EQ(event.fd->directory.view(), "/usr/bin");
    EXPECT_EQ(event.file.generation, 4u);
}

TEST_F(HostStateTest, AFailedOpenStillNamesWhatWasAttempted) {
    log.openat("/etc/shadow", kOpenWrite, kNoAccess);
    const Event& event = host.run();
    EXPECT_EQ(event.fd_number, -1);
    ASSERT_NE(event.fd, nullptr);
    EXPECT_EQ(event.fd->name.view(), "/etc/shadow");
    EXPECT_EQ(event.fd->type, DescriptorType::kFile);
    EXPECT_EQ(event.fd->directory.view(), "/etc");
    EXPECT_FALSE(event.created_file);
}

TEST_F(HostStateTest, ACloseShowsWhatItCloses) {
    log.openat("/tmp/a", kOpenRead, 3);
    log.close(3);
    EXPECT_EQ(host.run().fd->name.view(), "/tmp/a");
    log.close(3);
    EXPECT_EQ(host.run().fd, nullptr);
    EXPECT_EQ(host.state.counters().unknown_descriptors, 1u);
}

TEST_F(HostStateTest, ReadsAndWritesAreOfTheDescriptorsFile) {
    log.openat("/tmp/a", kOpenWrite | kOpenCreate, 3, 7);
    const FileId file = host.run().file;
    log.write(3);
    const Event& event = host.run();
    EXPECT_EQ(event.file, file);
    EXPECT_EQ(event.file_path->view(), "/tmp/a");
    EXPECT_EQ(event.result, 1);
    EXPECT_TRUE(event.has_result);
}

// The history of a rule test: the inode is told once, at the open.
TEST_F(HostStateTest, AFileIsFollowedFromOpenOverRenameToExec) {
    log.openat("/tmp/a", kOpenWrite | kOpenCreate, 3, 7);
    const FileId file = host.run().file;
    EXPECT_EQ(file.number, 7u);
    log.rename("/tmp/a", "/tmp/b");
    EXPECT_EQ(host.run().file, file);
    log.chmod("/tmp/b", 0755);
    const Event& chmod = host.run();
    EXPECT_EQ(chmod.file, file);
    EXPECT_EQ(chmod.origin_process->pid, 10);
    log.by(11).at(at_ms(5)).execve({.path = "/tmp/b"});
    const Event& exec = host.run();
    EXPECT_EQ(exec.file, file);
    EXPECT_EQ(exec.process->exe_file, file);
    EXPECT_EQ(exec.process->exepath.view(), "/tmp/b");
    EXPECT_EQ(exec.origin_process->name.view(), "sh");
    EXPECT_EQ(exec.origin_time, timestamp_from_ns(at_ms(1)));
}

TEST_F(HostStateTest, AnExecThatTellsOnlyItsArgumentsFindsTheFile) {
    log.openat("/tmp/a", kOpenWrite | kOpenCreate, 3, 7);
    const FileId file = host.run().file;
    log.by(11).record(EventType::kExecve, [](RecordBuilder& builder) {
        builder.add_int(0);
        builder.add_text("/tmp/a");
    });
    const Event& exec = host.run();
    EXPECT_EQ(exec.file, file);
    EXPECT_EQ(exec.process->name.view(), "a");
}

TEST_F(HostStateTest, AScriptIsTheFileOfItsExec) {
    log.openat("/tmp/run.sh", kOpenWrite | kOpenCreate, 3, 7);
    const FileId script = host.run().file;
    log.by(11).execve({.path = "/usr/bin/dash", .filename = "/tmp/run.sh"});
    const Event& by_path = host.run();
    EXPECT_EQ(by_path.file, script);
    EXPECT_NE(by_path.process->exe_file, script);
    log.by(12)
        .with_inode(7, 0, 1, 0100755, SEQUITUR_ROLE_SCRIPT)
        .with_inode(99, 0, 1, 0100755, SEQUITUR_ROLE_EXE)
        .execve({.path = "/usr/bin/dash", .filename = "/tmp/link"});
    const Event& by_option = host.run();
    EXPECT_EQ(by_option.file.number, 7u);
    EXPECT_EQ(by_option.process->exe_file.number, 99u);
}

TEST_F(HostStateTest, ANameInsideAChrootIsNotTheHosts) {
    log.openat("/x", kOpenWrite | kOpenCreate, 3, 7);
    const FileId outside = host.run().file;
    log.with_inode(8, 4, 1, 0100755, SEQUITUR_ROLE_EXE)
        .execve({.path = "/tmp/root/x", .filename = "/x"});
    const Event& exec = host.run();
    EXPECT_NE(exec.file, outside);
    EXPECT_EQ(exec.file.number, 8U);
}

TEST_F(HostStateTest, AScriptIsFoundByTheNameThatTheKernelHas) {
    log.openat("/tmp/d/run.sh", kOpenWrite | kOpenCreate, 3, 7);
    const FileId script = host.run().file;
    log.openat("/tmp/d", kOpenRead | kOpenDirectory, 4, 8);
    for (const char* name : {"/dev/fd/4/run.sh", "/dev/fd/4/./run.sh", "/tmp/d/run.sh"}) {
        log.with_path(name, SEQUITUR_ROLE_SCRIPT, SEQUITUR_PATH_USERSPACE)
            .execve({.path = "/usr/bin/dash"}, EventType::kExecveat);
        EXPECT_EQ(host.run().file, script) << name;
    }
}

TEST_F(HostStateTest, UnlinkedAndMadeAnewIsAnotherFile) {
    log.openat("/tmp/a", kOpenWrite | kOpenCreate | kOpenExclusive, 3, 7);
    const FileId first = host.run().file;
    log.unlink("/tmp/a");
    EXPECT_EQ(host.run().file, first);
    log.openat("/tmp/a", kOpenWrite | kOpenCreate | kOpenExclusive, 4, 7);
    const Event& second = host.run();
    EXPECT_NE(second.file, first);
    EXPECT_TRUE(second.created_file);
    log.write(3);  // the first one is still open
    EXPECT_EQ(host.run().file, first);
}

TEST_F(HostStateTest, WhichOpensMakeTheirFile) {
    log.openat("/tmp/new", kOpenWrite | kOpenCreate, 3, 7);
    EXPECT_TRUE(host.run().created_file);  // nothing is known under that path
    log.openat("/tmp/new", kOpenWrite | kOpenCreate, 4, 7);
    EXPECT_FALSE(host.run().created_file);
    log.openat("/tmp/read", kOpenRead, 5, 8);
    EXPECT_FALSE(host.run().created_file);
    // From here on the source is known to mark what it creates.
    log.openat("/tmp/marked", kOpenWrite | kOpenCreate | kOpenCreated, 6, 9);
    EXPECT_TRUE(host.run().created_file);
    log.openat("/tmp/unmarked", kOpenWrite | kOpenCreate, 7, 10);
    EXPECT_FALSE(host.run().created_file);
}

TEST_F(HostStateTest, AMemfdIsTheFileThatIsExecutedThroughIt) {
    log.memfd_create("x", 3);
    const Event& made = host.run();
    const FileId file = made.file;
    EXPECT_EQ(made.fd->name.view(), "x");
    EXPECT_EQ(made.fd->type, DescriptorType::kMemfd);
    EXPECT_TRUE(made.created_file);
    log.execve({.path = "/memfd:x (deleted)", .filename = "/proc/self/fd/3", .flags = 4});
    const Event& exec = host.run();
    EXPECT_EQ(exec.file, file);
    EXPECT_EQ(exec.process->exe_flags, 4u);
    EXPECT_EQ(exec.origin_process->pid, 10);
}

TEST_F(HostStateTest, ALinkToADescriptorNamesItsFile) {
    log.openat("/tmp", kOpenWrite | kOpenTmpfile, 3, 7);
    const FileId file = host.run().file;
    log.link("/proc/self/fd/3", "/tmp/named");
    host.run();
    log.chmod("/tmp/named", 0700);
    EXPECT_EQ(host.run().file, file);
}

TEST_F(HostStateTest, PathsStartFromTheWorkingDirectoryOrDescriptor) {
    log.chdir("/srv");
    EXPECT_EQ(host.run().process->cwd.view(), "/srv/");
    log.chdir("..//tmp/");
    EXPECT_EQ(host.run().process->cwd.view(), "/tmp/");
    log.chdir("/root", kNoAccess);
    EXPECT_EQ(host.run().process->cwd.view(), "/tmp/");
    log.openat("/opt", kOpenDirectory, 5);
    EXPECT_EQ(host.run().fd->type, DescriptorType::kDirectory);
    log.openat("a", kOpenRead, 6, 0, 0, 5);
    EXPECT_EQ(host.run().fd->name.view(), "/opt/a");
    log.openat("a", kOpenRead, 7, 0, 0, 99);
    EXPECT_EQ(host.run().fd->name.view(), "<UNKNOWN>/a");
    log.call(EventType::kFchdir, 0, {5});
    EXPECT_EQ(host.run().process->cwd.view(), "/opt/");
}

TEST_F(HostStateTest, ExecKeepsDescriptorsButThoseMarked) {
    log.openat("/a", kOpenRead | kOpenCloexec, 3);
    log.openat("/b", kOpenRead, 4);
    log.dup(3, 5);
    log.call(EventType::kFcntl, 0, {4, 3, 1});  // F_SETFD, FD_CLOEXEC
    log.execve({.path = "/bin/x"});
    log.read(3);
    EXPECT_EQ(host.run().fd, nullptr);
    log.read(4);
    EXPECT_EQ(host.run().fd, nullptr);
    log.read(5);
    EXPECT_EQ(host.run().fd->name.view(), "/a");
}

TEST_F(HostStateTest, DupShowsTheNewNumber) {
    log.openat("/a", kOpenRead, 3);
    log.dup(3, 8);
    const Event& event = host.run();
    EXPECT_EQ(event.fd_number, 8);
    EXPECT_EQ(event.fd->name.view(), "/a");
    log.call(EventType::kDup, -9, {44});
    EXPECT_EQ(host.run().fd, nullptr);
    log.call(EventType::kCloseRange, 0, {3, 0xffffffffLL, 0});
    log.read(8);
    EXPECT_EQ(host.run().fd, nullptr);
}

TEST_F(HostStateTest, ExecPublishesANewImageAndKeepsTheOldOne) {
    log.openat("/a", kOpenRead, 3);
    log.execve({.path = "/usr/bin/curl", .args = {"-o", "x"}, .uid = 33, .gid = 34});
    host.run();
    const ProcessImage& before = *host.events[0].process;
    const ProcessImage& after = *host.events[1].process;
    EXPECT_EQ(before.name.view(), "sh");
    EXPECT_EQ(after.name.view(), "curl");
    EXPECT_EQ(after.cmdline.view(), "curl -o x");
    EXPECT_EQ(after.exeline.view(), "/usr/bin/curl -o x");
    EXPECT_EQ(after.args.view(), std::string_view("-o\0x\0", 5));
    EXPECT_EQ(after.cwd.view(), "/home/u/");
    EXPECT_EQ(after.uid, 33u);
    EXPECT_EQ(after.entity, before.entity);
    EXPECT_EQ(after.exec_time, timestamp_from_ns(at_ms(1)));
    log.execve({.path = "/nowhere", .result = kNoEntry});
    const Event& failed = host.run();
    EXPECT_EQ(failed.process->name.view(), "curl");
    EXPECT_EQ(failed.path->view(), "/nowhere");
}

TEST_F(HostStateTest, CredentialsChangeWithTheCallsThatSetThem) {
    log.user(33, "www-data");
    log.group(34, "www");
    log.call(EventType::kSetuid, 0, {33});
    const Event& uid = host.run();
    EXPECT_EQ(uid.process->uid, 33u);
    EXPECT_EQ(uid.process->user_name.view(), "www-data");
    EXPECT_EQ(uid.process->user_home.view(), "/home");
    log.call(EventType::kSetresgid, 0, {-1, 34, -1});
    EXPECT_EQ(host.run().process->group_name.view(), "www");
    log.call(EventType::kSetresuid, 0, {1, -1, 1});
    EXPECT_EQ(host.run().process->uid, 33u);
    log.call(EventType::kSetuid, -1, {0});
    EXPECT_EQ(host.run().process->uid, 33u);
    log.call(EventType::kCapset, 0, {1, 2, 3});
    const Event& caps = host.run();
    EXPECT_EQ(caps.process->cap_inheritable, 1u);
    EXPECT_EQ(caps.process->cap_permitted, 2u);
    EXPECT_EQ(caps.process->cap_effective, 3u);
}

TEST_F(HostStateTest, AnAccountThatComesLateIsTakenUp) {
    log.call(EventType::kSetuid, 0, {33});
    EXPECT_FALSE(host.run().process->user_name);
    log.user(33, "www-data");
    log.read(0);
    EXPECT_EQ(host.run().process->user_name.view(), "www-data");
}

TEST_F(HostStateTest, BatchesDoNotMatter) {
    log.openat("/tmp/a", kOpenWrite | kOpenCreate, 3, 7);
    log.rename("/tmp/a", "/tmp/b");
    log.execve({.path = "/tmp/b"});
    Host other;
    std::vector<Event> all;
    std::uint64_t batch = 0;
    for (const RecordView& record : log.records()) other.state.apply({&record, 1}, ++batch, all);
    host.apply();
    ASSERT_EQ(all.size(), host.events.size());
    for (std::size_t i = 0; i < all.size(); ++i) {
        EXPECT_EQ(all[i].number, host.events[i].number);
        EXPECT_EQ(all[i].file, host.events[i].file);
        EXPECT_EQ(all[i].process->entity, host.events[i].process->entity);
    }
}

TEST_F(HostStateTest, ARetainedEventOutlivesItsBatchAndProcess) {
    log.openat("/tmp/a", kOpenWrite | kOpenCreate, 3, 7);
    const Ref<RetainedEvent> kept = RetainedEvent::copy_of(host.run());
    log.close(3);
    log.procexit();
    host.run();
    host.done();
    const Event& event = kept->event();
    EXPECT_EQ(event.fd->name.view(), "/tmp/a");
    EXPECT_EQ(event.path_raw->view(), "/tmp/a");
    EXPECT_EQ(event.process->name.view(), "sh");
    EXPECT_EQ(event.record.param(2).size(), 7u);
    EXPECT_GT(kept->bytes(), event.record.event_bytes().size());
}

// What later stages keep they let go of on their own threads, while this stage goes on.
TEST_F(HostStateTest, ReferencesMayBeDroppedOnOtherThreads) {
    std::mutex mutex;
    std::vector<Ref<RetainedEvent>> handed_over;
    std::atomic<bool> is_done = false;
    std::thread dropper([&] {
        while (!is_done) {
            std::vector<Ref<RetainedEvent>> mine;
            const std::lock_guard lock(mutex);
            mine.swap(handed_over);
        }
    });
    for (std::uint64_t i = 0; i < 2000; ++i) {
        const std::string path = "/tmp/" + std::to_string(i);
        log.openat(path, kOpenWrite | kOpenCreate, 3, 100 + i);
        log.execve({.path = path});
        log.close(3);
        host.run();
        const std::lock_guard lock(mutex);
        for (const Event& event : host.events) handed_over.push_back(RetainedEvent::copy_of(event));
    }
    is_done = true;
    dropper.join();
    handed_over.clear();
}

TEST_F(HostStateTest, ASymbolicLinkIsAFileOfItsOwn) {
    log.openat("/tmp/a", kOpenWrite | kOpenCreate, 3, 7);
    const FileId file = host.run().file;
    log.with_inode(8, 0, 1, 0120777, SEQUITUR_ROLE_NEW)
        .record(EventType::kSymlink, [](RecordBuilder& builder) {
            builder.add_int(0);
            builder.add_text("a");
            builder.add_text("/tmp/l");
        });
    const Event& event = host.run();
    EXPECT_NE(event.file, file);
    EXPECT_EQ(event.file.number, 8u);
    EXPECT_EQ(event.path->view(), "/tmp/l");
    EXPECT_EQ(event.target_path_raw->view(), "a");
}

TEST_F(HostStateTest, EmptyAndForeignRecordsAreCounted) {
    host.run_nothing();
    Arena arena;
    RecordBuilder builder(arena);
    builder.begin(at_ms(2), 10, static_cast<EventType>(6000));
    const RecordView unknown = builder.finish();
    builder.begin(at_ms(2), 10, EventType::kClose);
    const RecordView bare = builder.finish_exact();
    const RecordView records[] = {RecordView(), unknown, bare};
    host.events.clear();
    host.state.apply(records, ++host.batch, host.events);
    EXPECT_EQ(host.events.size(), 1u);
    EXPECT_FALSE(host.events[0].has_result);
    EXPECT_EQ(host.state.counters().unknown_types, 1u);
    EXPECT_EQ(host.state.counters().malformed, 1u);
}

TEST_F(HostStateTest, FilesAndStringsStayWithinTheirLimits) {
    Limits limits;
    limits.files_max = 100;
    limits.interned_bytes_max = 200 << 10;
    Host small(limits);
    for (std::uint64_t i = 0; i < 5000; ++i) {
        small.log.by(10).openat("/tmp/" + std::to_string(i), kOpenWrite, 3, 1000 + i);
        small.log.close(3);
        if (i % 50 == 0) small.run();
    }
    small.run();
    small.done();
    EXPECT_LE(small.state.counters().files, 100u);
    EXPECT_GT(small.state.counters().files_evicted, 4500u);
    EXPECT_LT(small.state.counters().strings, 2000u);
}

}  // namespace
}  // namespace sequitur::test
