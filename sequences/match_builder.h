// From a tracker's completion to a Match: exceptions, suppression, the key's values, losses.
//
// Thread: the engine's; completions come in their final order.
#pragma once

#include "sequences/compiled_rules.h"
#include "sequences/engine.h"
#include "sequences/loss_log.h"
#include "sequences/step_events.h"
#include "sequences/suppression_table.h"
#include "sequences/tracker.h"

#include <cstdint>
#include <optional>
#include <unordered_map>
#include <vector>

namespace sequitur {

class MatchBuilder {
public:
    MatchBuilder(const CompiledRules& rules, LossLog& losses);

    // Whether the sequence's exceptions say that this is none.
    bool is_excepted(const Completion& completion);

    // The match, or nothing when it is to be counted only.
    std::optional<Match> build(Completion& completion, std::uint64_t event_number);

    std::uint64_t suppressed() const { return suppressed_; }
    SuppressionTable& suppressions_of(std::uint32_t sequence) { return suppressions_[sequence]; }

private:
    bool is_suppressed(const Completion& completion);
    void load_steps(const Completion& completion);
    std::vector<OutputField> key_fields(const Completion& completion);
    AlertLosses losses_of(const Completion& completion) const;

    const CompiledRules& rules_;
    LossLog& losses_;
    std::unordered_map<std::uint32_t, SuppressionTable> suppressions_;  // by sequence
    std::uint64_t suppressed_ = 0;
    StepEvents steps_;
    ValueScratch scratch_;
    std::string bytes_;
};

}  // namespace sequitur
