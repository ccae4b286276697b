#include "probe/accounts.h"

#include <gtest/gtest.h>

#include <cstdio>
#include <fstream>
#include <unistd.h>

namespace sequitur::probe {
namespace {

std::string file_with(const std::string& content) {
    std::string name = testing::TempDir() + "accounts-XXXXXX";
    const int fd = mkstemp(name.data());
    if (fd >= 0) close(fd);
    std::ofstream(name) << content;
    return name;
}

TEST(AccountsTest, UsersAndGroupsBecomeRecordsAndNonsenseIsSkipped) {
    const auto passwd = file_with(
        "root:x:0:0:root:/root:/bin/bash\n"
        "no colons here\n"
        "bad:x:minus:1::/:/bin/sh\n"
        "web:x:33:34:,,,:/var/www:/usr/sbin/nologin\n");
    const auto group = file_with("root:x:0:\nweb:x:34:alice,bob\nx\n");
    Arena arena;
    RecordBuilder builder(arena);
    std::vector<RecordView> records;
    add_account_records(passwd, group, 77, builder, records);
    ASSERT_EQ(records.size(), 4U);
    EXPECT_EQ(records[1].type(), EventType::kUserAdded);
    EXPECT_EQ(records[1].ts_ns(), 77U);
    EXPECT_EQ(records[1].tid(), ~std::uint64_t{0});
    EXPECT_EQ(uint_param<std::uint32_t>(records[1].param(0), 0), 33U);
    EXPECT_EQ(uint_param<std::uint32_t>(records[1].param(1), 0), 34U);
    EXPECT_EQ(text_param(records[1].param(2)), "web");
    EXPECT_EQ(text_param(records[1].param(3)), "/var/www");
    EXPECT_EQ(text_param(records[1].param(4)), "/usr/sbin/nologin");
    EXPECT_EQ(records[3].type(), EventType::kGroupAdded);
    EXPECT_EQ(text_param(records[3].param(1)), "web");
    std::remove(passwd.c_str());
    std::remove(group.c_str());
}

TEST(AccountsTest, MissingFilesGiveNothing) {
    Arena arena;
    RecordBuilder builder(arena);
    std::vector<RecordView> records;
    add_account_records("/nowhere/passwd", "/nowhere/group", 1, builder, records);
    EXPECT_TRUE(records.empty());
}

}  // namespace
}  // namespace sequitur::probe
