// Falco's stock rule files load in silence, each alone and all together. They are not part of the
// project: the tests run where they are found beside it, or where SEQUITUR_FALCO_RULES says.
#include "dsl/diagnostic.h"
#include "dsl/frontend.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>

namespace sequitur::dsl {
namespace {

namespace fs = std::filesystem;

fs::path stock_folder() {
    if (const char* folder = std::getenv("SEQUITUR_FALCO_RULES")) return folder;
    return fs::path(SEQUITUR_SOURCE_DIR) / "../shared/falco";
}

void expect_silence(const std::vector<std::string>& paths) {
    const auto files = read_rule_files(paths);
    ASSERT_TRUE(files) << files.error().message;
    Diagnostics diagnostics;
    EXPECT_NE(compile(*files, {}, diagnostics), nullptr);
    EXPECT_EQ(diagnostics.to_text(), "");
}

TEST(StockRules, LoadInSilenceAloneAndTogether) {
    if (!fs::is_directory(stock_folder())) GTEST_SKIP() << "no stock rules at " << stock_folder();
    std::vector<std::string> all;
    for (const auto& entry : fs::directory_iterator(stock_folder())) {
        if (entry.path().extension() == ".yaml") all.push_back(entry.path().string());
    }
    std::sort(all.begin(), all.end());
    ASSERT_FALSE(all.empty());
    for (const std::string& path : all) expect_silence({path});
    expect_silence(all);
}

}  // namespace
}  // namespace sequitur::dsl
