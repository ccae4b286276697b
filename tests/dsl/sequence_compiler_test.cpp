// Sequences: every key and kind of step arrives in the plan.
#include "tests/dsl/compile_support.h"

#include <gtest/gtest.h>

namespace sequitur::dsl {
namespace {

using namespace std::chrono_literals;

TEST(SequenceCompiler, KeysWindowsAndPolicies) {
    const Compiled result = must_compile({sequence_text(
        "    - a: evt.type = openat\n    - b: evt.type = execve\n",
        "  by: [proc.entity, \"?fd.name\"]\n  match: every\n"
        "  until: evt.type = procexit\n  suppress: {by: [a.proc.name, user.name], for: 5m}\n")});
    const SequencePlan& plan = result.sequence();
    EXPECT_EQ(plan.within, Duration(60s));
    EXPECT_EQ(plan.match, MatchPolicy::kEvery);
    ASSERT_EQ(plan.by.size(), 2u);
    EXPECT_FALSE(plan.by[0].is_optional);
    EXPECT_TRUE(plan.by[1].is_optional);
    EXPECT_EQ(plan.by[1].field.name, "fd.name");
    ASSERT_TRUE(plan.until);
    EXPECT_EQ(plan.until->by.size(), 2u);
    ASSERT_TRUE(plan.suppress);
    EXPECT_EQ(plan.suppress->duration, Duration(5min));
    EXPECT_EQ(plan.suppress->by.at(0).step, 0);
    EXPECT_EQ(plan.suppress->by.at(1).step, -1);
    ASSERT_EQ(plan.steps.size(), 2u);
    EXPECT_EQ(plan.steps[1].by.size(), 2u);
    EXPECT_EQ(plan.step_index_count, 2u);
}

TEST(SequenceCompiler, AncestryIsAKeyOfItsOwn) {
    const Compiled result = must_compile({sequence_text(
        "    - a: evt.type = openat\n    - b: evt.type = execve\n", "  by: proc.ancestry\n")});
    EXPECT_TRUE(result.sequence().by.at(0).is_ancestry);
}

TEST(SequenceCompiler, EveryKindOfStep) {
    const Compiled result = must_compile(
        {rule_text("evt.type = connect"),
         "- sequence: Many kinds\n  desc: x\n  within: 1h\n  by: proc.pid\n  output: x\n"
         "  priority: INFO\n  steps:\n"
         "    - not: evt.type = chmod\n      for: 10s\n"
         "    - id: a\n      condition: evt.type = openat\n      count: 3\n"
         "    - id: b\n      condition: evt.type = execve\n      by: proc.ppid\n"
         "      within: 5s\n      after: 1s\n      optional: true\n"
         "    - not: evt.type = close\n"
         "    - any_of:\n        - c: evt.type = rename\n        - d: evt.type = unlink\n"
         "    - id: all\n      all_of:\n        - e: evt.type = setuid\n        - f: evt.type = "
         "setgid\n"
         "    - id: g\n      condition: evt.type = connect\n      count: {at_least: 5, distinct: "
         "fd.sip}\n"
         "    - rule: Example\n      id: h\n"
         "    - not: evt.type = procexit\n      for: 2s\n"});
    const auto& steps = result.sequence().steps;
    ASSERT_EQ(steps.size(), 9u);
    EXPECT_EQ(steps[0].kind, StepKind::kAbsence);
    EXPECT_EQ(steps[0].absent_for, Duration(10s));
    EXPECT_EQ(steps[0].index, -1);
    EXPECT_EQ(steps[1].count, 3u);
    EXPECT_EQ(steps[1].index, 0);
    EXPECT_EQ(steps[2].by.at(0).field.name, "proc.ppid");
    EXPECT_EQ(steps[2].within, Duration(5s));
    EXPECT_EQ(steps[2].after, Duration(1s));
    EXPECT_TRUE(steps[2].is_optional);
    EXPECT_EQ(steps[4].kind, StepKind::kAnyOf);
    EXPECT_EQ(steps[4].index, -1);
    EXPECT_EQ(steps[4].parts.at(1).id, "d");
    EXPECT_EQ(steps[4].parts.at(1).index, 3);
    EXPECT_EQ(steps[5].kind, StepKind::kAllOf);
    EXPECT_EQ(steps[6].at_least, 5u);
    EXPECT_EQ(steps[6].distinct->name, "fd.sip");
    EXPECT_EQ(steps[7].kind, StepKind::kStage);
    EXPECT_EQ(steps[7].stage_name, "Example");
    EXPECT_EQ(steps[7].index, 7);
    EXPECT_EQ(steps[8].absent_for, Duration(2s));
    EXPECT_EQ(result.sequence().step_index_count, 8u);
}

TEST(SequenceCompiler, EqualitiesWithEarlierStepsBecomeLinks) {
    const Compiled result = must_compile({sequence_text(
        "    - a: evt.type = openat\n"
        "    - b: evt.type = execve and proc.exepath = val(a.fd.name) and proc.name = x\n")});
    const StepPlan& step = result.sequence().steps[1];
    ASSERT_EQ(step.links.size(), 1u);
    EXPECT_EQ(step.links[0].own.field.name, "proc.exepath");
    EXPECT_EQ(step.links[0].other.field.name, "fd.name");
    EXPECT_EQ(step.links[0].other.field.step, 0);
    EXPECT_FALSE(step.residual);
    EXPECT_EQ(result.condition_of(step).find("exepath"), std::string::npos);
}

TEST(SequenceCompiler, EqualityMayStandTheOtherWayRound) {
    const Compiled result = must_compile(
        {sequence_text("    - a: evt.type = openat\n"
                       "    - b: evt.type = execve and a.fd.name = val(proc.exepath)\n")});
    ASSERT_EQ(result.sequence().steps[1].links.size(), 1u);
    EXPECT_EQ(result.sequence().steps[1].links[0].own.field.name, "proc.exepath");
}

TEST(SequenceCompiler, TransformersMayStandInLinks) {
    const Compiled result = must_compile(
        {sequence_text("    - a: evt.type = openat\n"
                       "    - b: evt.type = execve and proc.name = basename(a.fd.name)\n")});
    ASSERT_EQ(result.sequence().steps[1].links.size(), 1u);
    EXPECT_EQ(result.sequence().steps[1].links[0].other.kind, Operand::Kind::kTransform);
}

TEST(SequenceCompiler, OtherComparisonsStayResidual) {
    const Compiled result =
        must_compile({sequence_text("    - a: evt.type = openat\n"
                                    "    - b: evt.type = execve and proc.exepath != val(a.fd.name)"
                                    " and (proc.name = x or proc.pid = val(a.proc.pid))\n")});
    const StepPlan& step = result.sequence().steps[1];
    EXPECT_TRUE(step.links.empty());
    ASSERT_TRUE(step.residual);
    EXPECT_EQ(step.residual->children.size(), 2u);
    // The disjunction says nothing of the event alone; the first comparison does.
    EXPECT_EQ(result.condition_of(step).find("proc.name"), std::string::npos);
}

TEST(SequenceCompiler, WhatADisjunctionSaysOfTheEventAloneStaysLocal) {
    const Compiled result =
        must_compile({sequence_text("    - a: evt.type = openat\n"
                                    "    - b: (evt.type = execve and proc.pid = val(a.proc.pid)) or"
                                    " (evt.type = chmod and not fd.name != val(a.fd.name))\n")});
    const StepPlan& step = result.sequence().steps[1];
    ASSERT_TRUE(step.residual);
    const std::string local = result.condition_of(step);
    EXPECT_NE(local.find("execve"), std::string::npos) << local;
    EXPECT_NE(local.find("chmod"), std::string::npos) << local;
    EXPECT_EQ(local.find("val"), std::string::npos) << local;
}

TEST(SequenceCompiler, LinksOnlyToStepsThatMustHaveHappenedOnce) {
    const Compiled result = must_compile(
        {sequence_text("    - id: a\n      condition: evt.type = openat\n      optional: true\n"
                       "    - c: evt.type = chmod\n"
                       "    - b: evt.type = execve and proc.exepath = val(a.fd.name)\n")});
    EXPECT_TRUE(result.sequence().steps[2].links.empty());
    EXPECT_TRUE(result.sequence().steps[2].residual);
}

TEST(SequenceCompiler, ExceptionsSeeEveryStep) {
    const Compiled result = must_compile({sequence_text(
        "    - a: evt.type = openat\n    - b: evt.type = execve\n",
        "  exceptions:\n    - {name: e, fields: [a.proc.name, proc.name], values: [[x, y]]}\n")});
    ASSERT_TRUE(result.sequence().exceptions);
    const auto& parts = result.sequence().exceptions->children;
    ASSERT_EQ(parts.size(), 2u);
    EXPECT_EQ(parts[0].check.left.field.step, 0);
    EXPECT_EQ(parts[1].check.left.field.step, -1);
}

TEST(SequenceCompiler, OutputsNameSteps) {
    const Compiled result =
        must_compile({"- sequence: Example\n  desc: x\n  within: 5s\n  priority: INFO\n"
                      "  output: \"%a.fd.name by %proc.name after %sequence.duration\"\n"
                      "  steps:\n    - a: evt.type = openat\n    - b: evt.type = execve\n"});
    std::vector<std::string> names;
    for (const OutputSegment& segment : result.sequence().info.output.segments) {
        if (segment.has_value) names.push_back(segment.name);
    }
    EXPECT_EQ(names, (std::vector<std::string>{"a.fd.name", "proc.name", "sequence.duration"}));
    EXPECT_EQ(result.sequence().info.output.segments[0].value.field.step, 0);
}

TEST(SequenceCompiler, StepsMayHaveSourcesOfTheirOwn) {
    const Compiled result = must_compile({sequence_text(
        "    - id: a\n      condition: json.value[/verb] = create\n      source: json\n"
        "    - b: evt.type = execve and proc.name = val(a.json.value[/name])\n")});
    EXPECT_EQ(result.sequence().steps[0].stream_source, "json");
    EXPECT_EQ(result.sequence().steps[1].stream_source, "syscall");
}

TEST(SequenceCompiler, KeyAndSourceOfAGroupAreItsParts) {
    const std::string head =
        "- sequence: Example\n  desc: x\n  within: 5s\n  priority: INFO\n"
        "  output: x\n  source: json\n  by: json.value[/u]\n  steps:\n";
    const std::string first = "    - a: json.value[/l] = a\n";
    const Compiled result = must_compile(
        {head + first +
         "    - any_of:\n        - b: json.value[/l] = b\n"
         "        - id: c\n          condition: json.value[/l] = c\n          by: json.value[/w]\n"
         "      by: json.value[/v]\n"});
    const auto& parts = result.sequence().steps[1].parts;
    EXPECT_EQ(parts[0].by[0].field.name, "json.value[/v]");
    EXPECT_EQ(parts[1].by[0].field.name, "json.value[/w]");
    const Compiled calls =
        must_compile({head + first +
                      "    - all_of:\n        - b: evt.type = open\n        - c: evt.type = close\n"
                      "      source: syscall\n      by: proc.name\n"});
    EXPECT_EQ(calls.sequence().steps[1].parts[0].stream_source, "syscall");
    EXPECT_EQ(calls.sequence().steps[1].parts[1].by[0].field.name, "proc.name");
}

TEST(SequenceCompiler, KeysThatNoEventOfAStepHasAreWarnedOf) {
    const auto report = [](const std::string& key, const std::string& type) {
        return must_compile({"- sequence: Example\n  desc: x\n  within: 5s\n  priority: INFO\n"
                             "  output: x\n  by: " +
                             key +
                             "\n  steps:\n"
                             "    - a: evt.type = openat\n    - b: evt.type = " +
                             type + "\n"})
            .report;
    };
    EXPECT_NE(report("fd.name", "setuid").find("-Wimpossible-key"), std::string::npos);
    EXPECT_NE(report("fd.num", "chmod").find("-Wimpossible-key"), std::string::npos);
    EXPECT_NE(report("openat.name", "setuid").find("-Wimpossible-key"), std::string::npos);
    for (const char* type : {"read", "fchmod", "connect", "eventfd2", "dup", "mmap", "poll"}) {
        EXPECT_EQ(report("fd.name", type).find("-Wimpossible-key"), std::string::npos) << type;
    }
    EXPECT_EQ(report("proc.pid", "setuid").find("-Wimpossible-key"), std::string::npos);
    EXPECT_EQ(report("'?fd.name'", "setuid").find("-Wimpossible-key"), std::string::npos);
}

TEST(SequenceCompiler, OneGroupOfAllIsSeveralEvents) {
    must_compile(
        {sequence_text("    - all_of:\n        - a: evt.type = open\n"
                       "        - b: evt.type = close\n")});
}

TEST(SequenceCompiler, TheOldSwitchWorksWithAWarning) {
    const Compiled result =
        must_compile({sequence_text("    - a: evt.type = openat\n    - b: evt.type = execve\n") +
                      "- sequence: Example\n  enabled: false\n"});
    EXPECT_NE(result.report.find("[-Wdeprecated]"), std::string::npos);
    EXPECT_TRUE(result.rules->sequences.empty());
}

TEST(SequenceCompiler, AForbiddenStepNameIsTheOnlyFault) {
    const Compiled result =
        compile_text({sequence_text("    - a: evt.type = openat\n    - evt: evt.type = execve\n")});
    EXPECT_FALSE(result.rules);
    EXPECT_NE(result.report.find("'evt' cannot be a step's name"), std::string::npos);
    EXPECT_EQ(result.report.find("cannot be referred to"), std::string::npos);
}

TEST(SequenceCompiler, OverridesReplaceParts) {
    const Compiled result =
        must_compile({sequence_text("    - a: evt.type = openat\n    - b: evt.type = execve\n"),
                      "- sequence: Example\n  within: 5m\n  tags: [t]\n"
                      "  override: {within: replace, tags: append}\n"});
    EXPECT_EQ(result.sequence().within, Duration(5min));
    EXPECT_EQ(result.sequence().info.tags, std::vector<std::string>{"t"});
}

TEST(SequenceCompiler, DisabledSequencesAskForNoEvents) {
    const Compiled result = must_compile({sequence_text(
        "    - a: evt.type = openat\n    - b: evt.type = execve\n", "  enabled: false\n")});
    EXPECT_TRUE(result.rules->sequences.empty());
    EXPECT_EQ(result.rules->conditions->size(), 0u);
}

}  // namespace
}  // namespace sequitur::dsl
