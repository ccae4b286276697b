// An alert on its way to one receiver: the alert, and its text in that receiver's format.
#pragma once

#include "core/alert.h"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace sequitur {

enum class AlertFormat : std::uint8_t { kText, kJson, kEcs };

// "text", "json", "ecs".
AlertFormat parse_alert_format(std::string_view name);

struct Message {
    std::shared_ptr<const Alert> alert;  // null for one that comes from a spool
    std::string text;                    // without a line end
};

// One line: docs/alert-format.md.
std::string render_alert(const Alert& alert, AlertFormat format);

// The alert in the terms of the Elastic Common Schema, one JSON object.
std::string to_ecs(const Alert& alert);

// About how many bytes the alert takes in memory.
std::size_t bytes_of(const Alert& alert);

}  // namespace sequitur
