// Names of roles and path flags of record options in event lines, by their number.
#pragma once

#include "core/record_option.h"

#include <array>
#include <string_view>

namespace sequitur {

inline constexpr std::array<std::string_view, 8> kRoleNames = {
    "target", "new", "exe", "script", "cwd", "parent", "source", "lower"};
static_assert(SEQUITUR_ROLE_TARGET == 0 && SEQUITUR_ROLE_LOWER == 7);

// By bit number.
inline constexpr std::array<std::string_view, 3> kPathFlagNames = {"truncated", "userspace",
                                                                   "deleted"};
static_assert(SEQUITUR_PATH_TRUNCATED == 1 && SEQUITUR_PATH_USERSPACE == 2 &&
              SEQUITUR_PATH_DELETED == 4);

}  // namespace sequitur
