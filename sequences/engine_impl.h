// What an Engine is made of. For sequences/engine*.cpp only.
#pragma once

#include "core/interner.h"
#include "sequences/compiled_rules.h"
#include "sequences/engine.h"
#include "sequences/eviction.h"
#include "sequences/loss_log.h"
#include "sequences/match_builder.h"
#include "sequences/router.h"
#include "sequences/tracker.h"
#include "sequences/tracker_time.h"

#include <cstdint>
#include <memory>
#include <span>
#include <utility>
#include <vector>

namespace sequitur {

using Trackers = std::vector<std::unique_ptr<Tracker>>;

struct PlacedMatch {
    BatchPlace place = 0;
    Match match;
};

struct Engine::Impl {
    Impl(std::shared_ptr<const RuleSet> rule_set, const Limits& limits_in, std::size_t shards);

    void run_level(std::size_t level, std::span<const ConditionHit> hits);
    void run(Trackers& trackers);
    void run_side_by_side(Trackers& trackers);
    void run_in_turn(Trackers& trackers);
    void settle(std::size_t level, std::vector<std::pair<BatchPlace, Completion>>& completions);
    void collect(std::size_t level, std::vector<std::pair<BatchPlace, Completion>>& completions);
    void hand_out(std::vector<Match>& matches);
    void pass_time(std::int64_t clock_ns, std::vector<Match>& matches);
    std::uint64_t number_before(BatchPlace place) const;

    // What restored events point to; they go first.
    std::unique_ptr<HostInfo> restored_host;
    std::unique_ptr<Interner> restored_strings;

    CompiledRules rules;
    const Limits limits;
    std::vector<Trackers> levels;
    Router router;
    BatchEvents batch;
    LossLog losses;
    MatchBuilder builder;
    Evictor evictor;
    std::vector<std::uint32_t> first_turn;     // of each level's next batch
    std::vector<std::vector<StepHit>> shares;  // scratch: by tracker
    std::vector<Detection> detections;         // of the levels below, by place
    std::vector<PlacedMatch> placed;
    std::vector<std::uint64_t> evicted_by_sequence;
    bool is_restored = false;  // perhaps from larger limits
    std::int64_t clock_ns = kLongAgo;
    std::uint64_t last_number = 0;
};

}  // namespace sequitur
