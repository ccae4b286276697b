// What rules and sequences have in common once compiled: how a detection is called and reported.
#pragma once

#include "core/condition_set.h"
#include "core/output_format.h"
#include "core/priority.h"

#include <cstdint>
#include <string>
#include <vector>

namespace sequitur {

struct DetectionInfo {
    std::string name;
    std::string description;
    Priority priority = Priority::kDebug;
    std::vector<std::string> tags;
    std::string source = "syscall";
    OutputFormat output;
    std::string file;  // where it was written, for explain
    std::uint32_t line = 0;
};

// A single-event rule: fires for every event that satisfies its condition.
struct Rule {
    DetectionInfo info;
    ConditionIndex condition = kNoCondition;
};

}  // namespace sequitur
