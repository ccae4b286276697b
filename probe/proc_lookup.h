// One process as /proc shows it, as a snapshot record: for what no event has described.
//
// Asked by the host state for a pid it has never heard of. /proc is a second look, taken later than
// the event: the process may have changed or be gone by then.
#pragma once

#include "core/arena.h"
#include "core/host_state.h"
#include "core/record_builder.h"

#include <cstdint>

namespace sequitur {

class ProcLookup : public ProcessLookup {
public:
    ProcLookup();

    // ITER_TASK of `pid` (a thread group's), stamped with the present time. Start times are as
    // exact as /proc has them, to a clock tick. What may not be read is missing.
    // Cost: about ten small files. Thread: one.
    RecordView find(std::int64_t pid) override;

private:
    Arena arena_;
    RecordBuilder builder_;
    std::uint64_t boot_time_ns_;  // of the epoch's clock when the boot clock stood at 0
};

}  // namespace sequitur
