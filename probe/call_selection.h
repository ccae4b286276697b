// From what is wanted to what the programs in the kernel look up per call. Pure.
#pragma once

#include "probe/bpf/protocol.h"
#include "probe/interest.h"

#include <array>
#include <string_view>

namespace sequitur::probe {

// Fills the tables of `control` that say what is wanted; leaves its other members.
// May run while the programs do: each entry is one byte.
void select_calls(const Interest& interest, sequitur_control& control);

// The format's id (PPM_SC) of each native call number; 0 for those it does not know.
std::array<std::uint16_t, SEQUITUR_CALLS_MAX> ppm_sc_by_number();

// The native call of each 32-bit number whose arguments mean the same; 0 where there is none.
std::array<std::uint16_t, SEQUITUR_CALLS_MAX> native_by_compat_number();

// Name of a native call, or an empty view.
std::string_view native_call_name(std::size_t number);

}  // namespace sequitur::probe
