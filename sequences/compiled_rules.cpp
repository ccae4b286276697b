#include "sequences/compiled_rules.h"

#include <algorithm>
#include <unordered_map>
#include <utility>

namespace sequitur {
namespace {

using Entries = std::vector<std::pair<std::uint32_t, Consumer>>;

// Who waits for what, while a level is put together.
struct LevelDraft {
    Entries by_condition, by_sequence;
};

class Names {
public:
    explicit Names(const RuleSet& rules) {
        for (const Rule& rule : rules.rules) rules_.emplace(rule.info.name, rule.condition);
        for (std::size_t i = 0; i < rules.sequences.size(); ++i) {
            sequences_.emplace(rules.sequences[i].info.name, static_cast<std::uint32_t>(i));
        }
    }

    // Adds `consumer` where `step`'s hits come from. A name that does not exist never fires.
    void add(const StepPlan& step, const Consumer& consumer, LevelDraft& draft) const {
        if (step.kind != StepKind::kStage) {
            draft.by_condition.emplace_back(step.condition, consumer);
        } else if (step.stage_is_sequence) {
            const auto found = sequences_.find(step.stage_name);
            if (found != sequences_.end()) draft.by_sequence.emplace_back(found->second, consumer);
        } else {
            const auto found = rules_.find(step.stage_name);
            if (found != rules_.end()) draft.by_condition.emplace_back(found->second, consumer);
        }
    }

private:
    std::unordered_map<std::string_view, ConditionIndex> rules_;
    std::unordered_map<std::string_view, std::uint32_t> sequences_;
};

void add_sequence(const CompiledSequence& sequence, const Names& names, LevelDraft& draft) {
    for (std::size_t p = 0; p < sequence.size(); ++p) {
        const auto& parts = sequence.positions[p].parts;
        for (std::size_t i = 0; i < parts.size(); ++i) {
            names.add(*parts[i].plan,
                      {sequence.index, parts[i].shape, HitRole::kStep, static_cast<std::uint8_t>(p),
                       static_cast<std::uint8_t>(i)},
                      draft);
        }
    }
    for (std::size_t i = 0; i < sequence.absences.size(); ++i) {
        const CompiledAbsence& absence = sequence.absences[i];
        names.add(
            *absence.plan,
            {sequence.index, absence.shape, HitRole::kAbsence, static_cast<std::uint8_t>(i), 0},
            draft);
    }
    if (sequence.plan->until) {
        draft.by_condition.emplace_back(
            sequence.plan->until->condition,
            Consumer{sequence.index, sequence.until_shape, HitRole::kUntil, 0, 0});
    }
}

}  // namespace

ConsumerTable::ConsumerTable(std::size_t size,
                             std::vector<std::pair<std::uint32_t, Consumer>> entries)
    : begins_(size + 1, 0) {
    std::erase_if(entries, [size](const auto& entry) { return entry.first >= size; });
    std::stable_sort(entries.begin(), entries.end(),
                     [](const auto& a, const auto& b) { return a.first < b.first; });
    consumers_.reserve(entries.size());
    for (const auto& [what, consumer] : entries) {
        ++begins_[what + 1];
        consumers_.push_back(consumer);
    }
    for (std::size_t i = 1; i <= size; ++i) begins_[i] += begins_[i - 1];
}

CompiledRules::CompiledRules(std::shared_ptr<const RuleSet> rule_set, KeyHasher key_hasher)
    : rules(std::move(rule_set)), hasher(key_hasher) {
    const std::vector<std::uint32_t> level_of = levels_of(*rules);
    const std::size_t count = rules->sequences.size();
    std::uint32_t top = 0;
    for (const std::uint32_t level : level_of) top = std::max(top, level);

    std::vector<LevelDraft> drafts(top + 1);
    levels.resize(top + 1);
    const Names names(*rules);
    sequences.reserve(count);
    for (std::uint32_t i = 0; i < count; ++i) {
        sequences.push_back(compile_sequence(*rules, i, shapes));
        sequences[i].level = level_of[i];
        add_sequence(sequences[i], names, drafts[level_of[i]]);
        Level& level = levels[level_of[i]];
        level.is_empty = false;
        if (sequences[i].exit_field >= 0) level.exit_sequences.push_back(i);
    }
    for (std::size_t i = 0; i <= top; ++i) {
        levels[i].by_condition =
            ConsumerTable(rules->conditions->size(), std::move(drafts[i].by_condition));
        levels[i].by_sequence = ConsumerTable(count, std::move(drafts[i].by_sequence));
    }
    KeyField entity;
    if (const auto field = resolve_field("proc.entity")) entity.field = *field;
    entity_shape = shapes.add({entity});
}

}  // namespace sequitur
