// A batch: the unit in which events walk down the street.
//
// Each stage fills its part and reads only what earlier ones filled. Batches are reused; in steady
// state their vectors do not grow.
#pragma once

#include "core/condition_set.h"
#include "core/event.h"
#include "core/record.h"
#include "core/time.h"

#include <cstdint>
#include <vector>

namespace sequitur {

struct Batch {
    std::uint64_t number = 0;         // 1, 2, 3, ... within a run
    std::vector<RecordView> records;  // from the source
    std::vector<Event> events;        // from the state stage: those that are to be judged
    std::vector<ConditionHit> hits;   // from the condition stage, by (event, condition)
    Timestamp watermark;              // nothing older than this will come any more
    std::uint64_t events_lost = 0;    // by the source since the batch before
};

}  // namespace sequitur
