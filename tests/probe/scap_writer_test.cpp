// What is written comes back: records, their options, their order.
#include "probe/scap_writer.h"

#include "probe/scap_lists.h"
#include "probe/scap_source.h"
#include "tests/support/record_log.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <string>
#include <thread>
#include <unistd.h>

namespace sequitur {
namespace {

using test::RecordLog;

class ScapWriterTest : public testing::Test {
protected:
    ~ScapWriterTest() override { std::filesystem::remove(path); }

    static ScapWriterOptions gzip(bool is_gzip) {
        ScapWriterOptions options;
        options.is_gzip = is_gzip;
        return options;
    }
    void write(const std::vector<RecordView>& records, ScapWriterOptions options = {}) const {
        auto writer = ScapWriter::create(path, std::move(options));
        ASSERT_TRUE(writer);
        ASSERT_TRUE((*writer)->write(records));
        ASSERT_TRUE((*writer)->close());
    }
    // Expects the file to hold `records`.
    void expect(const std::vector<RecordView>& records) const {
        auto source = ScapSource::open(path, {});
        ASSERT_TRUE(source);
        std::vector<RecordView> read;
        ASSERT_TRUE((*source)->next_batch(1000, {}, read));
        ASSERT_EQ(read.size(), records.size());
        for (std::size_t i = 0; i < records.size(); ++i) {
            EXPECT_TRUE(std::ranges::equal(read[i].event_bytes(), records[i].event_bytes())) << i;
            EXPECT_TRUE(std::ranges::equal(read[i].option_bytes(), records[i].option_bytes())) << i;
            EXPECT_EQ(read[i].cpu(), records[i].cpu());
        }
    }

    std::string path =
        testing::TempDir() + "scap_writer_test." + std::to_string(::getpid()) + ".scap";
    RecordLog log;
};

// A snapshot with events in its middle.
void log_history(RecordLog& log) {
    log.user(33, "www-data");
    log.group(33, "www-data");
    log.at(0).by(-1).record(EventType::kContainer, [](RecordBuilder& builder) {
        builder.add_text(R"({"container":{"id":"0123456789ab"}})");
    });
    log.at(test::at_ms(0)).by(10);
    log.openat("/early", test::kOpenRead, 3);
    log.task({.pid = 10, .ppid = 1, .name = "sh", .exepath = "/bin/sh", .argv = {"sh", "-c"}});
    log.task({.pid = 10, .tid = 11});
    log.regular_file(10, 3, "/early");
    log.with_inode(7).with_path("/tmp/a").with_task(10, 5, 1).chmod("/tmp/a", 0755);
    log.execve({.path = "/bin/ls", .args = {"ls", "-l"}});
}

TEST_F(ScapWriterTest, RecordsComeBackInTheirOrder) {
    log_history(log);
    const std::vector<RecordView> records = log.take();
    for (const bool is_gzip : {false, true}) {
        write(records, gzip(is_gzip));
        expect(records);
    }
}

TEST_F(ScapWriterTest, ASnapshotRecordThatComesLateIsKept) {
    log_history(log);
    const std::vector<RecordView> records = log.take();
    ScapWriterOptions options;
    options.snapshot_end_ns = 0;  // the first event ends it
    write(records, std::move(options));
    expect(records);
}

TEST_F(ScapWriterTest, NewSystemCallsStandInAnOption) {
    log.record(EventType::kGeneric, [](RecordBuilder& builder) {
        builder.add_int(367);  // statx
        builder.add_int(332);
    });
    log.with_task(10, 5).record(EventType::kGeneric, [](RecordBuilder& builder) {
        builder.add_int(380);
        builder.add_int(334);
    });
    const std::vector<RecordView> records = log.take();
    write(records);
    expect(records);
}

TEST_F(ScapWriterTest, OtherProgramsFindTheLists) {
    log_history(log);
    const std::vector<RecordView> records = log.take();
    write(records);
    auto bytes = probe::CaptureBytes::open(path);
    ASSERT_TRUE(bytes);
    probe::ScapBlockReader blocks(std::move(*bytes));
    probe::ScapBlock block;
    std::vector<std::uint32_t> types;
    while (blocks.next(block) == probe::ScapBlockReader::Step::kBlock) {
        if (types.empty() || types.back() != block.type) types.push_back(block.type);
        if (block.type != probe::block::kProcesses) continue;
        probe::ProcessList list(block.body, 9);
        probe::ListedThread thread;
        ASSERT_TRUE(list.next(thread));
        EXPECT_EQ(thread.tid, 10u);
        EXPECT_EQ(thread.comm, "sh");
        EXPECT_EQ(thread.exe, "sh");
        EXPECT_EQ(thread.args, std::string_view("-c\0", 3));
        EXPECT_EQ(thread.exepath, "/bin/sh");
        ASSERT_TRUE(list.next(thread));
        EXPECT_EQ(thread.flags, 0x2001u);
        EXPECT_FALSE(list.next(thread));
        EXPECT_FALSE(list.is_damaged());
    }
    namespace block_type = probe::block;
    EXPECT_EQ(types, (std::vector<std::uint32_t>{
                         block_type::kSection, block_type::kMachine, block_type::kInterfaces2,
                         block_type::kUsers2, block_type::kProcesses, block_type::kDescriptors2,
                         block_type::kSnapshotRecord, block_type::kEvent2}));
}

TEST_F(ScapWriterTest, WhatWasWrittenIsWholeBeforeTheEnd) {
    log_history(log);
    const std::vector<RecordView> records = log.take();
    auto writer = ScapWriter::create(path, gzip(true));
    ASSERT_TRUE(writer);
    (*writer)->finish_snapshot();
    ASSERT_TRUE((*writer)->write(records));
    std::this_thread::sleep_for(ScapWriter::kFlushAfter);
    ASSERT_TRUE((*writer)->write({}));
    expect(records);  // the writer is still open
}

TEST_F(ScapWriterTest, AFileThatCannotBeMadeIsAnError) {
    EXPECT_EQ(ScapWriter::create("/nowhere/x.scap", {}).error().code, Error::Code::kIo);
    auto full = ScapWriter::create("/dev/full", {});
    ASSERT_TRUE(full);
    EXPECT_EQ((*full)->close().error().code, Error::Code::kIo);
}

}  // namespace
}  // namespace sequitur
