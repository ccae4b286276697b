#include "core/condition.h"

#include "tests/support/condition_builder.h"
#include "tests/support/event_fixture.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace sequitur {
namespace {

using enum Operator;

class EvaluateCondition : public testing::Test {
protected:
    EvaluateCondition() : made_(EventType::kOpenat) {
        made_.process().name = made_.ref("sh");
        made_.process().pid = 10;
        made_.process().args = made_.ref(std::string_view("-c\0x y\0", 7));
        made_.ancestor(5, "bash");
        made_.ancestor(2, "sshd");
        Descriptor& fd = made_.descriptor(DescriptorType::kFile, "/tmp/a");
        fd.filename = made_.ref("a");
        made_.result(3);
    }

    bool holds(const Condition& condition, std::vector<const Event*> steps = {}) {
        ValueScratch scratch;
        return evaluate(condition, made_.event, steps, scratch);
    }

    EventFixture made_;
};

TEST_F(EvaluateCondition, CombinesChecks) {
    const Condition yes = check("proc.name", kEq, {"sh"});
    const Condition no = check("proc.name", kEq, {"zsh"});
    EXPECT_TRUE(holds(yes));
    EXPECT_FALSE(holds(no));
    EXPECT_FALSE(holds(none(yes)));
    EXPECT_TRUE(holds(none(no)));
    EXPECT_FALSE(holds(all({yes, no})));
    EXPECT_TRUE(holds(all({yes, yes, none(no)})));
    EXPECT_TRUE(holds(any({no, yes})));
    EXPECT_FALSE(holds(any({no, no})));
    EXPECT_TRUE(holds(all({})));
    EXPECT_FALSE(holds(any({})));
    EXPECT_TRUE(holds(compound(Condition::Kind::kTrue, {})));
    EXPECT_FALSE(holds(compound(Condition::Kind::kFalse, {})));
}

TEST_F(EvaluateCondition, AMissingValueMakesTheCheckFalse) {
    for (const Condition& condition :
         {check("k8s.pod.name", kEq, {"x"}), check("k8s.pod.name", kNe, {"x"}),
          check("k8s.pod.name", kIn, {"x", "y"}), check("k8s.pod.name", kExists),
          check("k8s.pod.name", kContains, {""}), check("open.flags.w", kEq, {false}),
          check("fd.sport", kGe, {0}), check("fd.ip", kNe, {net(1, 2, 3, 4)}),
          check("proc.name", kEq, {field("k8s.ns.name", 0)}),
          check("proc.name", kNe, {field("proc.aname[9]")}),
          check(transformed(Transformer::kB64, {field("proc.args")}), kNe, {"x"}),
          check("open.name", kNe, {"x"})}) {
        EXPECT_FALSE(holds(condition)) << to_string(condition);
        EXPECT_TRUE(holds(none(condition))) << to_string(condition);
    }
}

TEST_F(EvaluateCondition, ExistsIsAboutTheValueAlone) {
    EXPECT_TRUE(holds(check("proc.name", kExists)));
    EXPECT_TRUE(holds(check("proc.aname", kExists)));
    EXPECT_TRUE(holds(check("proc.env[HOME]", kExists)));
    EXPECT_FALSE(holds(check("proc.aname[7]", kExists)));
    EXPECT_FALSE(holds(check("fd.sip", kExists)));
}

TEST_F(EvaluateCondition, AnyAncestorMayMatch) {
    EXPECT_TRUE(holds(check("proc.aname", kEq, {"sshd"})));
    EXPECT_TRUE(holds(check("proc.aname", kIn, {"cron", "bash"})));
    EXPECT_TRUE(holds(check("proc.aname", kStartswith, {"ssh"})));
    EXPECT_FALSE(holds(check("proc.aname", kEq, {"sh"})));  // itself is none
    EXPECT_TRUE(holds(check("proc.aname[0]", kEq, {"sh"})));
    EXPECT_TRUE(holds(check("proc.aname[2]", kEq, {"sshd"})));
    EXPECT_FALSE(holds(check("proc.aname[1]", kEq, {"sshd"})));
    EXPECT_TRUE(holds(check("proc.apid", kEq, {2})));
    EXPECT_TRUE(holds(check("proc.apid", kLt, {3})));
    // Each ancestor for itself.
    EXPECT_TRUE(holds(check("proc.aname", kContains, {"ss", "hd"}, Quantifier::kAllof)));
    EXPECT_FALSE(holds(check("proc.aname", kContains, {"ba", "hd"}, Quantifier::kAllof)));
}

TEST_F(EvaluateCondition, AnUnequalAncestorIsEnough) {
    EXPECT_TRUE(holds(check("proc.aname", kNe, {"sshd"})));
    EXPECT_TRUE(holds(check("proc.aname", kNe, {"nobody"})));
}

TEST_F(EvaluateCondition, EitherEndOfAConnectionMayMatch) {
    Descriptor& fd = made_.descriptor(DescriptorType::kIpv4Socket, "10.0.0.1:5->1.2.3.4:443");
    fd.client_ip.bytes = {10, 0, 0, 1};
    fd.server_ip.bytes = {1, 2, 3, 4};
    fd.client_port = 5;
    fd.server_port = 443;
    EXPECT_TRUE(holds(check("fd.ip", kEq, {net(10, 0, 0, 1)})));
    EXPECT_TRUE(holds(check("fd.ip", kEq, {net(1, 2, 3, 4)})));
    EXPECT_TRUE(holds(check("fd.ip", kIn, {net(9, 9, 9, 9), net(1, 2, 3, 4)})));
    EXPECT_FALSE(holds(check("fd.ip", kNe, {net(1, 2, 3, 4)})));
    EXPECT_TRUE(holds(check("fd.ip", kNe, {net(9, 9, 9, 9)})));
    EXPECT_TRUE(holds(check("fd.port", kEq, {5})));
    EXPECT_TRUE(holds(check("fd.port", kEq, {443})));
    EXPECT_FALSE(holds(check("fd.port", kNe, {443})));
    EXPECT_TRUE(holds(check("fd.port", kLt, {100})));
    EXPECT_TRUE(holds(check("fd.net", kEq, {net(10, 0, 0, 0, 8)})));
    EXPECT_FALSE(holds(check("fd.net", kNe, {net(10, 0, 0, 0, 8)})));
    EXPECT_FALSE(holds(check("fd.net", kEq, {net(172, 16, 0, 0, 12)})));
}

TEST_F(EvaluateCondition, EveryNetOfAListCounts) {
    Descriptor& fd = made_.descriptor(DescriptorType::kIpv4Socket, "x");
    fd.client_ip.bytes = {8, 8, 8, 8};
    fd.server_ip.bytes = {192, 168, 1, 1};
    fd.role = SocketRole::kClient;
    EXPECT_TRUE(holds(check("fd.net", kIn, {net(10, 0, 0, 0, 8), net(192, 168, 0, 0, 16)})));
    EXPECT_TRUE(holds(check("fd.snet", kIn, {net(10, 0, 0, 0, 8), net(192, 168, 0, 0, 16)})));
    EXPECT_FALSE(holds(check("fd.cnet", kIn, {net(10, 0, 0, 0, 8), net(192, 168, 0, 0, 16)})));
}

TEST_F(EvaluateCondition, ListsAreWholeForInAndAnyForIntersects) {
    EXPECT_TRUE(holds(check("proc.argv", kIn, {"-c", "x y", "z"})));
    EXPECT_FALSE(holds(check("proc.argv", kIn, {"-c", "z"})));
    EXPECT_TRUE(holds(check("proc.argv", kIntersects, {"-c", "z"})));
    EXPECT_FALSE(holds(check("proc.argv", kIntersects, {"z"})));
    made_.process().args = made_.ref("");
    EXPECT_FALSE(holds(check("proc.argv", kIn, {"-c"})));  // nothing is in a list
    EXPECT_FALSE(holds(check("proc.argv", kIntersects, {"-c"})));
    EXPECT_TRUE(holds(check(transformed(Transformer::kLen, {field("proc.argv")}), kEq, {0})) ||
                !made_.process().args);
}

TEST_F(EvaluateCondition, TextIsOneStringForIntersects) {
    EXPECT_FALSE(holds(check("proc.args", kIntersects, {"-c"})));
    EXPECT_TRUE(holds(check("proc.args", kIntersects, {"-c x y"})));
}

TEST_F(EvaluateCondition, FlagsAreTextAndASet) {
    made_.params([](RecordBuilder& b) {
        b.add_int(3);
        b.add_int(-100);
        b.add_text("/tmp/a");
        b.add_int(2 | 4);
        b.add_int(0700);
    });
    EXPECT_TRUE(holds(check("evt.arg.flags", kContains, {"O_CREAT"})));
    EXPECT_TRUE(holds(check("evt.arg.flags", kEq, {"O_CREAT|O_WRONLY"})));
    EXPECT_FALSE(holds(check("evt.arg.flags", kEq, {"O_CREAT"})));
    EXPECT_TRUE(holds(check("evt.arg.flags", kIntersects, {"O_CREAT", "O_TRUNC"})));
    EXPECT_FALSE(holds(check("evt.arg.flags", kIntersects, {"O_TRUNC"})));
    EXPECT_TRUE(holds(check("evt.arg.flags", kIn, {"O_CREAT|O_WRONLY"})));
    EXPECT_TRUE(holds(check("evt.arg.flags", kIn, {"O_CREAT", "O_WRONLY", "O_TRUNC"})));
    EXPECT_FALSE(holds(check("evt.arg.flags", kIn, {"O_CREAT", "O_TRUNC"})));
    EXPECT_TRUE(holds(check("evt.arg.mode", kIntersects, {"S_IXUSR", "S_IXGRP"})));
    EXPECT_FALSE(holds(check("evt.arg.mode", kIntersects, {"S_IXGRP", "S_IXOTH"})));
    EXPECT_TRUE(holds(check("openat.flags.w", kEq, {true})));
    EXPECT_FALSE(holds(check("openat.flags.r", kEq, {true})));
    EXPECT_TRUE(holds(check("openat.flags.r", kEq, {false})));
    EXPECT_FALSE(holds(check("open.flags.w", kEq, {false})));
}

TEST_F(EvaluateCondition, AModeOfChmodIntersectsItsBits) {
    EventFixture chmod(EventType::kChmod);
    chmod.params([](RecordBuilder& b) {
        b.add_int(0);
        b.add_text("/tmp/a");
        b.add_int(0755);
    });
    ValueScratch scratch;
    const Condition executable =
        check("evt.arg.mode", kIntersects, {"S_IXUSR", "S_IXGRP", "S_IXOTH"});
    EXPECT_TRUE(evaluate(executable, chmod.event, {}, scratch));
    chmod.params([](RecordBuilder& b) {
        b.add_int(0);
        b.add_text("/tmp/a");
        b.add_int(0644);
    });
    EXPECT_FALSE(evaluate(executable, chmod.event, {}, scratch));
}

TEST_F(EvaluateCondition, FieldsMayStandOnTheRight) {
    EXPECT_TRUE(holds(check("fd.name", kEndswith, {field("fd.filename")})));
    EXPECT_FALSE(holds(check("proc.name", kEq, {field("proc.pname")})));
    EXPECT_TRUE(holds(check("proc.name", kNe, {field("proc.pname")})));
    EXPECT_TRUE(holds(check(field("proc.args[0]"), kIn, {field("proc.argv")})));
    EXPECT_TRUE(
        holds(check("proc.name", kEq, {transformed(Transformer::kTolower, {Right("SH")})})));
    EXPECT_TRUE(
        holds(check(transformed(Transformer::kConcat, {"x", field("proc.name")}), kEq, {"xsh"})));
}

TEST_F(EvaluateCondition, EarlierStepsAreAskedForTheirOwnEvents) {
    EventFixture drop(EventType::kOpenat);
    drop.descriptor(DescriptorType::kFile, "/tmp/dropped");
    made_.process().exepath = made_.ref("/tmp/dropped");
    const Condition same = check("proc.exepath", kEq, {field("fd.name", 0)});
    EXPECT_TRUE(holds(same, {&drop.event}));
    EXPECT_FALSE(holds(same, {nullptr}));
    EXPECT_FALSE(holds(same, {}));
    EXPECT_FALSE(holds(check("proc.exepath", kNe, {field("fd.name", 1)}), {&drop.event}));
    EXPECT_TRUE(holds(check(field("fd.name", 0), kStartswith, {"/tmp/"}), {&drop.event}));
}

TEST_F(EvaluateCondition, SetsWithNothingInThemHoldNothing) {
    EXPECT_FALSE(holds(check("proc.name", kIn, {})));
    EXPECT_FALSE(holds(check("proc.name", kIntersects, {})));
    EXPECT_FALSE(holds(check("proc.name", kPmatch, {})));
}

TEST_F(EvaluateCondition, TheSameAgainGivesTheSame) {
    const Condition condition =
        all({check("proc.aname", kRegex, {"s.*d"}), check("proc.args", kContains, {"x"}),
             check("evt.args", kContains, {"fd="})});
    ValueScratch scratch;
    const bool first = evaluate(condition, made_.event, {}, scratch);
    for (int i = 0; i < 100; ++i) {
        scratch.reset();
        EXPECT_EQ(evaluate(condition, made_.event, {}, scratch), first);
    }
}

}  // namespace
}  // namespace sequitur
