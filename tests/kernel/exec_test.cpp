// execve and execveat: what runs, what was asked for, and with what.
#include "tests/kernel/observer.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace sequitur {
namespace {

constexpr auto kExe = SEQUITUR_ROLE_EXE;
constexpr auto kScript = SEQUITUR_ROLE_SCRIPT;

class ExecTest : public KernelTest {
protected:
    static void execute(const char* file, std::vector<const char*> arguments,
                        std::vector<const char*> environment = {}) {
        arguments.push_back(nullptr);
        environment.push_back(nullptr);
        syscall(SYS_execve, file, arguments.data(), environment.data());
    }
    static struct stat status(const std::string& path) {
        struct stat result {};
        stat(path.c_str(), &result);
        return result;
    }
    ScratchFolder folder;
};

TEST_F(ExecTest, ImageArgumentsEnvironment) {
    const auto record = run_one(EventType::kExecve, [] {
        execute("/bin/true", {"argv zero", "one", "", "three"}, {"A=1", "B=2"});
    });
    const std::string real = "/usr/bin/true";
    EXPECT_EQ(record.number(0), 0);
    EXPECT_EQ(record.text(1), "argv zero");
    EXPECT_EQ(record.dynamic(2), "one  three ");
    EXPECT_EQ(record.number(3), child());
    EXPECT_EQ(record.number(4), child());
    EXPECT_EQ(record.number(5), getpid());
    EXPECT_EQ(record.text(13), "true");
    EXPECT_EQ(record.dynamic(15), "A=1 B=2 ");
    EXPECT_EQ(record.number(19), 1);  // root could write it
    EXPECT_EQ(record.number(23), std::int64_t(status(real).st_ino));
    EXPECT_EQ(record.number(24),
              status(real).st_ctim.tv_sec * 1'000'000'000 + status(real).st_ctim.tv_nsec);
    EXPECT_EQ(record.number(26), 0);
    EXPECT_EQ(record.text(27), real);
    EXPECT_EQ(record.number(28), getpgid(0));
    EXPECT_EQ(record.text(30), "/bin/true");
    EXPECT_EQ(record.path(kExe), real);
    ASSERT_TRUE(record.file(kExe));
    EXPECT_EQ(record.file(kExe)->ino, status(real).st_ino);
    EXPECT_FALSE(record.path(kScript));
    EXPECT_EQ(record.view().param_count(), 31U);
}

TEST_F(ExecTest, ScriptsAreToldFromTheirInterpreter) {
    const std::string script = folder / "s";
    write_file(script, "#!/bin/true\n", 0755);
    const auto record = run_one(EventType::kExecve, [&] { execute(script.c_str(), {"s"}); });
    EXPECT_EQ(record.number(0), 0);
    EXPECT_EQ(record.text(27), "/usr/bin/true");
    EXPECT_EQ(record.path(kExe), "/usr/bin/true");
    EXPECT_EQ(record.text(30), script);
    if (!has_path_hooks()) GTEST_SKIP() << "this kernel refuses hooks on exec";
    EXPECT_EQ(record.path(kScript), script);
    ASSERT_TRUE(record.file(kScript));
    EXPECT_EQ(record.file(kScript)->ino, status(script).st_ino);
}

// Told with or without the hook.
TEST_F(ExecTest, AScriptByItsDescriptor) {
    const std::string script = folder / "s";
    write_file(script, "#!/bin/true\n", 0755);
    const auto expect_script = [&](const Observed& record) {
        EXPECT_EQ(record.number(0), 0);
        EXPECT_EQ(record.path(kExe), "/usr/bin/true");
        EXPECT_EQ(record.path(kScript), script);
        ASSERT_TRUE(record.file(kScript));
        EXPECT_EQ(record.file(kScript)->ino, status(script).st_ino);
    };
    const char* arguments[] = {"s", nullptr};
    expect_script(run_one(EventType::kExecveat, [&] {
        const int fd = open(script.c_str(), O_RDONLY);
        syscall(SYS_execveat, fd, "", arguments, nullptr, AT_EMPTY_PATH);
    }));
    expect_script(run_one(EventType::kExecve, [&] {
        const int fd = open(script.c_str(), O_RDONLY);
        syscall(SYS_execve, ("/proc/self/fd/" + std::to_string(fd)).c_str(), arguments, nullptr);
    }));
}

TEST_F(ExecTest, AScriptBelowADirectoryHasAName) {
    write_file(folder / "s", "#!/bin/true\n", 0755);
    const int directory = open(folder.path().c_str(), O_DIRECTORY);
    const auto record = run_one(EventType::kExecveat, [&] {
        const char* arguments[] = {"s", nullptr};
        syscall(SYS_execveat, directory, "s", arguments, nullptr, 0);
    });
    close(directory);
    if (has_path_hooks()) {
        EXPECT_EQ(record.path(kScript), folder / "s");
    } else {
        EXPECT_EQ(record.path(kScript), "/dev/fd/" + std::to_string(directory) + "/s");
        EXPECT_EQ(record.path_flags(kScript), SEQUITUR_PATH_USERSPACE);
    }
}

TEST_F(ExecTest, FailuresKeepTheCaller) {
    const auto record =
        run_one(EventType::kExecve, [&] { execute((folder / "none").c_str(), {"x"}); });
    EXPECT_EQ(record.number(0), -ENOENT);
    EXPECT_EQ(record.text(13), "kernel_tests");
    EXPECT_EQ(record.text(30), folder / "none");
}

TEST_F(ExecTest, MemoryFileByDescriptor) {
    const auto record = run_one(EventType::kExecveat, [] {
        const int fd = memfd_create("stage", MFD_CLOEXEC);
        const int from = open("/bin/true", O_RDONLY);
        std::vector<char> bytes(1 << 20);
        const ssize_t size = read(from, bytes.data(), bytes.size());
        if (write(fd, bytes.data(), static_cast<std::size_t>(size)) != size) _exit(1);
        const char* arguments[] = {"[kworker]", nullptr};
        const char* environment[] = {nullptr};
        syscall(SYS_execveat, fd, "", arguments, environment, AT_EMPTY_PATH);
    });
    EXPECT_EQ(record.number(0), 0);
    EXPECT_EQ(record.text(1), "[kworker]");
    EXPECT_EQ(record.number(19), 1 | 4);  // from memory
    EXPECT_EQ(record.text(27), "/memfd:stage");
    EXPECT_EQ(record.path(kExe), "/memfd:stage");
    EXPECT_EQ(record.view().param_count(), 30U);
}

TEST_F(ExecTest, LongArgumentsAreCutAndSaidToBe) {
    const auto record = run_one(EventType::kExecve, [] {
        const std::string big(9000, 'b');
        execute("/bin/true", {"true", big.c_str()}, {big.c_str()});
    });
    EXPECT_EQ(record.bytes(2).size(), 4095U);
    EXPECT_EQ(record.bytes(15).size(), 4095U);
    ASSERT_TRUE(record.has(SEQUITUR_OPTION_TRUNCATED));
}

TEST_F(ExecTest, RemovedWhileRunning) {
    const std::string path = folder / "x";
    write_file(path, "", 0755);
    const auto record = run_one(EventType::kExecveat, [&] {
        const int from = open("/bin/true", O_RDONLY), to = open(path.c_str(), O_WRONLY);
        std::vector<char> bytes(1 << 20);
        const ssize_t size = read(from, bytes.data(), bytes.size());
        if (write(to, bytes.data(), static_cast<std::size_t>(size)) != size) _exit(1);
        close(to);
        const int fd = open(path.c_str(), O_RDONLY);
        unlink(path.c_str());
        const char* arguments[] = {"x", nullptr};
        syscall(SYS_execveat, fd, "", arguments, nullptr, AT_EMPTY_PATH);
    });
    EXPECT_EQ(record.number(0), 0);
    EXPECT_EQ(record.path(kExe), path);
    EXPECT_EQ(record.path_flags(kExe), SEQUITUR_PATH_DELETED);
}

}  // namespace
}  // namespace sequitur
