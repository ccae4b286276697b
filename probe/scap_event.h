// Event blocks to records.
#pragma once

#include "core/arena.h"
#include "core/record.h"
#include "probe/scap_blocks.h"

#include <array>
#include <cstdint>

namespace sequitur::probe {

enum class EventFault : std::uint8_t {
    kOk,
    kUnknownType,  // newer than the table: to be counted and skipped
    kTooShort,
    kBadLength,
    kBadParams,
};
const char* name_of(EventFault fault);

// What the reader has to know of a type before it looks at a record.
struct ScapTypeFacts {
    enum class Treatment : std::uint8_t { kPass, kDrop, kEnter, kExit };

    Treatment treatment = Treatment::kPass;  // how probe/scap_converter.h takes it
    std::uint8_t count = 0;                  // of parameters in the current table
    bool has_wide_lengths = false;
    bool is_old = false;  // no source writes it any more
};
// By type id.
// By event type id.
extern const std::array<ScapTypeFacts, 454> kScapTypeFacts;

// The record of an event block, not yet converted. Its bytes are the block's, but for the blocks
// without a number of parameters, whose event is copied into `arena` in today's form, and generic
// events whose system call stands in an option.
EventFault read_event_block(const ScapBlock& block, Arena& arena, RecordView& record);

// The same for a body that is laid out as that of an EV_V2 block.
EventFault read_event_body(std::span<const std::byte> body, RecordView& record);

}  // namespace sequitur::probe
