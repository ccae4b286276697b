// The outcomes of rule tests, as TAP (line by line, as they come) or as JUnit's XML (at the end).
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace sequitur {

enum class TestForm { kTap, kJunit };

class TestReport {
public:
    explicit TestReport(TestForm form);

    // `differences` is empty for a test that passed; `explanations` say more about one that did
    // not.
    void add(const std::string& file, const std::string& name,
             const std::vector<std::string>& differences,
             const std::vector<std::string>& explanations, double seconds);
    // Once, behind the last test.
    void finish();

    bool has_failures() const { return failed_ > 0; }

private:
    struct Entry {
        std::string file, name, failure;  // failure: lines; empty when it passed
        double seconds = 0;
    };

    void print_junit() const;

    TestForm form_;
    std::size_t run_ = 0, failed_ = 0;
    std::vector<Entry> entries_;  // JUnit
};

}  // namespace sequitur
