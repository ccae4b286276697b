// The live source as a whole: what it leaves out, what it loses, in what order it delivers.
#include "tests/kernel/observer.h"

#include <fcntl.h>
#include <numeric>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

namespace sequitur {
namespace {

class LiveTest : public KernelTest {};

TEST_F(LiveTest, OnlyWhatIsWantedComes) {
    Interest interest;
    interest.add(EventType::kProcexit);
    interest.add(EventType::kDup);
    LiveSource& source = Observer::get()->source();
    ASSERT_TRUE(source.set_interest(interest));
    run([] {
        syscall(SYS_dup, 0);
        syscall(SYS_getppid);
        syscall(SYS_dup2, 0, 60);
    });
    EXPECT_EQ(records_.size(), 2U);
    EXPECT_EQ(only(EventType::kDup).number(1), 0);
    ASSERT_TRUE(source.set_interest(Interest::everything()));
}

TEST_F(LiveTest, ATreeIsFollowedAndNothingElse) {
    HeldChild child([] {
        if (fork() == 0) {
            syscall(SYS_dup, 0);
            _exit(0);
        }
        wait(nullptr);
    });
    HeldChild other([] { syscall(SYS_dup2, 0, 60); });
    LiveOptions options;
    options.root_pid = child.pid();
    auto source = LiveSource::open(options);
    ASSERT_TRUE(source) << source.error().message;
    other.release();
    other.wait();
    child.release();
    std::vector<RecordView> batch;
    bool has_dup = false, has_snapshot = false, has_ended = false;
    for (int i = 0; i < 100 && !has_ended; ++i) {
        ASSERT_TRUE((*source)->next_batch(100, std::chrono::milliseconds(50), batch));
        for (const RecordView& record : batch) {
            has_dup |= record.type() == EventType::kDup;
            has_snapshot |= record.type() == EventType::kIterTask &&
                            record.tid() >> 32 == std::uint64_t(child.pid());
            EXPECT_NE(record.type(), EventType::kDup2);
            EXPECT_NE(record.tid(), std::uint64_t(other.pid()));
            has_ended |=
                record.type() == EventType::kProcexit && record.tid() == std::uint64_t(child.pid());
        }
    }
    child.wait();
    EXPECT_TRUE(has_dup && has_snapshot && has_ended);
}

TEST_F(LiveTest, LossesAreCountedByTypeAndCpuAndMarkTheStream) {
    LiveOptions options;
    options.ring_bytes = 4096;
    options.snapshot = false;
    HeldChild child([] {
        for (int i = 0; i < 20'000; ++i) syscall(SYS_dup2, 0, 60);
        usleep(50'000);
        syscall(SYS_dup2, 0, 61);
    });
    options.root_pid = child.pid();
    auto source = LiveSource::open(options);
    ASSERT_TRUE(source) << source.error().message;
    child.release();
    usleep(40'000);  // nobody reads meanwhile
    std::uint64_t marked = 0, came = 0;
    bool has_ended = false;
    std::vector<RecordView> batch;
    for (int i = 0; i < 200 && !has_ended; ++i) {
        ASSERT_TRUE((*source)->next_batch(1000, std::chrono::milliseconds(50), batch));
        for (const RecordView& record : batch) {
            came += record.type() == EventType::kDup2;
            has_ended |= record.type() == EventType::kProcexit;
            Observed one;
            one.options.assign(record.option_bytes().begin(), record.option_bytes().end());
            if (one.has(SEQUITUR_OPTION_LOST)) ++marked;
        }
    }
    child.wait();
    const SourceLosses losses = (*source)->losses();
    EXPECT_GT(losses.ring_full, 0U);
    EXPECT_EQ(losses.ring_full_by_type.at(363) + came, 20'001U);
    EXPECT_EQ(std::accumulate(losses.ring_full_by_cpu.begin(), losses.ring_full_by_cpu.end(),
                              std::uint64_t{0}),
              losses.ring_full);
    EXPECT_GT(marked, 0U);
    EXPECT_TRUE(has_ended);  // a full ring of calls does not hold up the end of a process
}

TEST_F(LiveTest, TimesDoNotGoBack) {
    std::uint64_t last = 0;
    const std::uint64_t late_before = Observer::get()->source().losses().late;
    run([] {
        for (int i = 0; i < 200; ++i)
            if (fork() == 0) {
                syscall(SYS_dup, 0);
                _exit(0);
            }
        while (wait(nullptr) > 0) {
        }
    });
    std::uint64_t back = 0;
    for (const auto& record : records_) {
        back += record.view().ts_ns() < last;
        last = record.view().ts_ns();
    }
    EXPECT_LE(back, Observer::get()->source().losses().late - late_before);
    EXPECT_GE(records_.size(), 600U);
}

TEST_F(LiveTest, WatermarkFollowsTheClockWithoutRecords) {
    LiveSource& source = Observer::get()->source();
    ASSERT_TRUE(source.set_interest(Interest()));
    std::vector<RecordView> batch;
    do {
        (void)source.next_batch(1000, std::chrono::milliseconds(30), batch);
    } while (!batch.empty());
    const Timestamp before = source.watermark();
    (void)source.next_batch(1000, std::chrono::milliseconds(30), batch);
    EXPECT_GE(source.watermark() - before, std::chrono::milliseconds(20));
    ASSERT_TRUE(source.set_interest(Interest::everything()));
}

}  // namespace
}  // namespace sequitur
