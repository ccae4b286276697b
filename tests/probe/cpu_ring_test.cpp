// The reader of a CPU's ring, against a writer that lays records as bpf/emit.bpf.h does.
#include "probe/cpu_ring.h"

#include <gtest/gtest.h>

#include <cstring>
#include <optional>
#include <string>
#include <sys/mman.h>
#include <unistd.h>
#include <vector>

namespace sequitur::probe {
namespace {

using Bytes = std::vector<std::byte>;

// Two CPUs' rings in memory files, which are mapped as the arrays of the kernel are.
class CpuRingTest : public testing::Test {
protected:
    static constexpr std::size_t kHeadStride = 8192, kCpu = 1;

    void open(std::size_t ring_bytes) {
        shape_ = CpuRing::Shape::of(ring_bytes);
        ring_bytes_ = shape_.parts << shape_.part_shift;
        heads_ = memory_file(2 * kHeadStride);
        parts_ = memory_file(2 * shape_.parts * shape_.part_stride());
        auto ring = CpuRing::map(heads_.fd, kHeadStride, parts_.fd, shape_, kCpu);
        ASSERT_TRUE(ring) << ring.error().message;
        ring_.emplace(std::move(*ring));
    }
    void TearDown() override {
        ring_.reset();
        for (const File& file : {heads_, parts_}) {
            ::munmap(file.bytes, file.size);
            ::close(file.fd);
        }
    }

    // False: no room.
    bool write(const Bytes& record) {
        auto* const head = reinterpret_cast<sequitur_ring_head*>(heads_.bytes + kCpu * kHeadStride);
        const std::uint64_t room = (record.size() + 15) & ~std::uint64_t{7};
        if (head->written - head->read + room > ring_bytes_) return false;
        const std::size_t part =
            kCpu * shape_.parts + (head->written >> shape_.part_shift & (shape_.parts - 1));
        std::byte* const to = parts_.bytes + part * shape_.part_stride() +
                              (head->written & ((std::uint64_t{1} << shape_.part_shift) - 1));
        const std::uint64_t size = record.size();
        std::memcpy(to, &size, sizeof size);
        std::memcpy(to + sizeof size, record.data(), record.size());
        head->written += room;
        return true;
    }
    std::vector<Bytes> read_all() {
        std::vector<Bytes> records;
        const bool is_all = ring_->consume([&](std::span<const std::byte> record) {
            records.emplace_back(record.begin(), record.end());
            return true;
        });
        EXPECT_TRUE(is_all);
        return records;
    }

    std::optional<CpuRing> ring_;
    CpuRing::Shape shape_;

private:
    struct File {
        int fd = -1;
        std::byte* bytes = nullptr;
        std::size_t size = 0;
    };
    static File memory_file(std::size_t size) {
        File file{::memfd_create("ring", 0), nullptr, size};
        EXPECT_EQ(::ftruncate(file.fd, static_cast<off_t>(size)), 0);
        file.bytes = static_cast<std::byte*>(
            ::mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_SHARED, file.fd, 0));
        return file;
    }

    File heads_, parts_;
    std::size_t ring_bytes_ = 0;
};

// Bytes that tell which record they are of.
Bytes record_of(std::size_t size, std::size_t number) {
    return Bytes(size, static_cast<std::byte>(number % 251));
}

TEST_F(CpuRingTest, GivesNothingWhereNothingWasWritten) {
    open(8192);
    EXPECT_TRUE(read_all().empty());
}

// Over the end of the ring and of its parts again and again, with records that begin at every
// distance from them, up to the longest.
TEST_F(CpuRingTest, GivesRecordsAsTheyWereWritten) {
    for (const std::size_t ring_bytes : {std::size_t{1} << 16, std::size_t{1} << 22}) {
        if (ring_) TearDown();
        open(ring_bytes);
        std::size_t number = 0;
        for (std::uint64_t written = 0; written < 5 * ring_bytes;) {
            std::vector<Bytes> expected;
            for (std::size_t i = 0; i < 1 + number % 5; ++i) {
                const std::size_t size =
                    number % 7 == 0 ? 32767 - number % 13 : 26 + number * 37 % 300;
                Bytes record = record_of(size, number++);
                if (!write(record)) break;
                written += size;
                expected.push_back(std::move(record));
            }
            ASSERT_EQ(read_all(), expected) << "after " << written << " bytes";
        }
    }
}

TEST_F(CpuRingTest, TakesNoMoreThanItHasRoomFor) {
    open(8192);
    std::size_t written = 0;
    while (write(record_of(120, written))) ++written;
    EXPECT_EQ(written, 8192u / 128);
    EXPECT_EQ(read_all().size(), written);
    EXPECT_TRUE(write(record_of(120, 0)));
}

TEST_F(CpuRingTest, StopsWhereTheReaderHasEnough) {
    open(8192);
    for (std::size_t i = 0; i < 3; ++i) ASSERT_TRUE(write(record_of(40, i)));
    std::size_t count = 0;
    EXPECT_FALSE(ring_->consume([&](std::span<const std::byte>) { return ++count < 2; }));
    EXPECT_EQ(count, 2u);
    EXPECT_EQ(read_all(), std::vector<Bytes>{record_of(40, 2)});
}

TEST_F(CpuRingTest, CutsLongRingsIntoPartsThatEveryKernelTakes) {
    for (std::size_t bytes = 4096; bytes <= std::size_t{1} << 28; bytes *= 2) {
        const auto shape = CpuRing::Shape::of(bytes);
        EXPECT_EQ(std::size_t{shape.parts} << shape.part_shift, bytes);
        EXPECT_LT(shape.part_stride(), std::size_t{1} << 22);
        EXPECT_EQ(shape.part_stride() % 4096, 0u);
    }
}

}  // namespace
}  // namespace sequitur::probe
