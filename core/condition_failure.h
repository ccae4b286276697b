// Why a condition was false on an event: for people who write rules, never for the hot path.
#pragma once

#include "core/condition.h"

#include <span>
#include <string>

namespace sequitur {

struct ConditionFailure {
    // How much of the condition held, from 0 to 1: of an `and` the mean of its parts, of an `or`
    // its best part. Says which of several events came nearest.
    double held = 0;
    // The first comparison that stood in the way, with the value that it met:
    // "proc.name = sshd, but proc.name is bash".
    std::string reason;
};

// Precondition: evaluate(condition, event, steps, scratch) is false. Cost: the whole tree, and
// text. Pure; any thread with its own scratch.
ConditionFailure failure_of(const Condition& condition, const Event& event,
                            std::span<const Event* const> steps, ValueScratch& scratch);

}  // namespace sequitur
