// The stage that judges a batch: spreads its events over shards by process and puts the hits back
// into one order.
//
// A process always falls to the same shard, which is what lets process images cache their atom
// results without a lock.
#pragma once

#include "core/batch.h"
#include "core/condition_set.h"

#include <cstdint>
#include <memory>
#include <vector>

namespace sequitur {

class ConditionStage {
public:
    // `shards` >= 1; the hits do not depend on it.
    ConditionStage(std::shared_ptr<const ConditionSet> conditions, std::size_t shards);

    // Fills batch.hits from batch.events, sorted by (event, condition).
    // Threads: one caller; works on for_each_shard() within the call.
    void judge(Batch& batch);

private:
    struct Shard {
        explicit Shard(const ConditionSet& set) : scratch(set) {}
        ConditionScratch scratch;
        std::vector<std::uint32_t> events;  // indexes into the batch, ascending
        std::vector<ConditionHit> hits;
    };

    std::shared_ptr<const ConditionSet> conditions_;
    std::vector<Shard> shards_;
};

}  // namespace sequitur
