// A RuleSet laid out for the engine: compiled sequences, and for each condition who waits for it.
#pragma once

#include "sequences/compiled_sequence.h"
#include "sequences/key.h"
#include "sequences/step_hit.h"

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace sequitur {

// What a true condition, or a detection, is to some sequence.
struct Consumer {
    std::uint32_t sequence = 0;
    std::uint32_t shape = 0;  // of the key to read
    HitRole role = HitRole::kStep;
    std::uint8_t position = 0;
    std::uint8_t part = 0;
};

// Consumers by what they wait for, in one array.
class ConsumerTable {
public:
    // `entries`: what each consumer waits for, below `size`.
    ConsumerTable(std::size_t size, std::vector<std::pair<std::uint32_t, Consumer>> entries);
    ConsumerTable() = default;

    std::span<const Consumer> of(std::uint32_t what) const {
        if (what + 1 >= begins_.size()) return {};
        return {consumers_.data() + begins_[what], begins_[what + 1] - begins_[what]};
    }
    bool is_empty() const { return consumers_.empty(); }

private:
    std::vector<std::uint32_t> begins_;
    std::vector<Consumer> consumers_;
};

// Sequences of one level see events, and detections of the levels below.
struct Level {
    ConsumerTable by_condition;
    ConsumerTable by_sequence;                  // detections
    std::vector<std::uint32_t> exit_sequences;  // those that rule 9 speaks of
    bool is_empty = true;
};

struct CompiledRules {
    explicit CompiledRules(std::shared_ptr<const RuleSet> rules, KeyHasher hasher);

    std::shared_ptr<const RuleSet> rules;
    KeyHasher hasher;
    KeyShapes shapes;
    std::vector<CompiledSequence> sequences;  // as in the RuleSet
    std::vector<Level> levels;
    std::uint32_t entity_shape = 0;  // proc.entity alone: whose exit it is
};

}  // namespace sequitur
