#include "dsl/yaml_reader.h"

#include "dsl/limits.h"

#include <gtest/gtest.h>

#include <chrono>

namespace sequitur::dsl {
namespace {

// The diagnostics of reading `yaml` alone.
std::string faults_of(const std::string& yaml) {
    Diagnostics diagnostics;
    const FileIndex file = diagnostics.sources().add("f", yaml);
    const auto documents = read_yaml(file, diagnostics);
    EXPECT_TRUE(documents || diagnostics.has_errors());
    return diagnostics.to_text();
}

TEST(YamlReader, KeepsTheOrderOfKeysAndTheirPlaces) {
    Diagnostics diagnostics;
    const FileIndex file = diagnostics.sources().add("f", "b: 1\na: [x, y]\nc: {d: }\n");
    const auto documents = read_yaml(file, diagnostics);
    ASSERT_TRUE(documents);
    const YamlNode& map = documents->at(0);
    ASSERT_EQ(map.entries.size(), 3u);
    EXPECT_EQ(map.entries[0].key.text, "b");
    EXPECT_EQ(map.find("a")->value.items.at(1).text.text, "y");
    EXPECT_EQ(map.find("c")->value.find("d")->value.kind, YamlNode::Kind::kNull);
    EXPECT_EQ(diagnostics.sources().begin_of(map.find("a")->key.range()), (Place{2, 1}));
}

TEST(YamlReader, EmptyFilesAndCommentsAreNoDocument) {
    EXPECT_EQ(faults_of(""), "");
    EXPECT_EQ(faults_of("# nothing\n"), "");
}

TEST(YamlReader, DuplicateKeysPointAtBoth) {
    const std::string faults = faults_of("a: 1\nb: 2\na: 3\n");
    EXPECT_NE(faults.find("f:3:1: error: key 'a' stands twice"), std::string::npos) << faults;
    EXPECT_NE(faults.find("f:1:1: note: first given here"), std::string::npos) << faults;
}

TEST(YamlReader, BytesThatAreNoTextAreRefusedWhereTheyStand) {
    EXPECT_NE(faults_of(std::string("a: x\nb: \0\n", 10)).find("f:2:4: error: a NUL byte"),
              std::string::npos);
    EXPECT_NE(faults_of("a: \xFF\n").find("f:1:4: error: this byte is not UTF-8"),
              std::string::npos);
    EXPECT_NE(faults_of("a: \x04\n").find("f:1:4: error: a control character"), std::string::npos);
    EXPECT_NE(faults_of("a: \xED\xA0\x80\n").find("not UTF-8"), std::string::npos);
}

TEST(YamlReader, AliasesStandForCopies) {
    EXPECT_EQ(faults_of("- &a {x: 1}\n- *a\n- [*a, *a]\n"), "");
}

TEST(YamlReader, AliasBombIsRefusedSoon) {
    std::string yaml = "- &a0 [x, x, x, x, x, x, x, x, x, x]\n";
    for (int i = 1; i < 30; ++i) {
        yaml += "- &a" + std::to_string(i) + " [";
        for (int j = 0; j < 10; ++j) yaml += "*a" + std::to_string(i - 1) + ", ";
        yaml += "]\n";
    }
    const auto begin = std::chrono::steady_clock::now();
    EXPECT_NE(faults_of(yaml).find("stand for too much"), std::string::npos);
    EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(5));
}

TEST(YamlReader, ChainOfAliasesCannotBeDeeperThanNesting) {
    std::string yaml = "- &a0 [x]\n";
    for (int i = 1; i < 1000; ++i) {
        yaml += "- &a" + std::to_string(i) + " [*a" + std::to_string(i - 1) + "]\n";
    }
    EXPECT_NE(faults_of(yaml).find("nested more than"), std::string::npos);
}

TEST(YamlReader, DeepNestingIsRefused) {
    for (const std::size_t depth : {kYamlDepthMax + 1, std::size_t{100'000}}) {
        EXPECT_NE(faults_of(std::string(depth, '[')).find("error"), std::string::npos);
    }
    EXPECT_EQ(faults_of(std::string(kYamlDepthMax, '[') + std::string(kYamlDepthMax, ']')), "");
}

TEST(YamlReader, FilesBeyondTheLimitAreRefusedUnread) {
    EXPECT_NE(faults_of(std::string(kFileBytesMax + 1, 'x')).find("at most 64 MiB"),
              std::string::npos);
}

}  // namespace
}  // namespace sequitur::dsl
