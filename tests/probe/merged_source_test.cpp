#include "probe/merged_source.h"

#include "probe/jsonl_source.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <random>
#include <string>
#include <utility>
#include <vector>

namespace sequitur {
namespace {

using ::testing::ElementsAre;
using ::testing::Pair;

std::string call_at(std::uint64_t ts, int pid) {
    return R"({"ts":)" + std::to_string(ts) + R"(,"pid":)" + std::to_string(pid) +
           R"(,"type":"close","ret":0})" + "\n";
}

std::string process(int pid) { return R"({"proc":{"pid":)" + std::to_string(pid) + "}}\n"; }

// Time and thread of each record, in the order in which they come.
using Told = std::vector<std::pair<std::uint64_t, std::int64_t>>;

struct Outcome {
    Told told;
    std::string error;
};

// The texts as one stream, read `max_records` at a time. What a batch's views show is looked at
// only when the batch behind it has been read, for so long they have to live.
Outcome merge(const std::vector<std::string>& texts, std::size_t max_records = 256) {
    std::vector<std::unique_ptr<EventSource>> sources;
    for (std::size_t i = 0; i < texts.size(); ++i) {
        sources.push_back(JsonlSource::over(texts[i], "text" + std::to_string(i), {}));
    }
    MergedSource merged(std::move(sources));
    Outcome outcome;
    std::vector<RecordView> before, batch;
    for (bool more = true; more;) {
        const auto read = merged.next_batch(max_records, Duration(0), batch);
        for (const RecordView& record : before) {
            // A process in a snapshot has its number in the upper half, too.
            outcome.told.emplace_back(record.ts_ns(), record.tid() & 0xffffffff);
        }
        EXPECT_LE(batch.size(), max_records);
        more = read.has_value();
        if (!more && read.error().code != Error::Code::kEndOfInput) {
            outcome.error = read.error().message;
        }
        before = batch;
    }
    EXPECT_TRUE(before.empty());
    return outcome;
}

TEST(MergedSource, GoesByTimeAndThenByTheOrderOfTheSources) {
    const Outcome merged = merge({call_at(10, 1) + call_at(30, 1), call_at(20, 2) + call_at(30, 2),
                                  call_at(5, 3) + call_at(40, 3)});
    EXPECT_THAT(merged.told, ElementsAre(Pair(5, 3), Pair(10, 1), Pair(20, 2), Pair(30, 1),
                                         Pair(30, 2), Pair(40, 3)));
    EXPECT_EQ(merged.error, "");
}

TEST(MergedSource, ASnapshotComesWithTheEventBehindIt) {
    const Outcome merged =
        merge({process(1) + call_at(10, 1) + call_at(30, 1), process(2) + call_at(20, 2)});
    EXPECT_THAT(merged.told,
                ElementsAre(Pair(0, 1), Pair(10, 1), Pair(0, 2), Pair(20, 2), Pair(30, 1)));
}

TEST(MergedSource, AnErrorEndsTheStreamBehindAllThatIsEarlier) {
    const Outcome merged =
        merge({call_at(10, 1) + call_at(20, 1) + "no JSON\n", call_at(15, 2) + call_at(25, 2)});
    EXPECT_THAT(merged.told, ElementsAre(Pair(10, 1), Pair(15, 2), Pair(20, 1)));
    EXPECT_TRUE(merged.error.starts_with("text0:3: ")) << merged.error;
}

TEST(MergedSource, EmptySourcesAreNone) {
    EXPECT_THAT(merge({"", call_at(10, 1), ""}).told, ElementsAre(Pair(10, 1)));
    EXPECT_TRUE(merge({"", ""}).told.empty());
}

// More records than are read ahead, in runs of all lengths, against a sort.
TEST(MergedSource, IsAStableSortWhateverTheBatches) {
    std::mt19937 random(1);
    std::vector<std::string> texts(3);
    Told expected;
    for (int source = 0; source < 3; ++source) {
        std::uint64_t time = 1;
        for (int i = 0; i < 5000; ++i) {
            time += random() % (i % 1000 < 500 ? 2 : 5);
            texts[static_cast<std::size_t>(source)] += call_at(time, source);
            expected.emplace_back(time, source);
        }
    }
    std::sort(expected.begin(), expected.end());
    for (const std::size_t max_records : {1u, 7u, 256u, 100000u}) {
        EXPECT_EQ(merge(texts, max_records).told, expected) << max_records;
    }
}

}  // namespace
}  // namespace sequitur
