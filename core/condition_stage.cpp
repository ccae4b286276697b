#include "core/condition_stage.h"

#include "core/pipeline.h"

#include <algorithm>

namespace sequitur {
namespace {

std::size_t shard_of(const Event& event, std::size_t shards) {
    if (event.process == nullptr) return static_cast<std::size_t>(event.number % shards);
    // Multiplicative hashing spreads neighbouring pids; the high bits are the good ones.
    const auto pid = static_cast<std::uint64_t>(event.process->entity.pid);
    return static_cast<std::size_t>((pid * 0x9e3779b97f4a7c15ull) >> 33) % shards;
}

}  // namespace

ConditionStage::ConditionStage(std::shared_ptr<const ConditionSet> conditions, std::size_t shards)
    : conditions_(std::move(conditions)) {
    shards_.reserve(shards);
    for (std::size_t i = 0; i < shards; ++i) shards_.emplace_back(*conditions_);
}

void ConditionStage::judge(Batch& batch) {
    for (Shard& shard : shards_) {
        shard.events.clear();
        shard.hits.clear();
    }
    for (std::uint32_t i = 0; i < batch.events.size(); ++i) {
        const std::size_t shard =
            shards_.size() == 1 ? 0 : shard_of(batch.events[i], shards_.size());
        shards_[shard].events.push_back(i);
    }
    for_each_shard(shards_.size(), [&](std::size_t i) {
        Shard& shard = shards_[i];
        if (shard.events.empty()) return;
        conditions_->evaluate(batch.events, shard.events, shard.scratch, shard.hits);
    });

    batch.hits.clear();
    for (const Shard& shard : shards_) {
        batch.hits.insert(batch.hits.end(), shard.hits.begin(), shard.hits.end());
    }
    if (shards_.size() > 1) std::sort(batch.hits.begin(), batch.hits.end());
}

}  // namespace sequitur
