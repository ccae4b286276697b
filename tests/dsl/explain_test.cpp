#include "dsl/explain.h"

#include "tests/dsl/compile_support.h"

#include <gtest/gtest.h>

namespace sequitur::dsl {
namespace {

Compiled dropper() {
    return must_compile(
        {"- macro: started\n  condition: evt.type in (execve, execveat)\n"
         "- rule: Started\n  desc: x\n  condition: started\n  output: x\n  priority: INFO\n"
         "- sequence: Dropper\n  desc: x\n  by: file.id\n  within: 60s\n  priority: CRITICAL\n"
         "  output: x\n  until: evt.type = unlink\n  steps:\n"
         "    - drop: evt.type = openat\n"
         "    - not: evt.type = close\n"
         "    - id: run\n      condition: started and proc.exepath = val(drop.fd.name)\n"
         "      within: 5s\n"});
}

TEST(Explain, ByNameOrAll) {
    const Compiled result = dropper();
    EXPECT_EQ(explain(*result.rules, "").size(), 2u);
    EXPECT_EQ(explain(*result.rules, "Started").size(), 1u);
    EXPECT_TRUE(explain(*result.rules, "Nobody").empty());
}

TEST(Explain, SaysWhatASequenceBecame) {
    const Compiled result = dropper();
    const Explanation sequence = explain(*result.rules, "Dropper").at(0);
    EXPECT_TRUE(sequence.is_sequence);
    EXPECT_EQ(sequence.key, std::vector<std::string>{"file.id"});
    EXPECT_EQ(sequence.within, "1m");
    ASSERT_EQ(sequence.steps.size(), 3u);
    EXPECT_EQ(sequence.steps[1].kind, "not");
    EXPECT_EQ(sequence.steps[2].timing, "within 5s");
    ASSERT_EQ(sequence.steps[2].links.size(), 1u);
    EXPECT_NE(sequence.steps[2].links[0].find("drop.fd.name"), std::string::npos)
        << sequence.steps[2].links[0];
    EXPECT_EQ(sequence.steps[2].condition.event_types,
              (std::vector<std::string>{"execve", "execveat"}));
    EXPECT_TRUE(sequence.has_until);
}

TEST(Explain, HasThreeFaces) {
    const Compiled result = dropper();
    const Explanation sequence = explain(*result.rules, "Dropper").at(0);
    EXPECT_NE(explanation_text(sequence).find("2 not"), std::string::npos);
    const std::string json = explanation_json(sequence);
    EXPECT_EQ(json.front(), '{');
    EXPECT_NE(json.find("\"key\":[\"file.id\"]"), std::string::npos) << json;
    const std::string dot = explanation_dot(sequence);
    EXPECT_NE(dot.find("s1 -> s2"), std::string::npos) << dot;
    EXPECT_NE(dot.find("until"), std::string::npos);
}

}  // namespace
}  // namespace sequitur::dsl
