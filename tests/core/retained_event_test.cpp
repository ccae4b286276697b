// What a retained event gives back is the event, whichever of its members say something.
#include "core/retained_event.h"

#include <gtest/gtest.h>

#include <array>
#include <cstring>
#include <functional>
#include <vector>

namespace sequitur::test {
namespace {

using std::chrono::nanoseconds;

class RetainedEventTest : public testing::Test {
protected:
    static Event bare() {
        Event event;
        event.info = event_type_info(EventType::kOpenat);
        event.type = EventType::kOpenat;
        return event;
    }

    Interner strings;
    Ref<ProcessImage> process{new ProcessImage}, maker{new ProcessImage};
    Ref<Descriptor> fd{new Descriptor};
    Ref<FileCopy> copy{new FileCopy};
    HostInfo host;
    std::array<std::byte, 30> record{};
    std::array<std::byte, 12> options{};

    // One change for each member.
    std::vector<std::function<void(Event&)>> changes() {
        return {
            [](Event& e) { e.time = Timestamp(nanoseconds(-5)); },
            [](Event& e) { e.since_previous = nanoseconds(7); },
            [](Event& e) { e.number = UINT64_MAX; },
            [](Event& e) { e.tid = 0; },
            [](Event& e) { e.info = event_type_info(EventType::kClose); },
            [this](Event& e) { e.host = &host; },
            [this](Event& e) { e.process = process.get(); },
            [this](Event& e) { e.fd = fd.get(); },
            [](Event& e) { e.type = EventType::kClose; },
            [](Event& e) { e.stream = EventStream::kJson; },
            [](Event& e) { e.has_result = true; },
            [](Event& e) { e.result = -13; },
            [](Event& e) { e.fd_number = 0; },
            [](Event& e) {
                e.file = {7, 2049, 3, FileId::Kind::kInode};
            },
            [this](Event& e) { e.file_path = strings.intern("/a"); },
            [this](Event& e) { e.path = strings.intern("/b"); },
            [this](Event& e) { e.path_raw = strings.intern("b"); },
            [this](Event& e) { e.target_path = strings.intern("/c"); },
            [this](Event& e) { e.target_path_raw = strings.intern("c"); },
            [](Event& e) { e.created_file = true; },
            [](Event& e) { e.is_exit_of_process = true; },
            [](Event& e) { e.truncated_params = 1; },
            [](Event& e) { e.lost_before = 2; },
            [this](Event& e) { e.origin_process = maker.get(); },
            [](Event& e) { e.origin_time = Timestamp(nanoseconds(9)); },
            [this](Event& e) { e.origin_copy = copy.get(); },
            [this](Event& e) { e.record = RecordView(record, options, 3, true); },
        };
    }

    static void expect_same(const Event& a, const Event& b) {
        EXPECT_EQ(a.time, b.time);
        EXPECT_EQ(a.since_previous, b.since_previous);
        EXPECT_EQ(a.number, b.number);
        EXPECT_EQ(a.tid, b.tid);
        EXPECT_EQ(a.info, b.info);
        EXPECT_EQ(a.host, b.host);
        EXPECT_EQ(a.process, b.process);
        EXPECT_EQ(a.fd, b.fd);
        EXPECT_EQ(a.type, b.type);
        EXPECT_EQ(a.stream, b.stream);
        EXPECT_EQ(a.has_result, b.has_result);
        EXPECT_EQ(a.result, b.result);
        EXPECT_EQ(a.fd_number, b.fd_number);
        EXPECT_EQ(a.file, b.file);
        EXPECT_EQ(a.file_path, b.file_path);
        EXPECT_EQ(a.path, b.path);
        EXPECT_EQ(a.path_raw, b.path_raw);
        EXPECT_EQ(a.target_path, b.target_path);
        EXPECT_EQ(a.target_path_raw, b.target_path_raw);
        EXPECT_EQ(a.created_file, b.created_file);
        EXPECT_EQ(a.is_exit_of_process, b.is_exit_of_process);
        EXPECT_EQ(a.truncated_params, b.truncated_params);
        EXPECT_EQ(a.lost_before, b.lost_before);
        EXPECT_EQ(a.origin_process, b.origin_process);
        EXPECT_EQ(a.origin_time, b.origin_time);
        EXPECT_EQ(a.origin_copy, b.origin_copy);
        const auto same_bytes = [](std::span<const std::byte> x, std::span<const std::byte> y) {
            return x.size() == y.size() &&
                   (x.empty() || std::memcmp(x.data(), y.data(), x.size()) == 0);
        };
        EXPECT_TRUE(same_bytes(a.record.event_bytes(), b.record.event_bytes()));
        EXPECT_TRUE(same_bytes(a.record.option_bytes(), b.record.option_bytes()));
        EXPECT_EQ(a.record.cpu(), b.record.cpu());
        EXPECT_EQ(a.record.has_wide_lengths(), b.record.has_wide_lengths());
    }

    static void expect_kept(const Event& event) {
        const Ref<RetainedEvent> kept = RetainedEvent::copy_of(event);
        expect_same(kept->event(), event);
        EXPECT_EQ(kept->time(), event.time);
        EXPECT_EQ(kept->number(), event.number);
        EXPECT_LE(kept->bytes(), RetainedEvent::bytes_at_most(event));
    }
};

TEST_F(RetainedEventTest, EachMemberAloneIsKept) {
    for (std::size_t i = 0; i < changes().size(); ++i) {
        SCOPED_TRACE(i);
        Event event = bare();
        changes()[i](event);
        expect_kept(event);
    }
}

TEST_F(RetainedEventTest, AllButOneAreKept) {
    for (std::size_t left_out = 0; left_out <= changes().size(); ++left_out) {
        SCOPED_TRACE(left_out);
        Event event = bare();
        for (std::size_t i = 0; i < changes().size(); ++i) {
            if (i != left_out) changes()[i](event);
        }
        expect_kept(event);
    }
}

TEST_F(RetainedEventTest, WhatItPointsToIsHeldAndLetGoOf) {
    Event event = bare();
    for (const auto& change : changes()) change(event);
    {
        const Ref<RetainedEvent> kept = RetainedEvent::copy_of(event);
        EXPECT_FALSE(process->has_one_reference());
        EXPECT_FALSE(maker->has_one_reference());
        EXPECT_FALSE(fd->has_one_reference());
        EXPECT_FALSE(copy->has_one_reference());
        EXPECT_EQ(strings.find("c")->refs.load(), 1u);
    }
    EXPECT_TRUE(process->has_one_reference());
    EXPECT_TRUE(maker->has_one_reference());
    EXPECT_TRUE(fd->has_one_reference());
    EXPECT_TRUE(copy->has_one_reference());
    EXPECT_EQ(strings.find("c")->refs.load(), 0u);
}

// sequence_benchmark's, and the reason for packing.
TEST_F(RetainedEventTest, AnEventOfAProcessOnAFileTakesTwoCacheLines) {
    Event event = bare();
    event.process = process.get();
    event.file = {7, 2049, 3, FileId::Kind::kInode};
    EXPECT_EQ(RetainedEvent::copy_of(event)->bytes(), 128u);
}

}  // namespace
}  // namespace sequitur::test
