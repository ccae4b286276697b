// Calls on files and names: one each, checked against what stat(2) says.
#include "tests/kernel/observer.h"

#include <fcntl.h>
#include <filesystem>
#include <linux/openat2.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <unistd.h>

namespace sequitur {
namespace {

constexpr auto kTarget = SEQUITUR_ROLE_TARGET;
constexpr auto kNew = SEQUITUR_ROLE_NEW;

class FileTest : public KernelTest {
protected:
    static struct stat status(const std::string& path) {
        struct stat result {};
        lstat(path.c_str(), &result);
        return result;
    }
    static std::uint32_t encoded(dev_t dev) {
        const auto major = static_cast<std::uint32_t>(major_of(dev)),
                   minor = static_cast<std::uint32_t>(minor_of(dev));
        return (minor & 0xff) | major << 8 | (minor & ~0xffU) << 12;
    }
    static void expect_file(const Observed& record, std::uint16_t role, const struct stat& now) {
        const auto file = record.file(role);
        ASSERT_TRUE(file);
        EXPECT_EQ(file->ino, now.st_ino);
        EXPECT_EQ(file->dev, encoded(now.st_dev));
        EXPECT_EQ(file->mode, now.st_mode);
        EXPECT_EQ(file->nlink, now.st_nlink);
    }
    ScratchFolder folder;

private:
    static unsigned major_of(dev_t dev) { return gnu_dev_major(dev); }
    static unsigned minor_of(dev_t dev) { return gnu_dev_minor(dev); }
};

TEST_F(FileTest, RelativeNamesStandAsGivenAndAsResolved) {
    const auto record = run_one(EventType::kOpenat, [&] {
        syscall(SYS_chdir, folder.path().c_str());
        syscall(SYS_openat, AT_FDCWD, "..", O_PATH | O_CLOEXEC | O_DIRECTORY);
    });
    EXPECT_EQ(record.text(2), "..");
    EXPECT_EQ(record.path(kTarget), "/tmp");
}

TEST_F(FileTest, OpenatThatCreates) {
    const auto path = folder / "made";
    const auto record = run_one(EventType::kOpenat, [&] {
        syscall(SYS_openat, AT_FDCWD, path.c_str(), O_CREAT | O_WRONLY | O_TRUNC, 0751);
    });
    EXPECT_GE(record.number(0), 0);
    EXPECT_EQ(record.number(1), AT_FDCWD);
    EXPECT_EQ(record.text(2), path);
    EXPECT_EQ(record.number(3), 0x4 | 0x2 | 0x100 | 0x4000);  // CREAT WRONLY TRUNC F_CREATED
    EXPECT_EQ(record.number(4), 0751);
    EXPECT_EQ(record.number(5), std::int64_t(encoded(status(path).st_dev)));
    EXPECT_EQ(record.number(6), std::int64_t(status(path).st_ino));
    expect_file(record, kTarget, status(path));
    EXPECT_EQ(record.path(kTarget), path);
    EXPECT_EQ(record.task().tgid, std::uint32_t(child()));
    EXPECT_EQ(record.task().parent_tgid, std::uint32_t(getpid()));
    EXPECT_EQ(record.view().tid(), std::uint64_t(child()));
}

TEST_F(FileTest, OpenFollowsLinksAndSaysWhereTheyLed) {
    write_file(folder / "real", "x");
    ASSERT_EQ(symlink("real", (folder / "link").c_str()), 0);
    const auto record =
        run_one(EventType::kOpen, [&] { syscall(SYS_open, (folder / "link").c_str(), O_RDONLY); });
    EXPECT_EQ(record.text(1), folder / "link");
    EXPECT_EQ(record.path(kTarget), folder / "real");
    EXPECT_EQ(record.number(2), 1);
    EXPECT_EQ(record.number(3), 0);
    expect_file(record, kTarget, status(folder / "real"));
}

TEST_F(FileTest, FailedOpenHasTheErrorAndNoFile) {
    const auto record =
        run_one(EventType::kOpen, [&] { syscall(SYS_open, (folder / "missing").c_str(), O_RDWR); });
    EXPECT_EQ(record.number(0), -ENOENT);
    EXPECT_EQ(record.text(1), folder / "missing");
    EXPECT_EQ(record.number(2), 3);
    EXPECT_FALSE(record.file(kTarget));
}

TEST_F(FileTest, Openat2AndCreat) {
    const auto path = folder / "a";
    run([&] {
        open_how how{};
        how.flags = O_CREAT | O_RDWR;
        how.mode = 0600;
        how.resolve = RESOLVE_NO_SYMLINKS;
        syscall(SYS_openat2, AT_FDCWD, path.c_str(), &how, sizeof how);
        syscall(SYS_creat, (folder / "b").c_str(), 0640);
    });
    const auto openat2 = only(EventType::kOpenat2);
    EXPECT_EQ(openat2.text(2), path);
    EXPECT_EQ(openat2.number(3), 0x4 | 0x3 | 0x4000);
    EXPECT_EQ(openat2.number(4), 0600);
    EXPECT_EQ(openat2.number(5), 8);  // NO_SYMLINKS
    EXPECT_EQ(openat2.number(7), std::int64_t(status(path).st_ino));
    expect_file(openat2, kTarget, status(path));
    const auto creat = only(EventType::kCreat);
    EXPECT_EQ(creat.text(1), folder / "b");
    EXPECT_EQ(creat.number(2), 0640);
    EXPECT_EQ(creat.number(4), std::int64_t(status(folder / "b").st_ino));
}

TEST_F(FileTest, ModeChangesTellTheFileByDescriptorAndByName) {
    const auto path = folder / "f";
    write_file(path, "x", 0600);
    run([&] {
        const int fd = open(path.c_str(), O_RDONLY);
        syscall(SYS_fchmod, fd, 0755);
        syscall(SYS_chmod, path.c_str(), 0700);
        syscall(SYS_fchmodat, AT_FDCWD, path.c_str(), 04711);
    });
    const auto fchmod = only(EventType::kFchmod);
    EXPECT_EQ(fchmod.number(0), 0);
    EXPECT_EQ(fchmod.number(2), 0755);
    ASSERT_TRUE(fchmod.file(kTarget));
    EXPECT_EQ(fchmod.file(kTarget)->ino, status(path).st_ino);
    EXPECT_EQ(fchmod.file(kTarget)->mode, S_IFREG | 0755);
    EXPECT_EQ(fchmod.path(kTarget), path);
    const auto chmod = only(EventType::kChmod);
    EXPECT_EQ(chmod.text(1), path);
    EXPECT_EQ(chmod.number(2), 0700);
    const auto fchmodat = only(EventType::kFchmodat);
    EXPECT_EQ(fchmodat.number(1), AT_FDCWD);
    EXPECT_EQ(fchmodat.text(2), path);
    EXPECT_EQ(fchmodat.number(3), 04711);
    expect_file(fchmodat, kTarget, status(path));
    if (!has_path_hooks()) GTEST_SKIP() << "this kernel refuses hooks on path calls";
    EXPECT_EQ(chmod.path(kTarget), path);
}

TEST_F(FileTest, Renames) {
    for (const char* name : {"a", "c", "e"}) write_file(folder / name, name);
    const auto a = status(folder / "a"), c = status(folder / "c"), e = status(folder / "e");
    run([&] {
        syscall(SYS_rename, (folder / "a").c_str(), (folder / "b").c_str());
        syscall(SYS_renameat, AT_FDCWD, (folder / "c").c_str(), AT_FDCWD, (folder / "d").c_str());
        syscall(SYS_renameat2, AT_FDCWD, (folder / "e").c_str(), AT_FDCWD, (folder / "d").c_str(),
                RENAME_EXCHANGE);
    });
    const auto rename = only(EventType::kRename);
    EXPECT_EQ(rename.text(1), folder / "a");
    EXPECT_EQ(rename.text(2), folder / "b");
    const auto renameat = only(EventType::kRenameat);
    EXPECT_EQ(renameat.text(2), folder / "c");
    EXPECT_EQ(renameat.number(3), AT_FDCWD);
    EXPECT_EQ(renameat.text(4), folder / "d");
    const auto renameat2 = only(EventType::kRenameat2);
    EXPECT_EQ(renameat2.number(5), RENAME_EXCHANGE);
    ASSERT_TRUE(rename.file(kTarget) && renameat.file(kTarget));
    EXPECT_EQ(rename.file(kTarget)->ino, a.st_ino);
    EXPECT_EQ(renameat.file(kTarget)->ino, c.st_ino);
    // Without them a rename that leaves two files alive can't be told apart.
    if (!has_path_hooks()) GTEST_SKIP() << "this kernel refuses hooks on path calls";
    EXPECT_EQ(rename.path(kTarget), folder / "a");
    EXPECT_EQ(rename.path(kNew), folder / "b");
    ASSERT_TRUE(renameat2.file(kTarget) && renameat2.file(kNew));
    EXPECT_EQ(renameat2.file(kTarget)->ino, e.st_ino);
    EXPECT_EQ(renameat2.file(kNew)->ino, c.st_ino);
}

TEST_F(FileTest, LinksAndUnlinks) {
    write_file(folder / "a", "x");
    const auto a = status(folder / "a");
    run([&] {
        syscall(SYS_link, (folder / "a").c_str(), (folder / "b").c_str());
        syscall(SYS_linkat, AT_FDCWD, (folder / "a").c_str(), AT_FDCWD, (folder / "c").c_str(),
                AT_SYMLINK_FOLLOW);
        syscall(SYS_symlink, "to/nowhere", (folder / "s").c_str());
        syscall(SYS_symlinkat, "to/nowhere", AT_FDCWD, (folder / "t").c_str());
        syscall(SYS_unlink, (folder / "b").c_str());
        syscall(SYS_unlinkat, AT_FDCWD, (folder / "c").c_str(), 0);
    });
    EXPECT_EQ(only(EventType::kLink).text(2), folder / "b");
    EXPECT_EQ(only(EventType::kLinkat).text(4), folder / "c");
    EXPECT_EQ(only(EventType::kLinkat).number(5), AT_SYMLINK_FOLLOW);
    EXPECT_EQ(only(EventType::kSymlink).text(1), "to/nowhere");
    EXPECT_EQ(only(EventType::kSymlink).text(2), folder / "s");
    EXPECT_EQ(only(EventType::kSymlinkat).text(3), folder / "t");
    EXPECT_EQ(only(EventType::kUnlink).text(1), folder / "b");
    EXPECT_EQ(only(EventType::kUnlinkat).text(2), folder / "c");
    for (const EventType type :
         {EventType::kLink, EventType::kLinkat, EventType::kUnlink, EventType::kUnlinkat}) {
        ASSERT_TRUE(only(type).file(kTarget)) << static_cast<int>(type);
        EXPECT_EQ(only(type).file(kTarget)->ino, a.st_ino);
    }
    EXPECT_EQ(only(EventType::kLink).file(kTarget)->nlink, 2U);
    EXPECT_EQ(only(EventType::kLinkat).file(kTarget)->nlink, 3U);
    EXPECT_EQ(only(EventType::kUnlink).file(kTarget)->nlink, 2U);
    EXPECT_EQ(only(EventType::kUnlinkat).file(kTarget)->nlink, 1U);
}

TEST_F(FileTest, FoldersAndWorkingDirectory) {
    run([&] {
        syscall(SYS_mkdir, (folder / "d").c_str(), 0750);
        syscall(SYS_mkdirat, AT_FDCWD, (folder / "e").c_str(), 0700);
        syscall(SYS_chdir, (folder / "d").c_str());
        syscall(SYS_fchdir, open((folder / "e").c_str(), O_DIRECTORY));
        syscall(SYS_rmdir, (folder / "d").c_str());
    });
    EXPECT_EQ(only(EventType::kMkdir).number(2), 0750);
    EXPECT_EQ(only(EventType::kMkdirat).text(2), folder / "e");
    EXPECT_EQ(only(EventType::kRmdir).text(1), folder / "d");
    EXPECT_EQ(only(EventType::kChdir).text(1), folder / "d");
    EXPECT_EQ(only(EventType::kChdir).path(SEQUITUR_ROLE_CWD), folder / "d");
    EXPECT_EQ(only(EventType::kFchdir).path(SEQUITUR_ROLE_CWD), folder / "e");
}

TEST_F(FileTest, MountsAreCrossed) {
    const auto inner = folder / "mnt";
    const auto record = run_one(EventType::kCreat, [&] {
        syscall(SYS_mkdir, inner.c_str(), 0755);
        syscall(SYS_unshare, CLONE_NEWNS);
        syscall(SYS_mount, "none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr);
        syscall(SYS_mount, "mem", inner.c_str(), "tmpfs", MS_NOEXEC, "");
        syscall(SYS_creat, (inner + "/f").c_str(), 0600);
        syscall(SYS_umount2, inner.c_str(), MNT_DETACH);
    });
    EXPECT_EQ(record.path(kTarget), inner + "/f");
    EXPECT_EQ(only(EventType::kUnshare).number(1), 32);  // NEWNS
    EXPECT_EQ(only(EventType::kUmount2).number(2), 2);
    EXPECT_NE(record.task().mount_ns, records_.front().task().mount_ns);
    std::vector<Observed> mounts;
    for (const auto& one : records_)
        if (one.type() == EventType::kMount) mounts.push_back(one);
    ASSERT_EQ(mounts.size(), 2U);
    EXPECT_EQ(mounts[1].text(1), "mem");
    EXPECT_EQ(mounts[1].text(2), inner);
    EXPECT_EQ(mounts[1].text(3), "tmpfs");
    EXPECT_EQ(mounts[1].number(4), 8);
}

TEST_F(FileTest, BehindAChrootPathsAreTheHosts) {
    const auto record = run_one(EventType::kCreat, [&] {
        syscall(SYS_chroot, folder.path().c_str());
        syscall(SYS_chdir, "/");
        syscall(SYS_creat, "/x", 0600);
    });
    EXPECT_EQ(record.text(1), "/x");
    EXPECT_EQ(record.path(kTarget), folder / "x");
    EXPECT_EQ(only(EventType::kChdir).path(SEQUITUR_ROLE_CWD), folder.path());
}

TEST_F(FileTest, ANamespaceHasARootOfItsOwn) {
    const auto record = run_one(EventType::kCreat, [&] {
        syscall(SYS_unshare, CLONE_NEWNS);
        syscall(SYS_mount, "none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr);
        syscall(SYS_mount, "mem", folder.path().c_str(), "tmpfs", 0, "");
        syscall(SYS_chdir, folder.path().c_str());
        syscall(SYS_pivot_root, ".", ".");
        syscall(SYS_creat, "/x", 0600);
    });
    EXPECT_GE(record.number(0), 0);
    EXPECT_EQ(record.path(kTarget), "/x");
}

// Attached nowhere, a copy of a mount still shows a piece of its file system.
TEST_F(FileTest, OnADetachedMountTheNamesGoOn) {
    run([&] {
        constexpr unsigned kClone = 1;
        const long tree = syscall(SYS_open_tree, AT_FDCWD, folder.path().c_str(), kClone);
        syscall(SYS_openat, tree, "x", O_CREAT | O_WRONLY, 0600);
    });
    const auto record = only(EventType::kOpenat);
    ASSERT_GE(record.number(0), 0);
    const bool is_of_root = status("/").st_dev == status(folder.path()).st_dev;
    const std::string inside = is_of_root ? folder.path() : folder.path().substr(4);
    EXPECT_EQ(record.path(kTarget), inside + "/x");
}

class OverlayTest : public FileTest {
protected:
    void SetUp() override {
        FileTest::SetUp();
        if (IsSkipped()) return;
        for (const char* name : {"low", "store", "merged"}) mkdir((folder / name).c_str(), 0755);
        write_file(folder / "low/x", "x", 0755);
        // The upper one can't lie on an overlay itself, as the root of a container does.
        if (mount("mem", (folder / "store").c_str(), "tmpfs", 0, "") != 0) return;
        for (const char* name : {"store/up", "store/work"}) mkdir((folder / name).c_str(), 0755);
        const std::string options = "lowerdir=" + folder / "low" +
                                    ",upperdir=" + (folder / "store/up") +
                                    ",workdir=" + (folder / "store/work");
        is_mounted_ =
            mount("none", (folder / "merged").c_str(), "overlay", 0, options.c_str()) == 0;
        if (!is_mounted_) GTEST_SKIP() << "this kernel has no overlay";
    }
    void TearDown() override {
        if (is_mounted_) umount2((folder / "merged").c_str(), MNT_DETACH);
        umount2((folder / "store").c_str(), MNT_DETACH);
    }
    static void expect_same(const Observed& one, std::uint16_t role, const struct stat& real) {
        ASSERT_TRUE(one.file(role));
        EXPECT_EQ(one.file(role)->ino, real.st_ino);
        EXPECT_EQ(one.file(role)->dev, encoded(real.st_dev));
    }

private:
    bool is_mounted_ = false;
};

TEST_F(OverlayTest, WhatIsReadIsTheLowerFile) {
    run([&] { syscall(SYS_open, (folder / "merged/x").c_str(), O_RDONLY); });
    expect_same(only(EventType::kOpen), kTarget, status(folder / "low/x"));
    EXPECT_EQ(only(EventType::kOpen).path(kTarget), folder / "merged/x");
    const auto generation = only(EventType::kOpen).file(kTarget)->generation;
    run([&] { syscall(SYS_open, (folder / "low/x").c_str(), O_RDONLY); });
    EXPECT_EQ(only(EventType::kOpen).file(kTarget)->generation, generation);
}

TEST_F(OverlayTest, WhatIsWrittenIsTheUpperFile) {
    run([&] {
        syscall(SYS_open, (folder / "merged/x").c_str(), O_WRONLY);
        syscall(SYS_creat, (folder / "merged/new").c_str(), 0755);
        syscall(SYS_fchmodat, AT_FDCWD, (folder / "merged/new").c_str(), 0700);
    });
    expect_same(only(EventType::kOpen), kTarget, status(folder / "store/up/x"));
    expect_same(only(EventType::kOpen), SEQUITUR_ROLE_LOWER, status(folder / "low/x"));
    EXPECT_FALSE(only(EventType::kCreat).file(SEQUITUR_ROLE_LOWER));
    expect_same(only(EventType::kCreat), kTarget, status(folder / "store/up/new"));
    expect_same(only(EventType::kFchmodat), kTarget, status(folder / "store/up/new"));
}

TEST_F(OverlayTest, WhatRunsIsTheRealFile) {
    const std::string path = folder / "merged/true";
    std::filesystem::copy_file("/bin/true", folder / "low/true");
    run([&] { execl(path.c_str(), "true", nullptr); });
    expect_same(only(EventType::kExecve), SEQUITUR_ROLE_EXE, status(folder / "low/true"));
    EXPECT_EQ(only(EventType::kExecve).path(SEQUITUR_ROLE_EXE), path);
}

TEST_F(FileTest, DeepAndLongPathsAreWhole) {
    std::string path = folder.path();
    for (int i = 0; i < 15; ++i) path += "/" + std::string(250, static_cast<char>('a' + i));
    const auto record = run_one(EventType::kCreat, [&] {
        std::string here = folder.path();
        for (int i = 0; i < 15; ++i) {
            here += "/" + std::string(250, static_cast<char>('a' + i));
            if (i < 14) mkdir(here.c_str(), 0700);
        }
        syscall(SYS_creat, path.c_str(), 0600);
    });
    EXPECT_EQ(record.path(kTarget), path);
    EXPECT_EQ(record.text(1), path);
}

TEST_F(FileTest, WhatOldProgramsReadTheyExecute) {
    const auto path = folder / "code";
    write_file(path, "x");
    const auto map = [&](unsigned long as) {
        return run_one(EventType::kMmap,
                       [&] {
                           syscall(SYS_personality, as);
                           const long fd = syscall(SYS_open, path.c_str(), O_RDONLY);
                           syscall(SYS_mmap, nullptr, 4096, PROT_READ, MAP_PRIVATE, fd, 0);
                       })
            .number(6);
    };
    constexpr unsigned long kReadImpliesExec = 0x0400000;
    EXPECT_EQ(map(0), PROT_READ);
    EXPECT_EQ(map(kReadImpliesExec), PROT_READ | PROT_EXEC);
}

TEST_F(FileTest, MemoryFilesAreNamed) {
    const auto record =
        run_one(EventType::kMemfdCreate, [] { syscall(SYS_memfd_create, "hidden", MFD_CLOEXEC); });
    EXPECT_EQ(record.text(1), "hidden");
    EXPECT_EQ(record.number(2), 1);
    EXPECT_EQ(record.path(kTarget), "/memfd:hidden");
    ASSERT_TRUE(record.file(kTarget));
}

}  // namespace
}  // namespace sequitur
