#include "core/record_builder.h"

#include "core/record_options.h"

#include <gtest/gtest.h>

#include <string>

namespace sequitur {
namespace {

std::string text_of(std::span<const std::byte> bytes) {
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

TEST(RecordBuilder, WritesTheFormatsWorkedExample) {
    Arena arena;
    RecordBuilder builder(arena);
    builder.begin(0x17979cfe362a0000u, 100, EventType::kClose, 1);
    builder.add_int(0);
    builder.add_int(3);
    const RecordView record = builder.finish();
    EXPECT_EQ(record.event_bytes().size(), 46u);
    EXPECT_EQ(check_record(record.event_bytes(), false), RecordFault::kOk);
    EXPECT_EQ(record.ts_ns(), 0x17979cfe362a0000u);
    EXPECT_EQ(record.tid(), 100u);
    EXPECT_EQ(record.type(), EventType::kClose);
    EXPECT_EQ(record.cpu(), 1);
    EXPECT_EQ(int_param<std::int64_t>(record.param(1), -1), 3);
    EXPECT_TRUE(record.option_bytes().empty());
}

TEST(RecordBuilder, WidthsComeFromTheTable) {
    Arena arena;
    RecordBuilder builder(arena);
    builder.begin(1, 2, EventType::kChmod);
    builder.add_int(-2);
    builder.add_text("/tmp/a");
    builder.add_int(0755);
    const RecordView record = builder.finish();
    EXPECT_EQ(record.param(0).size(), 8u);
    EXPECT_EQ(int_param<std::int64_t>(record.param(0), 0), -2);
    EXPECT_EQ(text_of(record.param(1)), std::string("/tmp/a\0", 7));
    EXPECT_EQ(record.param(2).size(), 4u);
    EXPECT_EQ(uint_param<std::uint32_t>(record.param(2), 0), 0755u);
}

TEST(RecordBuilder, WhatIsLeftOutIsMissing) {
    Arena arena;
    RecordBuilder builder(arena);
    builder.begin(1, 2, EventType::kOpenat);
    builder.add_int(3);
    builder.add_missing();
    builder.add_text("");
    const RecordView record = builder.finish();
    EXPECT_EQ(record.param_count(), 7u);
    EXPECT_TRUE(record.param(1).empty());
    EXPECT_EQ(record.param(2).size(), 1u);
    EXPECT_TRUE(record.param(6).empty());

    builder.begin(1, 2, EventType::kOpenat);
    builder.add_int(3);
    EXPECT_EQ(builder.finish_exact().param_count(), 1u);
}

TEST(RecordBuilder, ListsAndBytes) {
    Arena arena;
    RecordBuilder builder(arena);
    builder.begin(1, 2, EventType::kExecve);
    builder.add_int(0);
    builder.add_text("sh");
    const std::string_view args[] = {"-c", "", "ls"};
    builder.add_list(args);
    const RecordView record = builder.finish();
    EXPECT_EQ(text_of(record.param(2)), std::string("-c\0\0ls\0", 7));
    EXPECT_EQ(record.param_count(), 31u);

    builder.begin(1, 2, EventType::kExecve);
    builder.add_bytes(std::as_bytes(std::span("ab", 2)));
    builder.add_list({});
    const RecordView other = builder.finish();
    EXPECT_EQ(text_of(other.param(0)), "ab");
    EXPECT_TRUE(other.param(1).empty());
}

TEST(RecordBuilder, OptionsStandBehindThePadding) {
    Arena arena;
    RecordBuilder builder(arena);
    builder.begin(1, 2, EventType::kUnlink);
    builder.set_task({.start_ns = 5,
                      .parent_start_ns = 6,
                      .tgid = 7,
                      .parent_tgid = 1,
                      .mount_ns = 0,
                      .sid = 7});
    builder.add_int(0);
    builder.add_text("/a");
    builder.add_file({.ino = 9,
                      .dev = 0x801,
                      .generation = 0,
                      .nlink = 1,
                      .mode = 0100644,
                      .role = SEQUITUR_ROLE_TARGET,
                      .flags = 0});
    builder.add_path(SEQUITUR_ROLE_TARGET, SEQUITUR_PATH_USERSPACE, "/a");
    builder.set_lost(3);
    builder.mark_truncated(1);
    const RecordView record = builder.finish();

    const auto* end_of_event = record.event_bytes().data() + record.event_bytes().size();
    const auto padding = record.option_bytes().data() - end_of_event;
    EXPECT_EQ((record.event_bytes().size() + 2 + static_cast<std::size_t>(padding)) % 4, 0u);
    EXPECT_EQ(record.option_bytes().size() % 4, 0u);

    RecordOptionReader reader(record.option_bytes());
    RecordOption option;
    ASSERT_TRUE(reader.next(option));
    EXPECT_EQ(option_as<sequitur_task_option>(option)->tgid, 7u);
    ASSERT_TRUE(reader.next(option));
    EXPECT_EQ(option_as<sequitur_file_option>(option)->ino, 9u);
    ASSERT_TRUE(reader.next(option));
    EXPECT_EQ(path_option(option)->path, "/a");
    ASSERT_TRUE(reader.next(option));
    EXPECT_EQ(option_as<sequitur_lost_option>(option)->records, 3u);
    ASSERT_TRUE(reader.next(option));
    EXPECT_EQ(option.code, SEQUITUR_OPTION_TRUNCATED);
    EXPECT_EQ(option_as<std::uint64_t>(option), 2u);
    EXPECT_FALSE(reader.next(option));
}

TEST(RecordBuilder, OverlongValuesAreCutAndMarked) {
    Arena arena;
    RecordBuilder builder(arena);
    const std::string huge(70000, 'x');
    builder.begin(1, 2, EventType::kSymlink);
    builder.add_int(0);
    builder.add_text(huge);
    builder.add_text("/b");
    builder.add_path(SEQUITUR_ROLE_TARGET, 0, huge);
    const RecordView record = builder.finish();
    EXPECT_EQ(check_record(record.event_bytes(), false), RecordFault::kOk);
    EXPECT_EQ(record.param(1).size(), 65535u);
    EXPECT_EQ(text_param(record.param(1)).size(), 65534u);
    EXPECT_EQ(text_param(record.param(2)), "/b");

    RecordOptionReader reader(record.option_bytes());
    RecordOption option;
    ASSERT_TRUE(reader.next(option));
    EXPECT_EQ(path_option(option)->path.size(), 65533u);
    EXPECT_EQ(path_option(option)->flags, SEQUITUR_PATH_TRUNCATED);
    ASSERT_TRUE(reader.next(option));
    EXPECT_EQ(option_as<std::uint64_t>(option), 2u);

    // A list is cut between its texts.
    const std::string half(40000, 'y');
    const std::string_view texts[] = {half, half};
    builder.begin(1, 2, EventType::kExecve);
    builder.add_missing();
    builder.add_missing();
    builder.add_list(texts);
    EXPECT_EQ(builder.finish().param(2).size(), 40001u);
}

TEST(RecordBuilder, WideTypesHoldMore) {
    Arena arena;
    RecordBuilder builder(arena);
    builder.begin(1, ~std::uint64_t{0}, EventType::kAsyncevent);
    builder.add_int(0);
    builder.add_text("container");
    builder.add_text(std::string(70000, 'x'));
    const RecordView record = builder.finish();
    EXPECT_TRUE(record.has_wide_lengths());
    EXPECT_EQ(check_record(record.event_bytes(), true), RecordFault::kOk);
    EXPECT_EQ(record.param(2).size(), 70001u);
    EXPECT_TRUE(record.option_bytes().empty());
}

TEST(RecordBuilder, NoMoreParametersThanARecordMayHave) {
    Arena arena;
    RecordBuilder builder(arena);
    builder.begin(1, 2, EventType(60000));
    for (int i = 0; i < 70; ++i) builder.add_int(i);
    for (int i = 0; i < 3; ++i) {
        builder.add_missing();
        builder.add_text("x");
        builder.add_bytes({});
        builder.add_list({});
    }
    const RecordView record = builder.finish();
    EXPECT_EQ(record.param_count(), kRecordParamsMax);
    EXPECT_EQ(record.param(63).size(), 8u);
    EXPECT_EQ(check_record(record.event_bytes(), false), RecordFault::kOk);
}

TEST(RecordBuilder, RecordsStayWhileTheArenaIsNotReset) {
    Arena arena;
    RecordBuilder builder(arena);
    std::vector<RecordView> records;
    for (std::uint64_t i = 0; i < 5000; ++i) {
        builder.begin(i, i, EventType::kUnlink);
        builder.add_int(0);
        builder.add_text(std::string(i % 90, 'x'));
        records.push_back(builder.finish());
    }
    for (std::uint64_t i = 0; i < 5000; ++i) {
        EXPECT_EQ(records[i].ts_ns(), i);
        EXPECT_EQ(text_param(records[i].param(1)).size(), i % 90);
    }
}

TEST(Arena, ResetGivesTheSameMemoryAgain) {
    Arena arena;
    const std::byte* first = arena.allocate(10).data();
    const std::byte* second = arena.allocate(1).data();
    EXPECT_EQ(second - first, 16);
    const std::byte* large = arena.allocate(3 * Arena::kChunkBytes).data();
    arena.allocate(Arena::kChunkBytes);
    arena.reset();
    EXPECT_EQ(arena.allocate(Arena::kChunkBytes).data(), first);
    EXPECT_EQ(arena.allocate(2 * Arena::kChunkBytes).data(), large);
}

}  // namespace
}  // namespace sequitur
