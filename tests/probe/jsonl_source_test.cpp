#include "probe/jsonl_source.h"

#include "probe/jsonl_writer.h"

#include <gtest/gtest.h>

#include <cstdio>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <string>
#include <sys/stat.h>
#include <unistd.h>
#include <vector>

namespace sequitur {
namespace {

std::string close_line(int ts) {
    return R"({"ts":)" + std::to_string(ts) + R"(,"pid":1,"type":"close","ret":0})" + "\n";
}

std::vector<std::uint64_t> times_of(const std::vector<RecordView>& records) {
    std::vector<std::uint64_t> times;
    for (const RecordView& record : records) times.push_back(record.ts_ns());
    return times;
}

class JsonlSourceTest : public testing::Test {
protected:
    void SetUp() override {
        folder_ = std::filesystem::temp_directory_path() /
                  ("sequitur-jsonl-" + std::to_string(::getpid()));
        std::filesystem::create_directories(folder_);
    }
    void TearDown() override { std::filesystem::remove_all(folder_); }

    std::string file(const std::string& name) const { return (folder_ / name).string(); }
    static std::string content(const std::string& path) {
        std::ifstream stream(path, std::ios::binary);
        return {std::istreambuf_iterator<char>(stream), {}};
    }

    std::filesystem::path folder_;
};

TEST_F(JsonlSourceTest, BatchesInOrderThenTheEnd) {
    std::string text;
    for (int i = 1; i <= 7; ++i) text += close_line(i);
    const auto source = JsonlSource::over(text, "text", {});
    std::vector<RecordView> batch;
    ASSERT_TRUE(source->next_batch(3, {}, batch));
    EXPECT_EQ(times_of(batch), (std::vector<std::uint64_t>{1, 2, 3}));
    EXPECT_EQ(source->watermark(), timestamp_from_ns(3));
    const std::vector<RecordView> first = batch;
    ASSERT_TRUE(source->next_batch(3, {}, batch));
    // The views of the batch before are still there.
    EXPECT_EQ(times_of(first), (std::vector<std::uint64_t>{1, 2, 3}));
    EXPECT_EQ(times_of(batch), (std::vector<std::uint64_t>{4, 5, 6}));
    ASSERT_TRUE(source->next_batch(3, {}, batch));
    EXPECT_EQ(times_of(batch), std::vector<std::uint64_t>{7});
    for (int i = 0; i < 2; ++i) {
        const auto end = source->next_batch(3, {}, batch);
        ASSERT_FALSE(end);
        EXPECT_EQ(end.error().code, Error::Code::kEndOfInput);
        EXPECT_TRUE(batch.empty());
    }
    EXPECT_FALSE(source->is_live());
}

TEST_F(JsonlSourceTest, WhatStandsBeforeAFaultIsDelivered) {
    const auto source =
        JsonlSource::over(close_line(1) + "\n" + close_line(2) + "{}\n" + close_line(3), "a", {});
    std::vector<RecordView> batch;
    ASSERT_TRUE(source->next_batch(10, {}, batch));
    EXPECT_EQ(times_of(batch), (std::vector<std::uint64_t>{1, 2}));
    for (int i = 0; i < 2; ++i) {
        const auto fault = source->next_batch(10, {}, batch);
        ASSERT_FALSE(fault);
        EXPECT_EQ(fault.error().code, Error::Code::kBadInput);
        EXPECT_EQ(fault.error().message, "a:4: type is missing");
    }
}

TEST_F(JsonlSourceTest, LenientCountsAndSkips) {
    const auto source = JsonlSource::over(close_line(1) + "{}\nnonsense\n" + close_line(2) + "[]",
                                          "a", {.is_lenient = true});
    std::vector<RecordView> batch;
    ASSERT_TRUE(source->next_batch(10, {}, batch));
    EXPECT_EQ(times_of(batch), (std::vector<std::uint64_t>{1, 2}));
    EXPECT_EQ(source->losses().malformed, 3u);
    EXPECT_EQ(source->next_batch(10, {}, batch).error().code, Error::Code::kEndOfInput);
}

TEST_F(JsonlSourceTest, BlankLinesMarksAndLineEndings) {
    const auto source = JsonlSource::over("\xef\xbb\xbf" + close_line(1) + "\r\n  \t\n" +
                                              R"({"ts":2,"pid":1,"type":"close"})" + "\r\n" +
                                              R"({"ts":3,"pid":1,"type":"close"})",
                                          "a", {});
    std::vector<RecordView> batch;
    ASSERT_TRUE(source->next_batch(10, {}, batch));
    EXPECT_EQ(times_of(batch), (std::vector<std::uint64_t>{1, 2, 3}));
    const auto empty = JsonlSource::over("", "a", {});
    EXPECT_EQ(empty->next_batch(10, {}, batch).error().code, Error::Code::kEndOfInput);
}

TEST_F(JsonlSourceTest, TheWatermarkNeverFalls) {
    const auto source =
        JsonlSource::over(close_line(5) + close_line(3) + R"({"proc":{"pid":1}})", "a", {});
    std::vector<RecordView> batch;
    ASSERT_TRUE(source->next_batch(10, {}, batch));
    EXPECT_EQ(times_of(batch), (std::vector<std::uint64_t>{5, 3, 0}));
    EXPECT_EQ(source->watermark(), timestamp_from_ns(5));
}

TEST_F(JsonlSourceTest, LinesOfAnyLengthUpToTheLimit) {
    const std::string path = file("long.jsonl");
    // Two thirds of the limit, so that the second crosses what is read at once.
    const std::string data(LineReader::kLineMax * 2 / 3, 'x');
    const std::string too_long(LineReader::kLineMax + 1, ' ');
    {
        std::ofstream out(path, std::ios::binary);
        for (int i = 1; i <= 2; ++i) {
            out << R"({"ts":)" << i << R"(,"pid":1,"type":"write","args":{"data":")" << data
                << "\"}}\n";
        }
        out << too_long << '\n' << close_line(3);
    }
    const auto source = JsonlSource::open(path, {.is_lenient = true});
    ASSERT_TRUE(source);
    std::vector<RecordView> batch;
    ASSERT_TRUE((*source)->next_batch(10, {}, batch));
    EXPECT_EQ(times_of(batch), (std::vector<std::uint64_t>{1, 2, 3}));
    EXPECT_EQ(batch[0].param(1).size(), 65535u);  // what a record can hold
    EXPECT_EQ((*source)->losses().malformed, 1u);

