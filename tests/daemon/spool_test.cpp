#include "daemon/outputs/spool.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <unistd.h>
#include <vector>

namespace sequitur {
namespace {

namespace fs = std::filesystem;

class SpoolTest : public testing::Test {
protected:
    void SetUp() override { fs::remove_all(folder_); }
    void TearDown() override { fs::remove_all(folder_); }

    std::unique_ptr<Spool> open(std::uint64_t bytes_max = 1 << 20) {
        auto spool = Spool::open(folder_, bytes_max);
        EXPECT_TRUE(spool) << spool.error().message;
        return spool ? std::move(*spool) : nullptr;
    }
    static std::vector<std::string> peek(Spool& spool, std::size_t count) {
        std::vector<std::string> messages;
        spool.peek(count, messages);
        return messages;
    }
    fs::path newest() const {
        fs::path last;
        for (const auto& entry : fs::directory_iterator(folder_)) {
            if (entry.path().extension() == ".seg" && entry.path() > last) last = entry.path();
        }
        return last;
    }

    std::string folder_ = testing::TempDir() + "spool_test." + std::to_string(::getpid());
};

TEST_F(SpoolTest, GivesBackInOrderWhatWasPutIn) {
    const auto spool = open();
    for (const char* text : {"one", "", "three"}) {
        EXPECT_EQ(spool->append(text), Spool::Append::kDone);
    }
    EXPECT_EQ(peek(*spool, 2), (std::vector<std::string>{"one", ""}));
    spool->advance(1);
    EXPECT_EQ(peek(*spool, 9), (std::vector<std::string>{"", "three"}));
    spool->advance(2);
    EXPECT_EQ(spool->messages(), 0u);
    EXPECT_EQ(spool->bytes(), 0u);
}

TEST_F(SpoolTest, OutlivesItsProgramAtAnyPlace) {
    constexpr int kCount = 300;
    {
        const auto spool = open();
        for (int i = 0; i < kCount; ++i) spool->append(std::string(1000, 'x') + std::to_string(i));
    }
    int next = 0;
    // Each turn another program takes some and is gone; what it peeked at and did not take is not
    // lost.
    while (next < kCount) {
        const auto spool = open();
        EXPECT_EQ(spool->messages(), static_cast<std::uint64_t>(kCount - next));
        for (const std::string& message : peek(*spool, 37)) {
            EXPECT_EQ(message.substr(1000), std::to_string(next++));
        }
        spool->advance(37);
        peek(*spool, 5);
    }
    EXPECT_EQ(open()->messages(), 0u);
}

TEST_F(SpoolTest, PassesOverATornEntryAndGoesOnBehindIt) {
    {
        const auto spool = open();
        spool->append("whole");
        spool->append("torn in the middle");
    }
    const fs::path segment = newest();
    fs::resize_file(segment, fs::file_size(segment) - 5);
    const auto spool = open();
    EXPECT_EQ(spool->messages(), 1u);
    spool->append("after");
    EXPECT_EQ(peek(*spool, 9), (std::vector<std::string>{"whole", "after"}));
    spool->advance(2);
    EXPECT_EQ(open()->messages(), 0u);
}

TEST_F(SpoolTest, RefusesWhatDoesNotFitAndTakesItWhenThereIsRoom) {
    const auto spool = open(1 << 18);
    const std::string large(10'000, 'x');
    int taken = 0;
    while (spool->append(large) == Spool::Append::kDone) ++taken;
    EXPECT_EQ(taken, (1 << 18) / 10'012);
    EXPECT_EQ(spool->messages(), static_cast<std::uint64_t>(taken));
    peek(*spool, 1);
    spool->advance(1);
    EXPECT_EQ(spool->append(large), Spool::Append::kDone);
    EXPECT_EQ(spool->append(large), Spool::Append::kFull);
}

TEST_F(SpoolTest, RemovesSegmentsThatAreDone) {
    const auto spool = open(1 << 20);
    for (int i = 0; i < 600; ++i) {
        ASSERT_EQ(spool->append(std::string(1000, 'x')), Spool::Append::kDone);
        peek(*spool, 1);
        spool->advance(1);
    }
    std::size_t segments = 0;
    for (const auto& entry : fs::directory_iterator(folder_)) {
        if (entry.path().extension() == ".seg") ++segments;
    }
    EXPECT_LE(segments, 2u);
}

}  // namespace
}  // namespace sequitur
