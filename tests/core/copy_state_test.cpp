// What a file was copied from, and files whose opening nobody told, through the state stage.
#include "tests/support/host.h"

#include <gtest/gtest.h>

#include <string>

namespace sequitur::test {
namespace {

class CopyStateTest : public testing::Test {
protected:
    CopyStateTest() {
        host.log.at(at_ms(0)).task({.pid = 10, .ppid = 1, .name = "cp", .start_ns = at_ms(0)});
        log.at(at_ms(1)).by(10);
    }
    void open(const char* path, std::uint32_t flags, std::int64_t fd, std::uint64_t ino) {
        log.with_inode(ino, 1).openat(path, flags, fd);
    }
    // The row of copies behind the file that is executed, as inode numbers.
    std::string sources_of(std::uint64_t ino) {
        log.with_inode(ino, 1).chmod("/any", 0755);
        const Event& event = host.run();
        std::string numbers;
        for (const FileCopy* copy = event.origin_copy; copy != nullptr; copy = copy->before.get()) {
            numbers += std::to_string(copy->file.number) + ' ';
        }
        return numbers;
    }
    void copy(std::uint64_t from, std::uint64_t to) {
        open("/from", kOpenRead, 3, from);
        open("/to", kOpenWrite, 4, to);
        log.read(3, 100);
        log.write(4, 100);
    }
    Host host;
    RecordLog& log = host.log;
};

TEST_F(CopyStateTest, WhatAProcessReadIsWhatItWrites) {
    copy(7, 8);
    EXPECT_EQ(sources_of(8), "7 ");
    EXPECT_EQ(sources_of(7), "");
}

TEST_F(CopyStateTest, TheNameIsThatOfTheReading) {
    copy(7, 8);
    log.with_inode(8, 1).chmod("/any", 0755);
    const Event& event = host.run();
    ASSERT_NE(event.origin_copy, nullptr);
    EXPECT_EQ(event.origin_copy->path.view(), "/from");
}

TEST_F(CopyStateTest, ACopyOfACopyKnowsBoth) {
    copy(7, 8);
    copy(8, 9);
    EXPECT_EQ(sources_of(9), "8 7 ");
}

TEST_F(CopyStateTest, WhatAnOverlayCopiedUpIsACopy) {
    log.with_inode(8, 1).with_inode(7, 1, 1, 0100755, SEQUITUR_ROLE_LOWER).chmod("/any", 0755);
    EXPECT_EQ(host.run().file.number, 8U);
    EXPECT_EQ(sources_of(8), "7 ");
    log.with_inode(9, 1, 1, 0100755, SEQUITUR_ROLE_EXE)
        .with_inode(7, 1, 1, 0100755, SEQUITUR_ROLE_LOWER)
        .execve({.path = "/merged/x"});
    const Event& event = host.run();
    EXPECT_EQ(event.file.number, 9U);
    ASSERT_NE(event.origin_copy, nullptr);
    EXPECT_EQ(event.origin_copy->file.number, 7U);
    EXPECT_EQ(event.origin_copy->path.view(), "/merged/x");
}

TEST_F(CopyStateTest, NothingIsItsOwnSource) {
    copy(7, 8);
    copy(8, 7);
    copy(9, 9);
    EXPECT_EQ(sources_of(7), "");
    EXPECT_EQ(sources_of(9), "");
}

TEST_F(CopyStateTest, TheFirstSourceCounts) {
    copy(7, 8);
    copy(9, 8);
    EXPECT_EQ(sources_of(8), "7 ");
}

TEST_F(CopyStateTest, ALongRowForgetsItsOldest) {
    for (std::uint64_t i = 100; i < 120; ++i) copy(i, i + 1);
    const std::string row = sources_of(120);
    EXPECT_TRUE(row.starts_with("119 118 ")) << row;
    EXPECT_EQ(std::count(row.begin(), row.end(), ' '), FileCopy::kLengthMax);
}

TEST_F(CopyStateTest, WhatFailedOrMovedNothingIsNoCopy) {
    open("/from", kOpenRead, 3, 7);
    open("/to", kOpenWrite, 4, 8);
    log.read(3, 0);
    log.write(4, 100);
    log.read(3, 100);
    log.write(4, -28);
    EXPECT_EQ(sources_of(8), "");
}

TEST_F(CopyStateTest, CallsThatCopyNameBothEnds) {
    open("/from", kOpenRead, 3, 7);
    open("/to", kOpenWrite, 4, 8);
    log.call(EventType::kCopyFileRange, 100, {4, 0, 3, 0, 100});
    EXPECT_EQ(sources_of(8), "7 ");
    open("/to2", kOpenWrite, 5, 9);
    log.call(EventType::kSendfile, 100, {0, 5, 3, 100});
    EXPECT_EQ(sources_of(9), "7 ");
}

TEST_F(CopyStateTest, SpliceGoesThroughAPipe) {
    open("/from", kOpenRead, 3, 7);
    open("/to", kOpenWrite, 4, 8);
    log.call(EventType::kPipe, 0, {5, 6, 99});
    log.call(EventType::kSplice, 100, {3, 6, 100, 0});
    log.call(EventType::kSplice, 100, {5, 4, 100, 0});
    EXPECT_EQ(sources_of(8), "7 ");
}

TEST_F(CopyStateTest, ADescriptorThatNobodyToldOfIsWhatTheRecordSays) {
    log.with_inode(7, 1, 1, 0100644).with_path("/opt/a").write(9, 5);
    const Event& event = host.run();
    ASSERT_NE(event.fd, nullptr);
    EXPECT_EQ(event.fd->name.view(), "/opt/a");
    EXPECT_EQ(event.fd->type, DescriptorType::kFile);
    EXPECT_EQ(event.file.number, 7u);
    // And of that event alone: its closing may not be told.
    log.write(9, 5);
    EXPECT_EQ(host.run().fd, nullptr);
}

TEST_F(CopyStateTest, ANumberThatWasGivenOutAgainIsTheNewFile) {
    open("/tmp/a", kOpenWrite, 3, 7);
    log.with_inode(8, 1, 1, 0100644).with_path("/opt/b").write(3, 5);
    EXPECT_EQ(host.run().fd->name.view(), "/opt/b");
}

TEST_F(CopyStateTest, ADuplicateOfSuchADescriptorIsKnown) {
    log.with_inode(7, 1, 1, 0100644).with_path("/opt/a").dup(9, 0);
    EXPECT_EQ(host.run().fd->name.view(), "/opt/a");
    log.write(0, 5);
    EXPECT_EQ(host.run().fd->name.view(), "/opt/a");
}

}  // namespace
}  // namespace sequitur::test
