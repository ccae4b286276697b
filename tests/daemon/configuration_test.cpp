#include "daemon/config/reader.h"

#include <gtest/gtest.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <string>
#include <unistd.h>
#include <vector>

namespace sequitur {
namespace {

class ConfigurationTest : public testing::Test {
protected:
    Result<Configuration> read(const std::string& text) {
        std::ofstream(path_) << text;
        testing::internal::CaptureStderr();
        auto result = read_configuration({path_, {}, {}});
        said_ = testing::internal::GetCapturedStderr();
        return result;
    }
    void TearDown() override { std::filesystem::remove(path_); }

    std::string path_ = testing::TempDir() + "configuration_test." + std::to_string(getpid());
    std::string said_;
};

TEST_F(ConfigurationTest, AnEmptyFileIsTheDefaults) {
    for (const char* text : {"", "# nothing\n", "---\n"}) {
        const auto configuration = read(text);
        ASSERT_TRUE(configuration) << said_;
        EXPECT_TRUE(configuration->rules_files.empty());
        EXPECT_FALSE(configuration->json_output);
        EXPECT_EQ(configuration->shards, 1u);
    }
}

TEST_F(ConfigurationTest, EverySetting) {
    const auto configuration =
        read("rules_files: [/etc/a.yaml, /etc/b.d]\njson_output: true\nshards: 64\n");
    ASSERT_TRUE(configuration) << said_;
    EXPECT_EQ(configuration->rules_files, (std::vector<std::string>{"/etc/a.yaml", "/etc/b.d"}));
    EXPECT_TRUE(configuration->json_output);
    EXPECT_EQ(configuration->shards, 64u);
}

TEST_F(ConfigurationTest, EveryFaultIsToldAtItsPlace) {
    EXPECT_FALSE(read("rule_files: []\nshards: 65\njson_output: maybe\nrules_files: /etc\n"));
    EXPECT_NE(said_.find(":1:1: error: there is no setting 'rule_files'"), std::string::npos);
    EXPECT_NE(said_.find("did you mean 'rules_files'?"), std::string::npos);
    EXPECT_NE(said_.find(":2:9: error: 'shards' is a number from 1 to 64"), std::string::npos);
    EXPECT_NE(said_.find(":3:14: error: 'json_output' is true or false"), std::string::npos);
    EXPECT_NE(said_.find("'rules_files' is a list of paths"), std::string::npos) << said_;
}

TEST_F(ConfigurationTest, WhatIsNoMapIsRefused) {
    EXPECT_FALSE(read("- shards\n"));
    EXPECT_FALSE(read("shards: [1\n"));
    EXPECT_FALSE(read_configuration({"/nowhere/at/all.yaml", {}, {}}));
}

}  // namespace
}  // namespace sequitur
