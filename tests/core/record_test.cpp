#include "core/record.h"

#include "core/event_type.h"
#include "core/record_options.h"

#include <gtest/gtest.h>

#include <vector>

namespace sequitur {
namespace {

std::vector<std::byte> bytes_of(std::initializer_list<int> values) {
    std::vector<std::byte> bytes;
    for (const int value : values) bytes.push_back(static_cast<std::byte>(value));
    return bytes;
}

// The worked example of the format: close, thread 100, res 0, fd 3.
std::vector<std::byte> close_record() {
    return bytes_of({0x00, 0x00, 0x2a, 0x36, 0xfe, 0x9c, 0x97, 0x17,  // ts
                     0x64, 0,    0,    0,    0,    0,    0,    0,     // tid
                     0x2e, 0,    0,    0,                             // len 46
                     0x05, 0,                                         // type
                     0x02, 0,    0,    0,                             // nparams
                     0x08, 0,    0x08, 0,                             // lengths
                     0,    0,    0,    0,    0,    0,    0,    0,     // res
                     3,    0,    0,    0,    0,    0,    0,    0});   // fd
}

TEST(Record, ReadsHeaderAndParameters) {
    const auto bytes = close_record();
    ASSERT_EQ(check_record(bytes, false), RecordFault::kOk);
    const RecordView record(bytes, {}, 7);
    EXPECT_EQ(record.ts_ns(), 0x17979cfe362a0000u);
    EXPECT_EQ(record.tid(), 100u);
    EXPECT_EQ(record.type(), EventType::kClose);
    EXPECT_EQ(record.param_count(), 2u);
    EXPECT_EQ(record.cpu(), 7);
    EXPECT_EQ(int_param<std::int64_t>(record.param(0), -1), 0);
    EXPECT_EQ(int_param<std::int64_t>(record.param(1), -1), 3);
    EXPECT_TRUE(record.param(2).empty());
}

TEST(Record, EveryCutIsNoticed) {
    const auto whole = close_record();
    for (std::size_t size = 0; size < whole.size(); ++size) {
        const std::span<const std::byte> cut = std::span(whole).first(size);
        EXPECT_EQ(check_record(cut, false), RecordFault::kTooShort) << size;
    }
}

TEST(Record, LengthsMustFit) {
    auto bytes = close_record();
    bytes[26] = std::byte{9};
    EXPECT_EQ(check_record(bytes, false), RecordFault::kLengthsOverrun);
    bytes[26] = std::byte{7};  // a byte that no parameter claims
    EXPECT_EQ(check_record(bytes, false), RecordFault::kOk);
    bytes = close_record();
    bytes[22] = std::byte{65};
    EXPECT_EQ(check_record(bytes, false), RecordFault::kTooManyParams);
    bytes[22] = std::byte{11};  // the lengths alone would need 48 bytes
    EXPECT_EQ(check_record(bytes, false), RecordFault::kLengthsOverrun);
    bytes = close_record();
    bytes[16] = std::byte{45};  // says less than there is
    EXPECT_EQ(check_record(bytes, false), RecordFault::kLengthsOverrun);
}

TEST(Record, WideLengthsCannotWrapAround) {
    auto bytes = bytes_of({0, 0, 0, 0,    0, 0, 0, 0, 0, 0,    0,    0,    0,    0, 0, 0, 34,
                           0, 0, 0, 0x42, 1, 2, 0, 0, 0, 0xff, 0xff, 0xff, 0xff, 1, 0, 0, 0});
    EXPECT_EQ(check_record(bytes, true), RecordFault::kLengthsOverrun);
}

TEST(Record, LengthWidthFollowsTheType) {
    EXPECT_TRUE(has_wide_lengths(EventType::kPluginevent));
    EXPECT_TRUE(has_wide_lengths(EventType::kContainer));
    EXPECT_TRUE(has_wide_lengths(EventType::kAsyncevent));
    EXPECT_FALSE(has_wide_lengths(EventType::kExecve));
    EXPECT_FALSE(has_wide_lengths(EventType(999)));
}

TEST(Record, IntegersComeInAnyWidth) {
    const auto minus_two = bytes_of({0xfe, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff});
    for (const std::size_t width : {1u, 2u, 4u, 8u}) {
        const auto param = std::span<const std::byte>(minus_two).first(width);
        EXPECT_EQ(int_param<std::int64_t>(param, 0), -2);
        EXPECT_EQ(uint_param<std::uint64_t>(param, 0), (~std::uint64_t{0} >> (64 - 8 * width)) - 1);
    }
    EXPECT_EQ(int_param<int>(std::span<const std::byte>(minus_two).first(3), 77), 77);
    EXPECT_EQ(uint_param<unsigned>({}, 88), 88u);
}

TEST(Record, TextLosesItsNulAndOldNullsAreMissing) {
    EXPECT_EQ(text_param(bytes_of({'a', 'b', 0})), "ab");
    EXPECT_EQ(text_param(bytes_of({'a', 'b'})), "ab");
    const auto empty = bytes_of({0});
    EXPECT_NE(text_param(empty).data(), nullptr);
    EXPECT_EQ(text_param(empty), "");
    EXPECT_EQ(text_param({}).data(), nullptr);
    EXPECT_EQ(text_param(bytes_of({'(', 'N', 'U', 'L', 'L', ')', 0})).data(), nullptr);
    EXPECT_EQ(text_param(bytes_of({'<', 'N', 'A', '>', 0})).data(), nullptr);
}

TEST(RecordOptions, AreWalkedUntilTheirEnd) {
    const auto bytes = bytes_of({1,    0,    3, 0, 'a', 'b', 'c', 0,  // comment, padded
                                 0x05, 0x8e, 8, 0, 2,   0,   0,   0, 0, 0, 0, 0});
    RecordOptionReader reader(bytes);
    RecordOption option;
    ASSERT_TRUE(reader.next(option));
    EXPECT_EQ(option.code, 1);
    EXPECT_EQ(option.value.size(), 3u);
    ASSERT_TRUE(reader.next(option));
    EXPECT_EQ(option.code, SEQUITUR_OPTION_TRUNCATED);
    EXPECT_EQ(option_as<std::uint64_t>(option), 2u);
    EXPECT_FALSE(option_as<std::uint32_t>(option));
    EXPECT_FALSE(reader.next(option));
}

TEST(RecordOptions, CutOnesEndTheWalk) {
    const auto bytes = bytes_of({1, 0, 5, 0, 'a', 'b', 'c', 'd'});
    for (std::size_t size = 0; size <= bytes.size(); ++size) {
        RecordOptionReader reader{std::span<const std::byte>(bytes).first(size)};
        RecordOption option;
        EXPECT_FALSE(reader.next(option)) << size;
    }
    // The last option's padding may be missing; pcapng's end mark stops.
    const auto ended = bytes_of({0, 0, 0, 0, 1, 0, 0, 0});
    RecordOptionReader at_end(ended);
    RecordOption option;
    EXPECT_FALSE(at_end.next(option));
    const auto odd = bytes_of({1, 0, 1, 0, 'a'});
    RecordOptionReader last(odd);
    EXPECT_TRUE(last.next(option));
    EXPECT_FALSE(last.next(option));
}

TEST(RecordOptions, PathsHaveRoleAndFlags) {
    const auto bytes = bytes_of({0x03, 0x8e, 4, 0, 2, 1, '/', 'a'});
    RecordOptionReader reader(bytes);
    RecordOption option;
    ASSERT_TRUE(reader.next(option));
    const auto path = path_option(option);
    ASSERT_TRUE(path);
    EXPECT_EQ(path->role, SEQUITUR_ROLE_EXE);
    EXPECT_EQ(path->flags, SEQUITUR_PATH_TRUNCATED);
    EXPECT_EQ(path->path, "/a");
    option.value = option.value.first(1);
    EXPECT_FALSE(path_option(option));
}

}  // namespace
}  // namespace sequitur
