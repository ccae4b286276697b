#include "core/param_type.h"

#include <gtest/gtest.h>

#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/ptrace.h>

namespace sequitur {
namespace {

const ParamInfo& param(EventType type, std::string_view name) {
    for (const ParamInfo& row : event_type_info(type)->params) {
        if (row.name == name) return row;
    }
    ADD_FAILURE() << "no parameter " << name;
    return event_type_info(type)->params[0];
}

std::optional<std::uint64_t> linux_number(EventType type, std::string_view name,
                                          std::uint64_t number) {
    return from_linux(*event_type_info(type), param(type, name), number);
}

TEST(ParamType, WidthsOfTheTable) {
    EXPECT_EQ(fixed_width(ParamType::kErrno), 8u);
    EXPECT_EQ(fixed_width(ParamType::kSigtype), 1u);
    EXPECT_EQ(fixed_width(ParamType::kPort), 2u);
    EXPECT_EQ(fixed_width(ParamType::kMode), 4u);
    EXPECT_EQ(fixed_width(ParamType::kFspath), 0u);
}

TEST(ParamType, ListsAndModesAreKnownByName) {
    EXPECT_TRUE(is_text_list(param(EventType::kExecve, "args")));
    EXPECT_TRUE(is_text_list(param(EventType::kIterTask, "argv")));
    EXPECT_FALSE(is_text_list(param(EventType::kWrite, "data")));
    EXPECT_TRUE(is_mode(param(EventType::kMkdir, "mode")));
    EXPECT_TRUE(is_mode(param(EventType::kOpenat, "mode")));
    EXPECT_FALSE(is_mode(param(EventType::kAccess, "mode")));
}

TEST(ParamType, OpenFlagsOfLinux) {
    EXPECT_EQ(linux_number(EventType::kOpenat, "flags", O_RDONLY), 1u);
    EXPECT_EQ(linux_number(EventType::kOpenat, "flags", O_WRONLY), 2u);
    EXPECT_EQ(linux_number(EventType::kOpenat, "flags", O_RDWR), 3u);
    EXPECT_EQ(linux_number(EventType::kOpen, "flags", 0x241), 0x106u);  // WRONLY CREAT TRUNC
    EXPECT_EQ(linux_number(EventType::kOpenat, "flags", O_RDONLY | O_CLOEXEC | O_NOFOLLOW),
              0x1001u);
    EXPECT_EQ(linux_number(EventType::kOpenat, "flags", O_RDWR | O_TMPFILE), 0x2403u);
    // There is no access mode in the flags of a pipe.
    EXPECT_EQ(linux_number(EventType::kPipe2, "flags", 0), 0u);
    EXPECT_EQ(linux_number(EventType::kPipe2, "flags", O_CLOEXEC), 0x1000u);
}

TEST(ParamType, OtherFlagsOfLinux) {
    EXPECT_EQ(linux_number(EventType::kClone, "flags", CLONE_VM | CLONE_THREAD), 0xa000u);
    EXPECT_EQ(linux_number(EventType::kUnshare, "flags", CLONE_NEWUSER | CLONE_NEWNS), 0x100020u);
    EXPECT_EQ(linux_number(EventType::kMmap, "flags", MAP_PRIVATE | MAP_ANONYMOUS), 10u);
    EXPECT_EQ(linux_number(EventType::kMmap, "prot", PROT_READ | PROT_EXEC), 5u);
    EXPECT_EQ(linux_number(EventType::kMmap, "prot", PROT_NONE), 0u);
    // The numbers of these are Linux's own, named or not.
    EXPECT_EQ(linux_number(EventType::kMount, "flags", 0x80001000), 0x80001000u);
    EXPECT_EQ(linux_number(EventType::kChmod, "mode", 0100755), 0100755u);
    EXPECT_EQ(linux_number(EventType::kMkdir, "mode", 0700), 0700u);
}

TEST(ParamType, EnumerationsOfLinux) {
    EXPECT_EQ(linux_number(EventType::kPtrace, "request", PTRACE_ATTACH), 11u);
    EXPECT_EQ(linux_number(EventType::kPtrace, "request", PTRACE_TRACEME), 1u);
    EXPECT_EQ(linux_number(EventType::kFcntl, "cmd", F_DUPFD), 1u);
    EXPECT_EQ(linux_number(EventType::kFcntl, "cmd", F_DUPFD_CLOEXEC), 26u);
    EXPECT_EQ(linux_number(EventType::kSocket, "domain", 10), 10u);
    EXPECT_EQ(linux_number(EventType::kPtrace, "request", 9999), std::nullopt);
    EXPECT_EQ(linux_number(EventType::kSemctl, "cmd", 1), std::nullopt);
}

TEST(ParamType, LinuxNumbersAreThoseOfTheSystemsHeaders) {
    const auto linux_value = [](std::string_view table, std::string_view name) {
        for (const FlagValue& flag : flag_table(table)->values) {
            if (flag.name == name) return flag.linux_value;
        }
        return kNoLinuxValue;
    };
#if defined(__x86_64__)
    EXPECT_EQ(linux_value("file_flags", "O_DIRECTORY"), O_DIRECTORY);
    EXPECT_EQ(linux_value("file_flags", "O_DIRECT"), O_DIRECT);
    EXPECT_EQ(linux_value("file_flags", "O_SYNC"), O_SYNC);
    EXPECT_EQ(linux_value("file_flags", "O_DSYNC"), O_DSYNC);
    EXPECT_EQ(linux_value("file_flags", "O_TMPFILE"), O_TMPFILE);
    EXPECT_EQ(linux_value("file_flags", "O_EXCL"), O_EXCL);
    EXPECT_EQ(linux_value("file_flags", "O_APPEND"), O_APPEND);
    EXPECT_EQ(linux_value("file_flags", "O_NONBLOCK"), O_NONBLOCK);
#endif
    EXPECT_EQ(linux_value("file_flags", "O_NONE"), kNoLinuxValue);
    EXPECT_EQ(linux_value("clone_flags", "CLONE_FILES"), CLONE_FILES);
    EXPECT_EQ(linux_value("clone_flags", "CLONE_NEWPID"), CLONE_NEWPID);
    EXPECT_EQ(linux_value("clone_flags", "CLONE_IO"), 0x80000000);
    EXPECT_EQ(linux_value("mmap_flags", "MAP_LOCKED"), MAP_LOCKED);
    EXPECT_EQ(linux_value("poll_flags", "POLLRDHUP"), POLLRDHUP);
    EXPECT_EQ(linux_value("ptrace_requests", "PTRACE_SEIZE"), PTRACE_SEIZE);
    EXPECT_EQ(linux_value("fcntl_commands", "F_SETPIPE_SZ"), F_SETPIPE_SZ);
}

}  // namespace
}  // namespace sequitur