    const auto strict = JsonlSource::open(path, {});
    ASSERT_TRUE((*strict)->next_batch(10, {}, batch));
    EXPECT_EQ((*strict)->next_batch(10, {}, batch).error().message,
              path + ":3: longer than 4194304 bytes");
    const auto in_memory = JsonlSource::over(too_long, "a", {});
    EXPECT_EQ(in_memory->next_batch(10, {}, batch).error().message,
              "a:1: longer than 4194304 bytes");
}

TEST_F(JsonlSourceTest, APipeIsReadAsItComes) {
    const std::string path = file("pipe");
    ASSERT_EQ(::mkfifo(path.c_str(), 0600), 0);
    const int keeper = ::open(path.c_str(), O_RDWR);
    const auto source = JsonlSource::open(path, {});
    ASSERT_TRUE(source);
    const std::string text = close_line(1);
    ASSERT_EQ(::write(keeper, text.data(), text.size()), static_cast<ssize_t>(text.size()));
    std::vector<RecordView> batch;
    ASSERT_TRUE((*source)->next_batch(1, {}, batch));
    EXPECT_EQ(batch.size(), 1u);
    ::close(keeper);
}

TEST_F(JsonlSourceTest, FilesThatCannotBeRead) {
    const auto missing = JsonlSource::open(file("none.jsonl"), {});
    ASSERT_FALSE(missing);
    EXPECT_EQ(missing.error().code, Error::Code::kIo);
    EXPECT_EQ(missing.error().os_errno, ENOENT);
    EXPECT_EQ(missing.error().message,
              "cannot open " + file("none.jsonl") + ": No such file or directory");
    const auto folder = JsonlSource::open(folder_.string(), {});
    ASSERT_TRUE(folder);
    std::vector<RecordView> batch;
    const auto read = (*folder)->next_batch(1, {}, batch);
    ASSERT_FALSE(read);
    EXPECT_EQ(read.error().code, Error::Code::kIo);
    EXPECT_EQ(read.error().message, "cannot read " + folder_.string() + ": Is a directory");
}

TEST_F(JsonlSourceTest, WhatIsWrittenReadsBackAsTheSame) {
    std::string text = R"({"proc":{"pid":1,"name":"init","argv":["init"]}})"
                       "\n";
    for (int i = 1; i <= 20000; ++i) text += close_line(i);
    const auto source = JsonlSource::over(text, "text", {});
    auto writer = JsonlWriter::create(file("out.jsonl"));
    ASSERT_TRUE(writer);
    std::vector<RecordView> batch;
    while (source->next_batch(512, {}, batch)) ASSERT_TRUE((*writer)->write(batch));
    ASSERT_TRUE((*writer)->close());
    ASSERT_TRUE((*writer)->close());
    EXPECT_EQ(content(file("out.jsonl")), text);
    EXPECT_EQ(std::filesystem::status(file("out.jsonl")).permissions(),
              std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
}

TEST_F(JsonlSourceTest, AWriterThatIsDroppedStillWrites) {
    const auto source = JsonlSource::over(close_line(1), "text", {});
    std::vector<RecordView> batch;
    ASSERT_TRUE(source->next_batch(512, {}, batch));
    ASSERT_TRUE((*JsonlWriter::create(file("out.jsonl")))->write(batch));
    EXPECT_EQ(content(file("out.jsonl")), close_line(1));
}

TEST_F(JsonlSourceTest, WritingFailsOnceAndForAll) {
    const auto none = JsonlWriter::create(file("no/such/folder.jsonl"));
    ASSERT_FALSE(none);
    EXPECT_EQ(none.error().code, Error::Code::kIo);
    if (::access("/dev/full", W_OK) != 0) GTEST_SKIP() << "no /dev/full here";
    std::string text;
    for (int i = 1; i <= 20000; ++i) text += close_line(i);
    const auto source = JsonlSource::over(text, "text", {});
    std::vector<RecordView> batch;
    ASSERT_TRUE(source->next_batch(20000, {}, batch));
    auto writer = JsonlWriter::create("/dev/full");
    ASSERT_TRUE(writer);
    const auto failed = (*writer)->write(batch);
    ASSERT_FALSE(failed);
    EXPECT_EQ(failed.error().message, "cannot write /dev/full: No space left on device");
    EXPECT_FALSE((*writer)->write({}));
    EXPECT_FALSE((*writer)->close());
}

}  // namespace
}  // namespace sequitur
