#include "core/descriptor_table.h"

#include <gtest/gtest.h>

namespace sequitur {
namespace {

Ref<Descriptor> descriptor(std::uint64_t ino) {
    auto* made = new Descriptor;
    made->ino = ino;
    return Ref<Descriptor>(made);
}

std::uint64_t ino_of(const DescriptorTable& table, std::int64_t fd) {
    const Descriptor* found = table.find(fd);
    return found != nullptr ? found->ino : 0;
}

class DescriptorTableTest : public testing::Test {
protected:
    Reclaim reclaim;
    DescriptorTotals totals;
    DescriptorTable table{totals, reclaim};
};

TEST_F(DescriptorTableTest, OpensFindsAndCloses) {
    table.set(3, descriptor(30), false, 1);
    table.set(1000, descriptor(31), false, 1);
    EXPECT_EQ(ino_of(table, 3), 30u);
    EXPECT_EQ(ino_of(table, 1000), 31u);
    EXPECT_EQ(table.find(4), nullptr);
    EXPECT_EQ(table.find(-1), nullptr);
    EXPECT_EQ(table.find(INT64_MAX), nullptr);
    EXPECT_EQ(totals.in_use, 2u);
    table.close(3, 2);
    EXPECT_EQ(table.find(3), nullptr);
    EXPECT_EQ(table.changed_ns(3), 2u);
    EXPECT_EQ(totals.in_use, 1u);
}

TEST_F(DescriptorTableTest, ForkSharesUntilOneChanges) {
    table.set(3, descriptor(30), false, 1);
    table.set(70, descriptor(31), false, 1);
    DescriptorTable child(table);
    EXPECT_EQ(totals.in_use, 2u);
    child.set(3, descriptor(40), false, 2);
    EXPECT_EQ(ino_of(table, 3), 30u);
    EXPECT_EQ(ino_of(child, 3), 40u);
    EXPECT_EQ(ino_of(child, 70), 31u);
    table.close(70, 3);
    EXPECT_EQ(ino_of(child, 70), 31u);
    child.clear();
    EXPECT_EQ(ino_of(table, 3), 30u);
    EXPECT_EQ(totals.in_use, 1u);
}

TEST_F(DescriptorTableTest, ExecClosesWhatIsMarked) {
    table.set(3, descriptor(30), true, 1);
    table.set(4, descriptor(31), false, 1);
    table.set(200, descriptor(32), false, 1);
    table.set_cloexec(200, true);
    table.set_cloexec(5, true);  // nothing is open there
    DescriptorTable parent(table);
    table.close_on_exec(9);
    EXPECT_EQ(table.find(3), nullptr);
    EXPECT_EQ(ino_of(table, 4), 31u);
    EXPECT_EQ(table.find(200), nullptr);
    EXPECT_EQ(ino_of(parent, 3), 30u);
    EXPECT_EQ(table.size(), 1u);
}

TEST_F(DescriptorTableTest, RangesCrossChunks) {
    for (int fd = 60; fd < 140; ++fd) table.set(fd, descriptor(1), false, 1);
    table.set_cloexec_range(100, 101);
    table.close_range(63, 127, 2);
    EXPECT_NE(table.find(62), nullptr);
    EXPECT_EQ(table.find(63), nullptr);
    EXPECT_EQ(table.find(127), nullptr);
    EXPECT_NE(table.find(128), nullptr);
    EXPECT_EQ(table.size(), 15u);
    table.close_range(0, 0xffffffff, 3);
    EXPECT_EQ(table.size(), 0u);
    table.close_range(10, 3, 4);  // nothing, and no harm
}

TEST_F(DescriptorTableTest, NumbersAboveTheLimitAreNotKept) {
    totals.per_table_max = 128;
    table.set(128, descriptor(1), false, 1);
    EXPECT_EQ(table.find(128), nullptr);
    EXPECT_EQ(totals.refused, 1u);
    EXPECT_EQ(totals.in_use, 0u);
}

TEST_F(DescriptorTableTest, WhatWasClosedLivesUntilItsBatchIsDone) {
    reclaim.begin_batch(7);
    table.set(3, descriptor(30), false, 1);
    const Descriptor* seen = table.find(3);
    table.close(3, 2);
    reclaim.release_through(6);
    EXPECT_EQ(seen->ino, 30u);
    reclaim.release_through(7);  // frees it; the address sanitizer sees that it was alive before
}

TEST_F(DescriptorTableTest, ACloseOfTheUnknownIsRemembered) {
    table.close(5, 40);
    EXPECT_EQ(table.changed_ns(5), 40u);
    table.close(50000, 40);
    EXPECT_EQ(table.changed_ns(50000), 0u);
}

}  // namespace
}  // namespace sequitur
