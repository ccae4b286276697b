// Rule tests: `test` objects, read from YAML into event lines and expectations.
//
// A test is a short history, told as events or as a capture, and the alerts that it must give. Here
// it is only read; daemon/verb_test.cpp plays it.
#pragma once

#include "core/time.h"
#include "dsl/diagnostic.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace sequitur::dsl {

struct ExpectedAlert {
    std::string rule;
    std::optional<Duration> at;                       // since the test's start; nullopt: any time
    std::optional<std::vector<std::uint64_t>> steps;  // indexes of events, from 0; nullopt: any
    Range range;
};

struct RuleTest {
    std::string name;
    Range range;                     // of the name
    std::vector<std::string> rules;  // paths as written, relative to the test's file
    std::string events;              // event lines (docs/event-lines.md), processes first
    std::vector<Range> line_ranges;  // where each of those lines was written
    std::string capture;             // path as written; empty: `events` is meant
    std::vector<ExpectedAlert> expect;
};

// The time of `t: 0s` in event lines: an event at t has ts = kTestEpochNs + t.
inline constexpr std::uint64_t kTestEpochNs = 1'700'000'000'000'000'000;

// The tests of a file that is among diagnostics.sources(), in order. Other objects are left to the
// rule compiler: a file may hold rules and their tests. They can be run when no error was reported.
std::vector<RuleTest> read_rule_tests(FileIndex file, Diagnostics& diagnostics);

}  // namespace sequitur::dsl
