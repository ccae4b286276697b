// From a detection to its Alert: what single-event rules and sequences have in common.
#pragma once

#include "core/alert.h"
#include "core/event.h"
#include "core/rule.h"

#include <string>

namespace sequitur {

// The process as an alert shows it: as it was at the event, with its ancestors' names.
AlertProcess describe(const ProcessImage& process);

// Name, priority, tags, source and host of `info`; the rest is left to the caller.
Alert alert_shell(const DetectionInfo& info, const std::string& hostname);

// The alert of a single-event rule that `event` satisfied.
Alert alert_of(const Rule& rule, const Event& event, const std::string& hostname);

}  // namespace sequitur
