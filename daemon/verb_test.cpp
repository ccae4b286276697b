// test: rule tests, reported in TAP or for JUnit's readers.

#include "daemon/exit_status.h"
#include "daemon/report.h"
#include "daemon/rule_loader.h"
#include "daemon/rule_test_run.h"
#include "daemon/stats.h"
#include "daemon/test_report.h"
#include "daemon/verbs.h"
#include "dsl/frontend.h"
#include "dsl/rule_test.h"

#include <cstdio>
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace sequitur {
namespace {

// The rule sets that tests have asked for so far: many tests try the same files.
using LoadedRules = std::map<std::vector<std::string>, std::shared_ptr<const RuleSet>>;

Result<std::shared_ptr<const RuleSet>> rules_of(const std::vector<std::string>& paths,
                                                LoadedRules& loaded) {
    std::shared_ptr<const RuleSet>& rules = loaded[paths];
    if (!rules) {
        auto read = load_rules(paths);
        if (!read) return tl::unexpected<Error>(read.error());
        rules = *read;
    }
    return rules;
}

// Runs the tests of one file; an Error stops everything, a failed test does not.
Result<void> run_file(const dsl::RuleFile& file, LoadedRules& loaded, TestReport& tests_run) {
    dsl::Diagnostics diagnostics;
    const dsl::FileIndex index = diagnostics.sources().add(file.name, file.text);
    const auto tests = dsl::read_rule_tests(index, diagnostics);
    if (diagnostics.has_errors()) {
        std::fputs(diagnostics.to_text().c_str(), stderr);
        return fail(Error::Code::kBadInput, "the tests were refused");
    }
    const std::string folder = std::filesystem::path(file.name).parent_path().string();
    for (const dsl::RuleTest& test : tests) {
        // Without `rules` the file's own rules are meant.
        std::vector<std::string> paths;
        for (const std::string& path : test.rules) {
            paths.push_back((std::filesystem::path(folder) / path).string());
        }
        if (paths.empty()) paths.push_back(file.name);
        auto rules = rules_of(paths, loaded);
        if (!rules) return tl::unexpected<Error>(rules.error());
        const Stopwatch stopwatch;
        const auto outcome = run_rule_test(test, folder, *rules);
        const std::vector<std::string> differences =
            outcome ? outcome->differences : std::vector<std::string>{outcome.error().message};
        tests_run.add(file.name, test.name, differences,
                      outcome ? outcome->explanations : std::vector<std::string>(),
                      stopwatch.seconds());
    }
    return {};
}

}  // namespace

int test(const TestOptions& options) {
    auto files = dsl::read_rule_files(options.files);
    if (!files) return report(files.error());
    TestReport tests_run(options.format == "junit" ? TestForm::kJunit : TestForm::kTap);
    LoadedRules loaded;
    for (const dsl::RuleFile& file : *files) {
        if (auto run = run_file(file, loaded, tests_run); !run) return report(run.error());
    }
    tests_run.finish();
    return tests_run.has_failures() ? kExitBadInput : kExitDone;
}

}  // namespace sequitur
