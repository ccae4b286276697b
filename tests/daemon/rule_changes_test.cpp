#include "daemon/rule_changes.h"

#include "daemon/rule_loader.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <unistd.h>
#include <vector>

namespace sequitur {
namespace {

constexpr const char* kRules = R"(
- rule: First
  desc: x
  condition: evt.type = open
  output: first
  priority: INFO
  tags: [noisy, a]
- rule: Second
  desc: x
  condition: evt.type = open
  output: second
  priority: INFO
  tags: [noisy]
- rule: Sleeping
  desc: x
  condition: evt.type = open
  output: third
  priority: INFO
  enabled: false
)";

class RuleChangesTest : public testing::Test {
protected:
    void SetUp() override { std::ofstream(path_) << kRules; }
    void TearDown() override { std::filesystem::remove(path_); }

    // The rules that run, each as "NAME: OUTPUT".
    std::vector<std::string> running(std::vector<RuleSelection> selections,
                                     std::vector<OutputAddition> additions = {}) {
        std::string said;
        const auto rules =
            compile_rules({{path_}, std::move(selections), std::move(additions), ""}, 1, said);
        EXPECT_TRUE(rules) << said;
        std::vector<std::string> names;
        if (!rules) return names;
        for (const Rule& rule : (*rules)->rules) {
            names.push_back(rule.info.name + ": " + rule.info.output.source);
        }
        return names;
    }

    std::string path_ =
        testing::TempDir() + "rule_changes_test." + std::to_string(::getpid()) + ".yaml";
};

using Names = std::vector<std::string>;

TEST_F(RuleChangesTest, NothingIsChangedWithoutSettings) {
    EXPECT_EQ(running({}), (Names{"First: first", "Second: second"}));
}

TEST_F(RuleChangesTest, TheLastWordCounts) {
    EXPECT_EQ(running({{false, "", "noisy"}}), Names{});
    EXPECT_EQ(running({{false, "", "noisy"}, {true, "First", ""}}), (Names{"First: first"}));
    EXPECT_EQ(running({{true, "First", ""}, {false, "", "noisy"}}), Names{});
    EXPECT_EQ(running({{true, "S*", ""}}),
              (Names{"First: first", "Second: second", "Sleeping: third"}));
}

TEST_F(RuleChangesTest, TextIsAddedToWhatMatches) {
    EXPECT_EQ(running({}, {{"", "a", "", "pid=%proc.pid"}}),
              (Names{"First: first pid=%proc.pid", "Second: second"}));
    EXPECT_EQ(running({}, {{"", "", "syscall", "!"}}),
              (Names{"First: first !", "Second: second !"}));
    EXPECT_EQ(running({}, {{"", "", "json", "!"}}), (Names{"First: first", "Second: second"}));
}

}  // namespace
}  // namespace sequitur
