// Reading, writing, copying, and what descriptors are made to stand for.
#include "tests/kernel/observer.h"

#include <fcntl.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

namespace sequitur {
namespace {

constexpr auto kTarget = SEQUITUR_ROLE_TARGET;

class IoTest : public KernelTest {
protected:
    void SetUp() override {
        KernelTest::SetUp();
        write_file(folder / "f", "0123456789");
        struct stat now {};
        stat((folder / "f").c_str(), &now);
        ino = now.st_ino;
    }
    // Runs `calls` with the file open for reading and writing as descriptor 50.
    void run_on_file(const std::function<void()>& calls) {
        run([&] {
            dup2(open((folder / "f").c_str(), O_RDWR), 50);
            calls();
        });
    }
    ScratchFolder folder;
    ino_t ino = 0;
};

TEST_F(IoTest, Write) {
    run_on_file([] { syscall(SYS_write, 50, "hello\0x", 7); });
    const auto record = only(EventType::kWrite);
    EXPECT_EQ(record.number(0), 7);
    EXPECT_EQ(record.bytes(1), std::string("hello\0x", 7));
    EXPECT_EQ(record.number(2), 50);
    EXPECT_EQ(record.number(3), 7);
    ASSERT_TRUE(record.file(kTarget));
    EXPECT_EQ(record.file(kTarget)->ino, ino);
}

TEST_F(IoTest, ReadGivesWhatCame) {
    run_on_file([] {
        char buffer[64];
        syscall(SYS_read, 50, buffer, sizeof buffer);
    });
    std::vector<Observed> reads;
    for (const auto& record : records_)
        if (record.type() == EventType::kRead && record.number(2) == 50) reads.push_back(record);
    ASSERT_EQ(reads.size(), 1U);
    EXPECT_EQ(reads[0].number(0), 10);
    EXPECT_EQ(reads[0].bytes(1), "0123456789");
    EXPECT_EQ(reads[0].number(3), 64);
}

TEST_F(IoTest, LongBuffersAreCutToTheLimit) {
    run_on_file([] {
        const std::string text(1000, 'x');
        syscall(SYS_write, 50, text.data(), text.size());
    });
    EXPECT_EQ(only(EventType::kWrite).bytes(1), std::string(80, 'x'));
    EXPECT_EQ(only(EventType::kWrite).number(0), 1000);
}

TEST_F(IoTest, AtAPosition) {
    run_on_file([] {
        char buffer[4];
        syscall(SYS_pwrite64, 50, "ab", 2, 3L);
        syscall(SYS_pread64, 50, buffer, 4, 2L);
    });
    EXPECT_EQ(only(EventType::kPwrite).bytes(1), "ab");
    EXPECT_EQ(only(EventType::kPwrite).number(4), 3);
    EXPECT_EQ(only(EventType::kPread).bytes(1), "2ab5");
    EXPECT_EQ(only(EventType::kPread).number(4), 2);
}

TEST_F(IoTest, Vectors) {
    run_on_file([] {
        char a[] = "abc", b[] = "defgh";
        iovec parts[] = {{a, 3}, {b, 5}};
        syscall(SYS_writev, 50, parts, 2);
        syscall(SYS_preadv, 50, parts, 2, 0L, 0L);
        syscall(SYS_pwritev, 50, parts, 2, 1L, 0L);
        syscall(SYS_readv, 50, parts, 2);
    });
    EXPECT_EQ(only(EventType::kWritev).number(0), 8);
    EXPECT_EQ(only(EventType::kWritev).bytes(1), "abc");
    EXPECT_EQ(only(EventType::kWritev).number(3), 8);
    EXPECT_EQ(only(EventType::kPreadv).number(1), 8);
    EXPECT_EQ(only(EventType::kPwritev).number(4), 1);
    EXPECT_EQ(only(EventType::kReadv).number(3), 50);
}

TEST_F(IoTest, CopiesInTheKernel) {
    run_on_file([&] {
        const int to = open((folder / "copy").c_str(), O_CREAT | O_RDWR, 0600);
        off_t offset = 4;
        syscall(SYS_sendfile, to, 50, &offset, 3);
        syscall(SYS_copy_file_range, 50, nullptr, to, nullptr, 5, 0);
    });
    const auto sendfile = only(EventType::kSendfile);
    EXPECT_EQ(sendfile.number(0), 3);
    EXPECT_EQ(sendfile.number(1), 7);  // where the call left it
    EXPECT_EQ(sendfile.number(3), 50);
    EXPECT_EQ(only(EventType::kCopyFileRange).number(3), 50);
    struct stat copy {};
    stat((folder / "copy").c_str(), &copy);
    ASSERT_TRUE(only(EventType::kCopyFileRange).file(kTarget));
    EXPECT_EQ(only(EventType::kCopyFileRange).file(kTarget)->ino, copy.st_ino);
}

TEST_F(IoTest, Descriptors) {
    run([] {
        syscall(SYS_dup, 0);
        syscall(SYS_dup2, 0, 60);
        syscall(SYS_dup3, 0, 61, O_CLOEXEC);
        syscall(SYS_fcntl, 0, F_DUPFD_CLOEXEC, 70);
        syscall(SYS_close, 60);
        syscall(SYS_close, 4000);
    });
    EXPECT_EQ(only(EventType::kDup).number(1), 0);
    EXPECT_EQ(only(EventType::kDup2).number(0), 60);
    EXPECT_EQ(only(EventType::kDup2).number(2), 60);
    EXPECT_EQ(only(EventType::kDup3).number(3), 0x1000);
    EXPECT_EQ(only(EventType::kFcntl).number(0), 70);
    EXPECT_EQ(only(EventType::kFcntl).number(2), 26);
    EXPECT_EQ(only(EventType::kFcntl).number(3), 70);
    std::vector<Observed> closes;
    for (const auto& record : records_)
        if (record.type() == EventType::kClose) closes.push_back(record);
    ASSERT_EQ(closes.size(), 2U);
    EXPECT_EQ(closes[0].number(1), 60);
    EXPECT_EQ(closes[1].number(0), -EBADF);
}

}  // namespace
}  // namespace sequitur
