// Captures of every form: what they hold, and what becomes of the damaged ones.
#include "probe/scap_source.h"

#include "core/call.h"
#include "probe/gzip.h"
#include "tests/support/scap_builder.h"

#include <gtest/gtest.h>

namespace sequitur {
namespace {

using probe::ByteBuffer;
using test::le;
using test::list_entry;
using test::ListEntry;
using test::ScapBuilder;
using test::text0;

// All records of a capture, copied, and how it ended.
struct Read {
    struct Kept {
        std::vector<std::byte> event, options;
        RecordView view() const {
            return RecordView(event, options, 0,
                              has_wide_lengths(static_cast<EventType>(
                                  load_le<std::uint16_t>(event.data() + 20))));
        }
    };
    std::vector<Kept> kept;
    Error end;
    SourceLosses losses;

    std::vector<unsigned> types() const {
        std::vector<unsigned> types;
        for (const Kept& one : kept) types.push_back(static_cast<unsigned>(one.view().type()));
        return types;
    }
};

Read read_all(const ByteBuffer& bytes, const ScapOptions& options = {}, std::size_t batch = 3) {
    Read read;
    auto source = ScapSource::over(bytes, "x.scap", options);
    if (!source) {
        read.end = source.error();
        return read;
    }
    std::vector<RecordView> records;
    for (;;) {
        const auto done = (*source)->next_batch(batch, {}, records);
        for (const RecordView& record : records) {
            const auto event = record.event_bytes(), rest = record.option_bytes();
            read.kept.push_back({{event.begin(), event.end()}, {rest.begin(), rest.end()}});
        }
        if (done) continue;
        read.end = done.error();
        read.losses = (*source)->losses();
        return read;
    }
}

constexpr unsigned kIterTask = 430;
const std::string kZero = le(std::int64_t{0}), kThree = le(std::int64_t{3});

std::string param_text_of(const Read& read, std::size_t record, unsigned param) {
    return std::string(text_param(read.kept.at(record).view().param(param)));
}

TEST(ScapSourceTest, AnEventIsAViewOfItsBlock) {
    ScapBuilder scap;
    scap.section().event(EventType::kClose, 100, {kZero, kThree});
    const Read read = read_all(scap.bytes());
    ASSERT_EQ(read.types(), std::vector<unsigned>{5});
    const RecordView record = read.kept[0].view();
    EXPECT_EQ(record.tid(), 100u);
    EXPECT_EQ(int_param<std::int64_t>(record.param(1), -1), 3);
    EXPECT_EQ(read.end.code, Error::Code::kEndOfInput);
}

TEST(ScapSourceTest, GzipInSeveralMembersIsOneCapture) {
    ScapBuilder scap;
    scap.section();
    for (int i = 0; i < 1000; ++i) scap.event(EventType::kClose, 100, {kZero, kThree});
    ByteBuffer packed;
    const std::span<const std::byte> bytes(scap.bytes());
    probe::append_gzip_member(bytes.first(777), packed);
    probe::append_gzip_member(bytes.subspan(777), packed);
    EXPECT_EQ(read_all(packed).kept.size(), 1000u);
}

TEST(ScapSourceTest, APackedBlockAcrossPiecesIsPutTogether) {
    ScapBuilder scap;
    scap.section();
    const std::string data(60000, 'x');
    for (int i = 0; i < 100; ++i) {
        scap.event(EventType::kRead, 100, {kZero, data, kThree, le(4096U)});
    }
    ByteBuffer packed;
    probe::append_gzip_member(scap.bytes(), packed);
    const Read read = read_all(packed);
    ASSERT_EQ(read.kept.size(), 100u);
    for (const Read::Kept& one : read.kept) EXPECT_EQ(one.view().param(1).size(), data.size());
    EXPECT_EQ(read.end.code, Error::Code::kEndOfInput);
}

TEST(ScapSourceTest, ACutFileGivesWhatStandsBefore) {
    ScapBuilder scap;
    scap.section().event(EventType::kClose, 100, {kZero, kThree});
    const std::size_t whole = scap.bytes().size();
    scap.event(EventType::kClose, 100, {kZero, kThree});
    for (std::size_t size = whole + 1; size < scap.bytes().size(); ++size) {
        const Read read = read_all(ByteBuffer(
            scap.bytes().begin(), scap.bytes().begin() + static_cast<std::ptrdiff_t>(size)));
        EXPECT_EQ(read.kept.size(), 1u);
        EXPECT_EQ(read.end.code, Error::Code::kBadInput);
        EXPECT_EQ(read.end.message, "x.scap: damaged at byte " + std::to_string(whole) +
                                        ": the file ends within a block");
    }
}

TEST(ScapSourceTest, CutGzipDataGivesWhatCouldBeUnpacked) {
    ScapBuilder scap;
    scap.section();
    for (int i = 0; i < 1000; ++i) scap.event(EventType::kClose, 100, {kZero, kThree});
    ByteBuffer packed;
    const std::span<const std::byte> bytes(scap.bytes());
    probe::append_gzip_member(bytes.first(28 + 60 * 500), packed);
    const std::size_t first = packed.size();
    probe::append_gzip_member(bytes.subspan(28 + 60 * 500), packed);
    packed.resize(first + 8);
    const Read read = read_all(packed);
    EXPECT_EQ(read.kept.size(), 500u);
    EXPECT_NE(read.end.message.find("x.scap: damaged at byte 30028: the gzip data is cut short"),
              std::string::npos)
        << read.end.message;
    packed[first / 2] ^= std::byte{0x40};
    EXPECT_EQ(read_all(packed).end.code, Error::Code::kBadInput);
}

TEST(ScapSourceTest, WhatIsNoCaptureIsRefused) {
    const auto message_of = [](std::string_view raw) {
        ScapBuilder scap;
        scap.append(raw);
        return read_all(scap.bytes()).end.message;
    };
    EXPECT_EQ(message_of(""), "x.scap: the file is empty");
    EXPECT_NE(message_of("{\"ts\":1,\"type\":\"close\"}"), "");
    ScapBuilder other;
    other.block(0x201, std::string(180, '\0'));
    EXPECT_NE(read_all(other.bytes()).end.message.find("no section header"), std::string::npos);
    ScapBuilder swapped;
    swapped.block(probe::block::kSection, std::string("\x1a\x2b\x3c\x4d", 4) + std::string(12, 0));
    EXPECT_NE(read_all(swapped.bytes()).end.message.find("little-endian"), std::string::npos);
}

TEST(ScapSourceTest, AnEventThatDoesNotFitIsDamageOrSkipped) {
    ScapBuilder scap;
    scap.section().event(EventType::kClose, 100, {kZero, kThree});
    const std::size_t second = scap.bytes().size();
    scap.event(EventType::kClose, 100, {kZero, kThree});
    scap.event(EventType::kClose, 101, {kZero, kThree});
    scap.bytes()[second + 10 + kRecordHeaderSize] = std::byte{0xff};  // the first length
    const Read strict = read_all(scap.bytes());
    EXPECT_EQ(strict.kept.size(), 1u);
    EXPECT_EQ(strict.end.message.find("x.scap: damaged at byte " + std::to_string(second)), 0u);
    const Read lenient = read_all(scap.bytes(), {.is_lenient = true});
    EXPECT_EQ(lenient.kept.size(), 2u);
    EXPECT_EQ(lenient.losses.malformed, 1u);
    EXPECT_EQ(lenient.end.code, Error::Code::kEndOfInput);
}

TEST(ScapSourceTest, UnknownTypesAreCounted) {
    ScapBuilder scap;
    scap.section().event(4711, 100, {kZero}).event(EventType::kClose, 100, {kZero, kThree});
    const Read read = read_all(scap.bytes());
    EXPECT_EQ(read.types(), std::vector<unsigned>{5});
    EXPECT_EQ(read.losses.unknown_type, 1u);
}

TEST(ScapSourceTest, OldPairsBecomeOneEvent) {
    ScapBuilder scap;  // close as enter and exit, without a number of parameters
    scap.section().event(4, 100, {kThree}, true).event(5, 100, {kZero}, true);
    const Read read = read_all(scap.bytes());
    ASSERT_EQ(read.types(), std::vector<unsigned>{5});
    EXPECT_EQ(int_param<std::int64_t>(read.kept[0].view().param(1), -1), 3);
}

TEST(ScapSourceTest, AnExitWithoutItsEnterHasZeros) {
    ScapBuilder scap;
    scap.section().event(4, 101, {kThree}).event(6, 100, {kThree, le(9U)}).event(5, 100, {kZero});
    const Read read = read_all(scap.bytes());  // read's enter is not close's
    ASSERT_EQ(read.types(), std::vector<unsigned>{5});
    EXPECT_EQ(int_param<std::int64_t>(read.kept[0].view().param(1), -1), 0);
}

TEST(ScapSourceTest, AnOldContainerBecomesJson) {
    ScapBuilder scap;
    scap.section().event(228, 100, {text0("0123456789ab"), le(0U), text0("na\"me"), text0("img")});
    const Read read = read_all(scap.bytes());
    ASSERT_EQ(read.types(), std::vector<unsigned>{324});
    EXPECT_EQ(param_text_of(read, 0, 0),
              R"({"id":"0123456789ab","type":0,"name":"na\"me","image":"img"})");
}

TEST(ScapSourceTest, AnOpenHasTheNameOfItsStart) {
    ScapBuilder scap;
    scap.section()
        .event(306, 100, {le(std::int64_t{-100}), text0("/etc/shadow"), le(0x1U), le(0U)})
        .event(307, 100,
               {kThree, le(std::int64_t{-100}), text0("/etc/motd"), le(0x4001U), le(0U), le(1U),
                le(std::uint64_t{7})});
    const Read read = read_all(scap.bytes());
    ASSERT_EQ(read.types(), (std::vector<unsigned>{306, 307}));
    EXPECT_EQ(param_text_of(read, 1, 2), "/etc/shadow");
    EXPECT_EQ(uint_param<std::uint32_t>(read.kept[1].view().param(3), 0), 0x4001u);
}

TEST(ScapSourceTest, EveryVersionOfTheProcessListIsRead) {
    constexpr std::uint32_t kTypes[] = {0x202, 0x207, 0x209, 0x210, 0x211,
                                        0x212, 0x213, 0x214, 0x215};
    const ListEntry entry{.tid = 7,
                          .pid = 7,
                          .ptid = 1,
                          .comm = "sh",
                          .exe = "-sh",
                          .exepath = "/bin/sh",
                          .args = text0("-c"),
                          .cwd = "/root",
                          .uid = 33};
    for (int version = 1; version <= 9; ++version) {
        ScapBuilder scap;
        scap.section().block(kTypes[version - 1], list_entry(entry, version));
        const Read read = read_all(scap.bytes());
        ASSERT_EQ(read.types(), std::vector<unsigned>{kIterTask}) << version;
        EXPECT_EQ(read.kept[0].view().tid(), std::uint64_t{7} << 32 | 7);
        EXPECT_EQ(param_text_of(read, 0, 4), "sh");
        EXPECT_EQ(param_text_of(read, 0, 6), version >= 7 ? "/bin/sh" : "");
        EXPECT_EQ(param_text_of(read, 0, 9), "/root");
        EXPECT_EQ(uint_param<std::uint32_t>(read.kept[0].view().param(11), 0), 33u);
        EXPECT_EQ(read.end.code, Error::Code::kEndOfInput);
    }
}

TEST(ScapSourceTest, TheTailOfAnEntryIsToldByItsLength) {
    const ListEntry entry{.tid = 7, .pid = 7, .comm = "sh"};
    const std::string old_tail = le(1000U) + le(std::uint8_t{1}) + le(std::uint64_t{1}) +
                                 le(std::uint64_t{2}) + le(std::uint64_t{3});
    const std::string tails[] = {old_tail, le(std::uint64_t{5}) + le(34816U) + old_tail,
                                 le(std::uint64_t{5}) + le(34816U) + old_tail + "\1future"};
    for (const std::string& tail : tails) {
        ScapBuilder scap;
        scap.section().block(0x215, list_entry(entry, 9, tail) + list_entry(entry, 9, tail));
        const Read read = read_all(scap.bytes());
        ASSERT_EQ(read.kept.size(), 2u);
        EXPECT_EQ(uint_param<std::uint32_t>(read.kept[1].view().param(31), 0), 1000u);
        EXPECT_EQ(uint_param<std::uint64_t>(read.kept[1].view().param(14), 0), 3u);
    }
}

TEST(ScapSourceTest, ADamagedListIsNamed) {
    ScapBuilder scap;
    scap.section().block(0x215, list_entry({.tid = 7, .pid = 7}, 9) + le(99U) + le(1U));
    scap.event(EventType::kClose, 100, {kZero, kThree});
    const Read read = read_all(scap.bytes());
    EXPECT_EQ(read.types(), std::vector<unsigned>{kIterTask});
    EXPECT_EQ(read.end.message,
              "x.scap: damaged at byte 28: an entry of the process list cannot "
              "be read");
    EXPECT_EQ(read_all(scap.bytes(), {.is_lenient = true}).kept.size(), 2u);
}

TEST(ScapSourceTest, ASectionBehindAnotherIsAHistoryOfItsOwn) {
    ScapBuilder scap;
    scap.section().event(EventType::kClose, 100, {kZero, kThree});
    scap.section().block(0x215, list_entry({.tid = 7, .pid = 7}, 9));
    scap.event(EventType::kClose, 7, {kZero, kThree});
    auto source = ScapSource::over(scap.bytes(), "x.scap", {});
    ASSERT_TRUE(source);
    std::vector<RecordView> records;
    ASSERT_TRUE((*source)->next_batch(10, {}, records));
    EXPECT_EQ(records.size(), 1u);
    EXPECT_FALSE((*source)->next_batch(10, {}, records));
    ASSERT_TRUE((*source)->next_history());
    ASSERT_TRUE((*source)->next_batch(10, {}, records));
    EXPECT_EQ(records.size(), 2u);
    EXPECT_FALSE((*source)->next_batch(10, {}, records));
    EXPECT_FALSE((*source)->next_history());
}

}  // namespace
}  // namespace sequitur
