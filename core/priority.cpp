#include "core/priority.h"

#include <algorithm>
#include <array>
#include <cctype>

namespace sequitur {
namespace {

constexpr std::array<std::string_view, 8> kNames = {
    "Emergency", "Alert", "Critical", "Error", "Warning", "Notice", "Informational", "Debug"};

bool equal_folded(std::string_view a, std::string_view b) {
    const auto lower = [](char c) { return std::tolower(static_cast<unsigned char>(c)); };
    return std::ranges::equal(a, b, {}, lower, lower);
}

}  // namespace

std::string_view name_of(Priority priority) { return kNames[static_cast<std::size_t>(priority)]; }

std::optional<Priority> parse_priority(std::string_view text) {
    if (equal_folded(text, "info")) return Priority::kInformational;
    for (std::size_t i = 0; i < kNames.size(); ++i) {
        if (equal_folded(text, kNames[i])) return static_cast<Priority>(i);
    }
    return std::nullopt;
}

}  // namespace sequitur
