// Where files and processes come from, over a restart: one host's bytes in another one.
#include "daemon/state/saved_host.h"

#include "tests/support/host.h"

#include <gtest/gtest.h>

#include <string>

namespace sequitur::test {
namespace {

constexpr std::size_t kFilesMax = 100;

class SavedHostTest : public testing::Test {
protected:
    SavedHostTest() {
        // 1 made 10, 10 made 20, 20 made 30.
        tell(before, 1, 0);
        tell(before, 10, 1);
        bear(10, 20);
        bear(20, 30);
        before.log.at(at_ms(5)).by(30);
    }
    static void tell(Host& host, std::int64_t pid, std::int64_t parent) {
        host.log.at(at_ms(0)).task({.pid = pid,
                                    .ppid = parent,
                                    .name = "p" + std::to_string(pid),
                                    .start_ns = at_ms(0) + static_cast<std::uint64_t>(pid)});
    }
    void bear(std::int64_t parent, std::int64_t child) {
        before.log.at(start_of(child)).by(parent).with_child(child, start_of(child), parent);
        before.log.clone(child);
    }
    static std::uint64_t start_of(std::int64_t pid) {
        return at_ms(1) + static_cast<std::uint64_t>(pid) * 1'000'000'000;
    }
    void restart() {
        const auto restored_count =
            restored.restore(save_host(before.state, {}, kFilesMax), after.state);
        ASSERT_TRUE(restored_count) << restored_count.error().message;
        origins = *restored_count;
    }
    // What `pid` is after the restart, when /proc tells `start_ns` and that `parent` is its parent.
    const ProcessImage& found(std::int64_t pid, std::int64_t parent, std::uint64_t start_ns) {
        tell(after, 1, 0);
        after.log.at(at_ms(90'000))
            .task({.pid = pid, .ppid = parent, .name = "p", .start_ns = start_ns});
        after.log.at(at_ms(91'000)).by(pid).chmod("/any", 0755);
        return *after.run().process;
    }
    static std::string lineage_of(const ProcessImage& image) {
        std::string pids;
        for (const ProcessEntity& maker : *image.lineage) pids += std::to_string(maker.pid) + ' ';
        return pids;
    }

    Host before;
    RestoredHost restored;
    Host after;
    std::size_t origins = 0;
};

TEST_F(SavedHostTest, MakersThatAreGoneStayMakers) {
    before.log.at(at_ms(40'000)).by(20).procexit(1);
    before.run();
    restart();
    const ProcessImage& image = found(30, 1, start_of(30));
    EXPECT_EQ(image.ppid, 1);
    EXPECT_EQ(image.creator, (ProcessEntity{20, start_of(20)}));
    EXPECT_EQ(lineage_of(image), "20 10 1 ");
    EXPECT_EQ(image.entity, (ProcessEntity{30, start_of(30)}));
}

TEST_F(SavedHostTest, AnotherProcessOfTheNumberTakesNothing) {
    before.run_nothing();
    restart();
    const ProcessImage& image = found(30, 1, start_of(35));
    EXPECT_EQ(image.creator.pid, 1);
    EXPECT_EQ(lineage_of(image), "1 ");
}

TEST_F(SavedHostTest, WhatWasNotSeenYetIsSavedAgain) {
    before.run_nothing();
    restart();
    const std::string again = save_host(after.state, {}, kFilesMax);
    RestoredHost later_restored;
    Host later;
    ASSERT_TRUE(later_restored.restore(again, later.state));
    after.state.forget_earlier_processes();
    EXPECT_LT(save_host(after.state, {}, kFilesMax).size(), again.size());
    later.log.at(at_ms(90'000)).task({.pid = 30, .ppid = 1, .name = "p", .start_ns = start_of(30)});
    later.log.at(at_ms(91'000)).by(30).chmod("/any", 0755);
    EXPECT_EQ(lineage_of(*later.run().process), "20 10 1 ");
}

TEST_F(SavedHostTest, AFileKnowsItsWriterAndWhatItWasCopiedFrom) {
    before.log.with_inode(7, 1).openat("/from", kOpenRead, 3);
    before.log.with_inode(8, 1).openat("/to", kOpenWrite, 4);
    before.log.read(3, 100);
    before.log.write(4, 100);
    before.run();
    restart();
    EXPECT_EQ(origins, 1u);
    after.log.at(at_ms(91'000)).by(50).with_inode(8, 1).chmod("/to", 0755);
    const Event& event = after.run();
    ASSERT_NE(event.origin_process, nullptr);
    EXPECT_EQ(event.origin_process->pid, 30);
    ASSERT_NE(event.origin_copy, nullptr);
    EXPECT_EQ(event.origin_copy->file.number, 7u);
    EXPECT_EQ(event.origin_copy->path.view(), "/from");
}

TEST_F(SavedHostTest, AFileOfAReusedInodeKeepsItsIdentity) {
    before.log.with_inode(7).openat("/a", kOpenWrite | kOpenCreate | kOpenCreated, 3);
    before.log.with_inode(7).openat("/b", kOpenWrite | kOpenCreate | kOpenCreated, 3);
    const FileId file = before.run().file;
    ASSERT_NE(file.generation, 0u);
    restart();
    after.log.at(at_ms(91'000)).by(50).with_inode(7).chmod("/b", 0755);
    EXPECT_EQ(after.run().file, file);
    // And the next number is a new one.
    after.log.with_inode(7).openat("/c", kOpenWrite | kOpenCreate | kOpenCreated, 3);
    EXPECT_GT(after.run().file.generation, file.generation);
}

TEST_F(SavedHostTest, BytesThatAreCutShortChangeNothing) {
    before.run_nothing();
    const std::string bytes = save_host(before.state, {}, kFilesMax);
    for (std::size_t size = 0; size < bytes.size(); ++size) {
        EXPECT_FALSE(restored.restore(bytes.substr(0, size), after.state)) << size;
    }
    EXPECT_EQ(lineage_of(found(30, 1, start_of(30))), "1 ");
}

}  // namespace
}  // namespace sequitur::test
