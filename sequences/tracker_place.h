// The indexes in which one sequence's keys stand, told apart by the place that is mixed into the
// key.
#pragma once

#include <cstdint>

namespace sequitur {

inline constexpr std::uint32_t kGroupPlace = 0;       // all matches of a base key; where hits look
inline constexpr std::uint32_t kGuardPlace = 1;       // those that only wait for a trailing absence
inline constexpr std::uint32_t kOwnerPlace = 2;       // by process, for its exit (9)
inline constexpr std::uint32_t kGatherPlace = 3;      // gathering, in sequences with links
inline constexpr std::uint32_t kMemoryPlace = 0x100;  // + number: events of a leading absence
inline constexpr std::uint32_t kStagePlace = 0x200;   // + stage: sequences with links

}  // namespace sequitur
