#include "daemon/test_report.h"

#include <cstdio>
#include <string_view>

namespace sequitur {
namespace {

// As text or attribute of XML 1.0; what that cannot hold becomes '?'.
std::string escaped(std::string_view text) {
    std::string out;
    for (const char c : text) {
        switch (c) {
            case '&': out += "&amp;"; break;
            case '<': out += "&lt;"; break;
            case '>': out += "&gt;"; break;
            case '"': out += "&quot;"; break;
            case '\n': out += "&#10;"; break;
            default: out += static_cast<unsigned char>(c) < 0x20 && c != '\t' ? '?' : c;
        }
    }
    return out;
}

std::string joined(const std::vector<std::string>& differences,
                   const std::vector<std::string>& explanations) {
    std::string text;
    for (const auto* lines : {&differences, &explanations}) {
        for (const std::string& line : *lines) text += line + '\n';
    }
    return text;
}

}  // namespace

TestReport::TestReport(TestForm form) : form_(form) {
    if (form_ == TestForm::kTap) std::printf("TAP version 13\n");
}

void TestReport::add(const std::string& file, const std::string& name,
                     const std::vector<std::string>& differences,
                     const std::vector<std::string>& explanations, double seconds) {
    ++run_;
    const bool passed = differences.empty();
    if (!passed) ++failed_;
    if (form_ == TestForm::kJunit) {
        entries_.push_back(
            {file, name, passed ? std::string() : joined(differences, explanations), seconds});
        return;
    }
    std::printf("%s %zu - %s\n", passed ? "ok" : "not ok", run_, name.c_str());
    for (const auto* lines : {&differences, &explanations}) {
        for (const std::string& line : *lines) std::printf("#   %s\n", line.c_str());
    }
}

void TestReport::finish() {
    if (form_ == TestForm::kTap) std::printf("1..%zu\n", run_);
    else print_junit();
}

void TestReport::print_junit() const {
    double seconds = 0;
    for (const Entry& entry : entries_) seconds += entry.seconds;
    std::printf("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    std::printf("<testsuites tests=\"%zu\" failures=\"%zu\" time=\"%.3f\">\n", run_, failed_,
                seconds);
    std::printf("  <testsuite name=\"sequitur\" tests=\"%zu\" failures=\"%zu\" time=\"%.3f\">\n",
                run_, failed_, seconds);
    for (const Entry& entry : entries_) {
        std::printf("    <testcase classname=\"%s\" name=\"%s\" time=\"%.3f\"",
                    escaped(entry.file).c_str(), escaped(entry.name).c_str(), entry.seconds);
        if (entry.failure.empty()) {
            std::printf("/>\n");
            continue;
        }
        const std::string first = entry.failure.substr(0, entry.failure.find('\n'));
        std::printf(">\n      <failure message=\"%s\">%s</failure>\n    </testcase>\n",
                    escaped(first).c_str(), escaped(entry.failure).c_str());
    }
    std::printf("  </testsuite>\n</testsuites>\n");
}

}  // namespace sequitur
