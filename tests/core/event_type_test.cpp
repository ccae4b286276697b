#include "core/event_type.h"

#include "core/param_type.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <set>
#include <string>
#include <vector>

namespace sequitur {
namespace {

TEST(EventType, EnumeratorsAreTheCurrentIds) {
    EXPECT_EQ(static_cast<int>(EventType::kGeneric), 1);
    EXPECT_EQ(static_cast<int>(EventType::kOpenEnter), 2);
    EXPECT_EQ(static_cast<int>(EventType::kOpen), 3);
    EXPECT_EQ(static_cast<int>(EventType::kWrite), 9);
    EXPECT_EQ(static_cast<int>(EventType::kConnectEnter), 22);
    EXPECT_EQ(static_cast<int>(EventType::kConnect), 23);
    EXPECT_EQ(static_cast<int>(EventType::kProcexit), 186);
    EXPECT_EQ(static_cast<int>(EventType::kClone), 223);
    EXPECT_EQ(static_cast<int>(EventType::kAccept), 247);
    EXPECT_EQ(static_cast<int>(EventType::kExecve), 293);
    EXPECT_EQ(static_cast<int>(EventType::kOpenatEnter), 306);
    EXPECT_EQ(static_cast<int>(EventType::kOpenat), 307);
    EXPECT_EQ(static_cast<int>(EventType::kUserAdded), 354);
    EXPECT_EQ(static_cast<int>(EventType::kIterTask), 430);
    EXPECT_EQ(static_cast<int>(EventType::kIterTaskFileRegular), 436);
}

TEST(EventType, RowsStandInOrderOfTheirIds) {
    ASSERT_EQ(event_types().size(), kEventTypeCount);
    for (std::size_t id = 0; id < event_types().size(); ++id) {
        EXPECT_EQ(event_types()[id].id, id);
        EXPECT_EQ(event_type_info(EventType(id)), &event_types()[id]);
    }
    EXPECT_EQ(event_type_info(EventType(kEventTypeCount)), nullptr);
    EXPECT_EQ(event_type_info(EventType(0xffff)), nullptr);
}

TEST(EventType, ARowSaysWhatItsParametersAre) {
    const EventTypeInfo& openat = *event_type_info(EventType::kOpenat);
    EXPECT_EQ(openat.name, "openat");
    EXPECT_EQ(openat.category, "file");
    EXPECT_EQ(openat.source, EventSourceKind::kSyscall);
    EXPECT_TRUE(openat.is_exit);
    EXPECT_TRUE(openat.is_current);
    EXPECT_EQ(openat.fd_param, -1);
    ASSERT_EQ(openat.params.size(), 7u);
    EXPECT_EQ(openat.params[0].name, "fd");
    EXPECT_EQ(openat.params[2].type, ParamType::kFsrelpath);
    EXPECT_EQ(openat.params[2].dirfd_param, 1);
    EXPECT_EQ(openat.params[3].flags, flag_table("file_flags"));
    EXPECT_EQ(openat.params[4].format, PrintFormat::kOct);

    EXPECT_EQ(event_type_info(EventType::kWrite)->fd_param, 2);
    EXPECT_EQ(event_type_info(EventType::kWrite)->category, "io-write");
    EXPECT_EQ(event_type_info(EventType::kProcexit)->source, EventSourceKind::kTracepoint);
    EXPECT_FALSE(event_type_info(EventType::kProcexit)->is_exit);
    EXPECT_FALSE(event_type_info(EventType(13))->is_current);
    EXPECT_NE(event_type_info(EventType::kAsyncevent)->flags & event_flag::kLargePayload, 0);
    EXPECT_EQ(event_type_info(EventType::kSetsockopt)->params[4].dyn, DynKind::kSockopt);
    EXPECT_EQ(event_type_info(EventType::kKeyctl)->params[2].dyn, DynKind::kKeyctl);
}

TEST(EventType, ReferencesBetweenParametersAreSound) {
    for (const EventTypeInfo& row : event_types()) {
        EXPECT_LT(row.fd_param, static_cast<int>(row.params.size()) + (row.is_exit ? 0 : 1))
            << row.id;
        for (const ParamInfo& param : row.params) {
            EXPECT_FALSE(param.name.empty()) << row.id;
            EXPECT_LT(param.dirfd_param, static_cast<int>(row.params.size())) << row.id;
            EXPECT_EQ(is_enumeration(param.type) || is_flags(param.type), param.flags != nullptr)
                << row.id << " " << param.name;
            EXPECT_EQ(param.type == ParamType::kDyn, param.dyn != DynKind::kNone) << row.id;
        }
    }
}

TEST(EventType, NamesFindEveryCurrentTypeDataFirst) {
    const auto openat = event_types_named("openat");
    ASSERT_EQ(openat.size(), 2u);
    EXPECT_EQ(openat[0], EventType::kOpenat);
    EXPECT_EQ(openat[1], EventType::kOpenatEnter);
    ASSERT_EQ(event_types_named("execve").size(), 1u);
    EXPECT_EQ(event_types_named("execve")[0], EventType::kExecve);
    ASSERT_EQ(event_types_named("syscall").size(), 1u);
    EXPECT_EQ(event_types_named("syscall")[0], EventType::kGeneric);
    EXPECT_TRUE(event_types_named("getppid").empty());
    EXPECT_TRUE(event_types_named("NA").empty());
    EXPECT_TRUE(event_types_named("").empty());
    for (const EventTypeInfo& row : event_types()) {
        if (!row.is_current) continue;
        const auto found = event_types_named(row.name);
        EXPECT_NE(std::ranges::find(found, EventType(row.id)), found.end()) << row.name;
    }
}

TEST(EventType, SystemCallsHaveNamesAndIds) {
    EXPECT_EQ(syscall_name(3), "read");
    EXPECT_EQ(syscall_id("read"), 3);
    EXPECT_EQ(syscall_id("nanosleeep"), -1);
    EXPECT_EQ(syscall_id(""), -1);
    EXPECT_EQ(syscall_name(382), "");  // never given out
    EXPECT_EQ(syscall_name(syscall_count()), "");
    for (std::uint16_t id = 0; id < syscall_count(); ++id) {
        if (syscall_name(id).empty()) continue;
        EXPECT_EQ(syscall_id(syscall_name(id)), id);
    }
}

TEST(EventType, FlagTablesKeepTheirOrder) {
    const FlagTable* table = flag_table("file_flags");
    ASSERT_NE(table, nullptr);
    EXPECT_EQ(table->values.front().name, "O_LARGEFILE");
    EXPECT_EQ(table->values.back().name, "FD_LOWER_LAYER");
    EXPECT_EQ(flag_value(*table, "O_WRONLY"), 2);
    EXPECT_EQ(flag_value(*table, "O_RDWR"), 3);
    EXPECT_EQ(flag_value(*table, "O_RDWRR"), -1);
    EXPECT_EQ(flag_value(*flag_table("mount_flags"), "NOUSER"), 0x80000000);
    EXPECT_EQ(flag_table("file_flag"), nullptr);
}

// The tables are derived from the format's own description; where that lies beside the checkout,
// nothing may differ.
std::vector<std::string> split(const std::string& line, char separator) {
    std::vector<std::string> fields(1);
    for (const char c : line) {
        if (c == separator) {
            fields.emplace_back();
        } else if (c != '\r') {
            fields.back() += c;
        }
    }
    return fields;
}

TEST(EventType, AgreesWithTheFormatsDescription) {
    std::ifstream file(SEQUITUR_SOURCE_DIR "/../shared/scap/scap-events.csv");
    if (!file) GTEST_SKIP() << "the format's description is not beside this checkout";
    std::string line;
    std::getline(file, line);
    const std::vector<std::string> header = split(line, ',');
    const auto column = [&](std::string_view name) {
        return static_cast<std::size_t>(std::ranges::find(header, name) - header.begin());
    };
    std::size_t rows = 0;
    while (std::getline(file, line)) {
        const std::vector<std::string> fields = split(line, ',');
        const EventTypeInfo& row = event_types()[rows++];
        EXPECT_EQ(std::to_string(row.id), fields[column("id")]);
        EXPECT_EQ(row.name, fields[column("name")]);
        EXPECT_EQ(row.is_exit ? "X" : "E", fields[column("dir")]);
        EXPECT_EQ(row.is_current, fields[column("status")] == "current");
        EXPECT_EQ((row.flags & event_flag::kLargePayload) != 0, fields[column("lenbits")] == "32");
        EXPECT_EQ((row.flags & event_flag::kUsesFd) != 0,
                  fields[column("flags")].find("EF_USES_FD") != std::string::npos);
        EXPECT_EQ(row.fd_param == -1 ? "" : std::to_string(row.fd_param),
                  fields[column("fd_param")]);
        EXPECT_EQ(std::to_string(row.params.size()), fields[column("nparams")]);
        for (std::size_t i = 0; i < row.params.size(); ++i) {
            const std::vector<std::string> parts = split(fields[column("p0") + i], ':');
            EXPECT_EQ(row.params[i].name, parts[0]) << row.id;
            if (row.params[i].flags != nullptr) {
                EXPECT_EQ(row.params[i].flags->name, parts[3]);
            }
        }
    }
    EXPECT_EQ(rows, event_types().size());
}

}  // namespace
}  // namespace sequitur
