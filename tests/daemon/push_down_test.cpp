// What stays in the kernel under which conditions.
#include "daemon/push_down.h"

#include "tests/dsl/compile_support.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace sequitur {
namespace {

using dsl::must_compile;
using dsl::rule_text;
using dsl::sequence_text;

PushDown of(const std::string& condition) {
    return push_down_of(*must_compile({rule_text(condition)}).rules);
}

const std::string kOpen = "evt.type in (open, openat, openat2) and ";

TEST(PushDownTest, WithoutOpensInTheRulesNoneForReadingIsTold) {
    const PushDown push = of("evt.type = execve");
    EXPECT_TRUE(push.is_on);
    EXPECT_FALSE(push.opens_inside || push.opens_outside || push.opens_failed);
    EXPECT_FALSE(push.closes_unknown);
}

TEST(PushDownTest, RulesOnWritesNeedNoReads) {
    const PushDown push = of(kOpen + "evt.is_open_write = true and fd.name startswith /etc/");
    EXPECT_FALSE(push.opens_inside || push.opens_outside || push.opens_failed);
}

TEST(PushDownTest, APathPrefixKeepsTheRestInTheKernel) {
    const PushDown push =
        of(kOpen + "evt.is_open_read = true and fd.num >= 0 and fd.name startswith /tmp/");
    EXPECT_TRUE(push.opens_inside);
    EXPECT_FALSE(push.opens_outside || push.opens_failed);
    EXPECT_EQ(push.prefixes, std::vector<std::string>{"/tmp/"});
}

TEST(PushDownTest, FailedOpensOnlyForRulesThatCanMatchThem) {
    EXPECT_TRUE(of(kOpen + "fd.name = /etc/shadow").opens_failed);
    EXPECT_FALSE(of(kOpen + "evt.res = SUCCESS and fd.name = /etc/shadow").opens_failed);
    EXPECT_FALSE(of(kOpen + "evt.failed = false and fd.name = /etc/shadow").opens_failed);
}

TEST(PushDownTest, ListsAndPatternsOfPathsArePrefixes) {
    const PushDown push = of(kOpen + "fd.name in (/etc/passwd, /etc/shadow)");
    EXPECT_EQ(push.prefixes, (std::vector<std::string>{"/etc/passwd", "/etc/shadow"}));
    EXPECT_FALSE(push.opens_outside);
    EXPECT_FALSE(of(kOpen + "fd.name pmatch (/srv)").opens_outside);
}

TEST(PushDownTest, WhatNoPrefixSaysKeepsEverythingComing) {
    EXPECT_TRUE(of(kOpen + "fd.name contains shadow").opens_outside);
    EXPECT_TRUE(of(kOpen + "fd.name endswith .so").opens_outside);
    EXPECT_TRUE(of(kOpen + "not fd.name startswith /usr/").opens_outside);
    EXPECT_TRUE(of(kOpen + "fd.name != /etc/passwd").opens_outside);
    EXPECT_TRUE(of(kOpen + "fd.name pmatch (/home/*/x)").opens_outside);
    EXPECT_TRUE(of(kOpen + "(fd.name startswith /tmp/ or proc.name = cat)").opens_outside);
    // What a program wrote may lead elsewhere over a link.
    EXPECT_TRUE(of(kOpen + "fs.path.name startswith /tmp/").opens_outside);
    EXPECT_TRUE(of("proc.name = cat").opens_outside);
}

TEST(PushDownTest, ManyPrefixesCountAsNone) {
    std::string list = "/p0/";
    for (int i = 1; i < 20; ++i) list += ", /p" + std::to_string(i) + "/";
    EXPECT_TRUE(of(kOpen + "fd.name in (" + list + ")").opens_outside);
}

TEST(PushDownTest, WhatOnlyTheOpeningTellsIsNotLostToLaterCalls) {
    EXPECT_TRUE(of("evt.type = fchmod and fd.nameraw startswith ./").opens_outside);
    EXPECT_TRUE(of("evt.type = fchmod and basename(fd.nameraw) = x").opens_outside);
    EXPECT_FALSE(of("evt.type = fchmod and fd.name startswith /tmp/").opens_outside);
    EXPECT_FALSE(of("fd.name startswith /tmp/ and ((evt.type = openat and fd.nameraw = x)"
                    " or evt.type = fchmod)")
                     .opens_outside);
}

TEST(PushDownTest, ModesByTheRightToExecute) {
    const PushDown push = of(
        "evt.type in (chmod, fchmod, fchmodat) and evt.res = SUCCESS and evt.arg.mode intersects "
        "(S_IXUSR, S_IXGRP)");
    EXPECT_TRUE(push.modes_run);
    EXPECT_FALSE(push.modes_plain || push.modes_failed);
    EXPECT_TRUE(of("evt.type = chmod and evt.arg.mode intersects (S_ISUID)").modes_plain);
}

TEST(PushDownTest, MappingsByTheRightToExecute) {
    const PushDown push = of("evt.type = mmap and evt.arg.prot intersects (PROT_EXEC)");
    EXPECT_TRUE(push.maps_of_code);
    EXPECT_FALSE(push.maps_of_files || push.maps_of_nothing);
    EXPECT_TRUE(of("evt.type = mmap").maps_of_files);
}

TEST(PushDownTest, ClosesReadsAndWritesOfRulesThatNameThem) {
    EXPECT_TRUE(of("evt.type = close and fd.name = /etc/shadow").closes_unknown);
    EXPECT_TRUE(of("evt.type = read and fd.name = /etc/shadow").other_reads);
    EXPECT_FALSE(of("evt.type = read and fd.name = /etc/shadow").other_writes);
    EXPECT_TRUE(of("evt.type = fcntl and evt.arg.cmd = F_SETLK").fcntl_other);
    EXPECT_FALSE(of("evt.type = fcntl and evt.arg.cmd = F_DUPFD").fcntl_other);
}

TEST(PushDownTest, CopiesAreFollowedAsLongAsASequenceWaits) {
    const auto compiled =
        must_compile({sequence_text("  - drop: evt.type = openat\n  - {id: run, condition: "
                                    "evt.type = execve, by: file.origin.id}\n",
                                    "  by: file.id\n")});
    EXPECT_TRUE(follows_copies(*compiled.rules));
    EXPECT_EQ(push_down_of(*compiled.rules).fresh_ns, 60'000'000'000u);
    EXPECT_FALSE(follows_copies(*must_compile({rule_text("evt.type = execve")}).rules));
    const auto any = must_compile({rule_text("evt.type = execve and file.origin.id exists")});
    EXPECT_TRUE(follows_copies(*any.rules));
    EXPECT_EQ(push_down_of(*any.rules).fresh_ns, 0u);
}

}  // namespace
}  // namespace sequitur
