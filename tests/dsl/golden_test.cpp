// Wrong rule files and the exact diagnostics that they give: tests/golden/dsl/errors/NAME.yaml
// beside NAME.txt. UPDATE_GOLDEN=1 in the environment rewrites the expectations.
//
// A first line "# warnings: OPTION" is given to Diagnostics::set_warning().
#include "dsl/diagnostic.h"
#include "dsl/frontend.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

namespace sequitur::dsl {
namespace {

namespace fs = std::filesystem;

const fs::path kFolder = fs::path(SEQUITUR_SOURCE_DIR) / "tests/golden/dsl/errors";

std::string read(const fs::path& path) {
    std::ifstream stream(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), {}};
}

std::string diagnostics_of(const fs::path& path) {
    const std::string text = read(path);
    Diagnostics diagnostics;
    constexpr std::string_view kOption = "# warnings: ";
    if (text.starts_with(kOption)) {
        const std::string option = text.substr(kOption.size(), text.find('\n') - kOption.size());
        EXPECT_TRUE(diagnostics.set_warning(option)) << option;
    }
    const auto rules = compile({{path.filename().string(), text}}, {}, diagnostics);
    EXPECT_EQ(rules == nullptr, diagnostics.has_errors()) << path;
    return diagnostics.to_text();
}

std::vector<std::string> case_names() {
    std::vector<std::string> names;
    for (const auto& entry : fs::directory_iterator(kFolder)) {
        if (entry.path().extension() == ".yaml") names.push_back(entry.path().stem().string());
    }
    std::sort(names.begin(), names.end());
    return names;
}

class ErrorGolden : public testing::TestWithParam<std::string> {};

TEST_P(ErrorGolden, GivesExactlyTheseDiagnostics) {
    const std::string actual = diagnostics_of(kFolder / (GetParam() + ".yaml"));
    const fs::path expectation = kFolder / (GetParam() + ".txt");
    EXPECT_FALSE(actual.empty()) << "a case without a diagnostic shows nothing";
    if (std::getenv("UPDATE_GOLDEN") != nullptr) {
        std::ofstream(expectation, std::ios::binary) << actual;
        return;
    }
    EXPECT_EQ(actual, read(expectation));
}

INSTANTIATE_TEST_SUITE_P(Cases, ErrorGolden, testing::ValuesIn(case_names()),
                         [](const auto& param_info) {
                             std::string name = param_info.param;
                             std::replace(name.begin(), name.end(), '-', '_');
                             return name;
                         });

TEST(ErrorGoldenTable, HasManyCases) { EXPECT_GE(case_names().size(), 150u); }

}  // namespace
}  // namespace sequitur::dsl
