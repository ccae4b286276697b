// How events of old layouts become events of the current one: a table, one row per type and number
// of parameters in the file. probe/scap_converter.h applies it.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace sequitur::probe {

enum class ConversionAction : std::uint8_t {
    kKeep,         // an enter event that the exit of its thread will need; it is not delivered
    kKeepAndPass,  // the same, but delivered too
    kPass,         // delivered as it is
    kAdd,          // the same type, with more parameters behind those it has
    kChange,       // another type, with these parameters
};

struct ConversionRule {
    std::uint16_t type = 0;
    std::uint8_t count = 0;  // of parameters in the file
    ConversionAction action = ConversionAction::kPass;
    std::uint16_t result = 0;  // the type that it becomes
    // The parameters, blank-separated. "old2": parameter 2 of this event; "enter1": parameter 1 of
    // the kept enter event of its thread, missing without one; "enter1|0": the same, zero without
    // one; "0": zero (no uid: all ones) of the parameter's width; "-": missing; "json": the
    // container that the event describes, as JSON text.
    std::string_view values;
};

// Ordered by type, then count.
std::span<const ConversionRule> conversion_rules();

}  // namespace sequitur::probe
