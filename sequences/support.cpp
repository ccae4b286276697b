#include "sequences/support.h"

#include <algorithm>

namespace sequitur {
namespace {

constexpr std::size_t kPositionsMax = 250;  // A stage is held in one byte of a partial match.
constexpr std::size_t kPartsMax = 32;       // Parts that came are a bit set.
constexpr std::uint32_t kThresholdMax = 4096;

bool is_matched(const StepPlan& step) { return step.kind != StepKind::kAbsence; }

void check_step(const StepPlan& step, int index, std::vector<UnsupportedConstruct>& found) {
    if (step.parts.size() > kPartsMax) found.push_back({index, "more than 32 parts in one step"});
    for (const StepPlan& part : step.parts) {
        if (part.kind != StepKind::kEvent && part.kind != StepKind::kStage) {
            found.push_back({index, "a part that is neither an event nor a stage"});
        }
        if (part.count > 1 || part.at_least > 0) {
            found.push_back({index, "a count on one part of any_of or all_of"});
        }
    }
    if (step.at_least > kThresholdMax) found.push_back({index, "at_least above 4096"});
    if (step.at_least > 0 && step.kind == StepKind::kAllOf) {
        found.push_back({index, "at_least on all_of"});
    }
}

}  // namespace

std::vector<UnsupportedConstruct> unsupported_constructs(const SequencePlan& plan) {
    std::vector<UnsupportedConstruct> found;
    std::size_t positions = 0;
    bool has_mandatory = false;
    for (std::size_t i = 0; i < plan.steps.size(); ++i) {
        const StepPlan& step = plan.steps[i];
        check_step(step, static_cast<int>(i), found);
        if (!is_matched(step)) continue;
        positions += std::max<std::uint32_t>(step.count, 1);
        has_mandatory = has_mandatory || !step.is_optional;
    }
    if (positions > kPositionsMax) found.push_back({-1, "more than 250 steps, counts included"});
    if (!has_mandatory) found.push_back({-1, "a sequence without a step that must come"});
    return found;
}

}  // namespace sequitur
