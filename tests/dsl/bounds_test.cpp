// Hostile and huge inputs: an error or a result, in bounded time and memory.
#include "dsl/limits.h"
#include "tests/dsl/compile_support.h"

#include <gtest/gtest.h>

#include <chrono>

namespace sequitur::dsl {
namespace {

// Runs and expects the end within a time that is generous for unoptimised code on a busy machine.
Compiled in_time(const std::string& text, std::chrono::seconds limit = std::chrono::seconds(30)) {
    const auto begin = std::chrono::steady_clock::now();
    Compiled result = compile_text({text});
    const auto spent = std::chrono::steady_clock::now() - begin;
    EXPECT_LT(spent, limit);
    testing::Test::RecordProperty(
        "ms", std::to_string(std::chrono::duration_cast<std::chrono::milliseconds>(spent).count()));
    return result;
}

TEST(Bounds, ConditionOfTenMegabytes) {
    std::string condition = "evt.num > 0";
    while (condition.size() < (std::size_t{10} << 20)) condition += " or proc.name = sh";
    const Compiled result = in_time(rule_text(condition));
    EXPECT_FALSE(result.rules);
    EXPECT_NE(result.report.find("a condition has at most"), std::string::npos);
    EXPECT_LT(result.report.size(), 10'000u);
}

TEST(Bounds, ListOfManyItems) {
    std::string items = "x";
    for (int i = 0; i < 20'000; ++i) items += ", name" + std::to_string(i);
    const Compiled result = in_time("- list: many\n  items: [" + items + "]\n" +
                                    rule_text("evt.type = execve and proc.name in (many)"));
    EXPECT_TRUE(result.rules) << result.report;
}

TEST(Bounds, MacrosThatDoubleEachOther) {
    std::string text = "- macro: m0\n  condition: evt.num > 0 or evt.num > 1\n";
    for (int i = 1; i < 60; ++i) {
        const std::string before = "m" + std::to_string(i - 1);
        text += "- macro: m" + std::to_string(i) + "\n  condition: " + before + " and not " +
                before + "\n";
    }
    const Compiled result = in_time(text + rule_text("m59"));
    EXPECT_FALSE(result.rules);
    EXPECT_NE(result.report.find("too large"), std::string::npos) << result.report;
}

TEST(Bounds, ListsThatDoubleEachOther) {
    std::string text = "- list: l0\n  items: []\n";
    for (int i = 1; i < 60; ++i) {
        const std::string before = "l" + std::to_string(i - 1);
        text += "- list: l" + std::to_string(i) + "\n  items: [" + before + ", " + before + "]\n";
    }
    const Compiled result = in_time(text + rule_text("evt.type = execve and proc.name in (l59)"));
    EXPECT_FALSE(result.rules);
    EXPECT_NE(result.report.find("too large"), std::string::npos) << result.report;
}

TEST(Bounds, ChainOfMacros) {
    std::string text = "- macro: m0\n  condition: evt.num > 0\n";
    for (int i = 1; i < 20'000; ++i) {
        text += "- macro: m" + std::to_string(i) + "\n  condition: not (evt.num = 1 or m" +
                std::to_string(i - 1) + ")\n";
    }
    const Compiled result = in_time(text + rule_text("m19999"));
    EXPECT_FALSE(result.rules);
    EXPECT_NE(result.report.find("nested too deeply"), std::string::npos) << result.report;
}

TEST(Bounds, NestingThatAlternates) {
    std::string open, close;
    for (std::size_t i = 0; i + 2 < kConditionDepthMax / 3; ++i) {
        open += "evt.num > 0 and (evt.num > 1 or not (";
        close += "))";
    }
    const Compiled result = in_time(rule_text(open + "evt.num = 5" + close));
    EXPECT_TRUE(result.rules) << result.report.substr(0, 500);
}

TEST(Bounds, ManyFaultsAreKeptUpToALimit) {
    std::string text;
    for (int i = 0; i < 5000; ++i) {
        text += "- rule: R" + std::to_string(i) +
                "\n  desc: x\n  condition: proc.nmae = x\n  output: x\n  priority: INFO\n";
    }
    const Compiled result = in_time(text);
    EXPECT_FALSE(result.rules);
    EXPECT_NE(result.report.find("and 4000 more"), std::string::npos)
        << result.report.substr(result.report.size() - 300);
}

TEST(Bounds, ManyRules) {
    std::string text =
        "- list: shells\n  items: [sh, bash]\n"
        "- macro: started\n  condition: evt.type = execve\n";
    for (int i = 0; i < 5000; ++i) {
        const std::string number = std::to_string(i);
        text += "- rule: R" + number +
                "\n  desc: x\n  condition: started and proc.name in (shells) " +
                "and proc.cmdline contains word" + number +
                "\n  output: x %proc.name\n  priority: INFO\n";
    }
    EXPECT_TRUE(in_time(text, std::chrono::seconds(60)).rules);
}

}  // namespace
}  // namespace sequitur::dsl
