#include "sequences/compiled_sequence.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <unordered_map>

namespace sequitur {
namespace {

std::int64_t ns_or_never(Duration duration) {
    return duration == kUnbounded ? kNoDeadline : duration.count();
}

const std::vector<KeyField>& key_fields(const StepPlan& step, const SequencePlan& plan) {
    return step.by.size() == plan.by.size() ? step.by : plan.by;
}

// The positions of the key that are file.id on every step, absence and the `until`, as bits.
std::uint64_t only_files(const SequencePlan& plan) {
    std::uint64_t files = ~std::uint64_t{0};
    const auto keep = [&files](const std::vector<KeyField>& by) {
        for (std::size_t i = 0; i < 64; ++i) {
            if (i >= by.size() || by[i].field.name != "file.id") files &= ~(std::uint64_t{1} << i);
        }
    };
    for (const StepPlan& step : plan.steps) {
        keep(key_fields(step, plan));
        for (const StepPlan& part : step.parts) keep(key_fields(part, plan));
    }
    if (plan.until) keep(plan.until->by);
    return files;
}

// Reads keys off events the same way for all of a sequence.
struct Keys {
    const SequencePlan& plan;
    KeyShapes& shapes;
    std::uint64_t files;

    std::uint32_t shape_of(const StepPlan& step) {
        return shapes.add(key_fields(step, plan), files);
    }
};

CompiledPart part_of(const StepPlan& step, Keys& keys) {
    return {&step, keys.shape_of(step), static_cast<std::uint16_t>(step.index)};
}

Position position_of(const StepPlan& step, Keys& keys) {
    Position position;
    if (step.at_least > 0) position.kind = Position::Kind::kCounted;
    if (step.kind == StepKind::kAllOf) position.kind = Position::Kind::kAllOf;
    if (step.parts.empty()) {
        position.parts.push_back(part_of(step, keys));
    } else {
        for (const StepPlan& part : step.parts) {
            position.parts.push_back(part_of(part, keys));
        }
    }
    position.is_optional = step.is_optional;
    position.within_ns = ns_or_never(step.within);
    position.after_ns = step.after.count();
    position.at_least = step.at_least;
    position.distinct = step.distinct ? &*step.distinct : nullptr;
    return position;
}

void lay_out(Keys& keys, CompiledSequence& sequence) {
    for (const StepPlan& step : keys.plan.steps) {
        if (step.kind == StepKind::kAbsence) {
            CompiledAbsence absence;
            absence.plan = &step;
            absence.shape = keys.shape_of(step);
            absence.gap = static_cast<std::uint8_t>(sequence.size());
            if (step.absent_for) absence.for_ns = ns_or_never(*step.absent_for);
            sequence.absences.push_back(absence);
            continue;
        }
        const Position position = position_of(step, keys);
        const std::uint32_t times = std::max<std::uint32_t>(step.count, 1);
        sequence.positions.insert(sequence.positions.end(), times, position);
    }
    while (sequence.size() > 1 && sequence.positions.back().is_optional) {
        sequence.positions.pop_back();
    }
    const auto last_gap = static_cast<std::uint8_t>(sequence.size());
    for (CompiledAbsence& absence : sequence.absences)
        absence.gap = std::min(absence.gap, last_gap);
}

std::uint8_t first_mandatory(const CompiledSequence& sequence, std::size_t from) {
    while (from + 1 < sequence.size() && sequence.positions[from].is_optional) ++from;
    return static_cast<std::uint8_t>(from);
}

void sort_out_absences(CompiledSequence& sequence) {
    for (std::size_t i = 0; i < sequence.absences.size(); ++i) {
        CompiledAbsence& absence = sequence.absences[i];
        const auto number = static_cast<std::uint8_t>(i);
        absence.is_leading = absence.gap <= sequence.last_opening;
        if (absence.is_leading) {
            absence.memory = static_cast<std::uint32_t>(sequence.leading.size());
            sequence.leading.push_back(number);
        }
        if (absence.gap == sequence.size()) sequence.trailing.push_back(number);
    }
}

// Whether from `stage` on anything asks more of earlier steps than links do.
bool refers_back(const CompiledSequence& sequence, std::size_t stage) {
    for (std::size_t p = stage; p < sequence.size(); ++p) {
        for (const CompiledPart& part : sequence.positions[p].parts) {
            if (part.plan->residual) return true;
        }
    }
    return std::any_of(sequence.absences.begin(), sequence.absences.end(),
                       [stage](const CompiledAbsence& absence) {
                           const bool has_links =
                               !absence.plan->links.empty() && !absence.uses_bucket;
                           return absence.gap >= stage && (absence.plan->residual || has_links);
                       });
}

std::string text_of(const std::vector<KeyLink>& links) {
    std::string text;
    for (const KeyLink& link : links) text += to_string(link.other) + "\n";
    return text;
}

void plan_stage(CompiledSequence& sequence, std::size_t s) {
    Stage& stage = sequence.stages[s];
    stage.last = first_mandatory(sequence, s);
    stage.within_ns = 0;
    for (std::size_t p = s; p <= stage.last; ++p) {
        stage.within_ns = std::max(stage.within_ns, sequence.positions[p].within_ns);
    }
    if (s == 0) return;

    const Position& only = sequence.positions[s];
    const bool is_single = stage.last == s && only.parts.size() == 1 && !only.gathers();
    bool has_later_links = false;
    for (std::size_t p = s; p < sequence.size(); ++p) {
        for (const CompiledPart& part : sequence.positions[p].parts) {
            for (const KeyLink& link : part.plan->links) {
                stage.slot_links.push_back(&link);
                if (p == s && is_single) {
                    stage.index_links.push_back(&link);
                } else {
                    has_later_links = true;
                }
            }
        }
    }
    // An absence whose links are just those of the next step asks nothing more.
    for (CompiledAbsence& absence : sequence.absences) {
        absence.uses_bucket =
            absence.uses_bucket ||
            (absence.gap == s && is_single && !only.parts[0].plan->links.empty() &&
             text_of(absence.plan->links) == text_of(only.parts[0].plan->links));
    }
    if (refers_back(sequence, s)) {
        stage.crowd = Crowd::kMany;
    } else if (has_later_links) {
        stage.crowd = Crowd::kBySlot;
    }
    sequence.is_linked = sequence.is_linked || !stage.index_links.empty();
    sequence.has_back_references =
        sequence.has_back_references || stage.crowd != Crowd::kOne || !stage.index_links.empty();
}

// Rule 9: the key's field i is the process itself for all that can come from stage s on.
void plan_exits(CompiledSequence& sequence, const KeyShapes& shapes) {
    const std::size_t fields = sequence.plan->by.size();
    for (std::size_t i = 0; i < fields && sequence.exit_field < 0; ++i) {
        for (std::size_t s = sequence.size(); s-- > 0;) {
            const auto& parts = sequence.positions[s].parts;
            const bool needs = std::all_of(parts.begin(), parts.end(), [&](const auto& part) {
                const KeyField& field = shapes[part.shape][i].field;
                return field.field.name == "proc.entity" && !field.is_ancestry;
            });
            if (!needs) break;
            sequence.stages[s].exit_ends = true;
            sequence.exit_field = static_cast<int>(i);
        }
    }
}

}  // namespace

const CompiledPart* CompiledSequence::part_of_step(std::uint16_t step) const {
    for (const Position& position : positions) {
        for (const CompiledPart& part : position.parts) {
            if (part.step == step) return &part;
        }
    }
    return nullptr;
}

CompiledSequence compile_sequence(const RuleSet& rules, std::uint32_t index, KeyShapes& shapes) {
    const SequencePlan& plan = rules.sequences[index];
    CompiledSequence sequence;
    sequence.plan = &plan;
    sequence.index = index;
    sequence.match = plan.match;
    sequence.within_ns = ns_or_never(plan.within);
    sequence.has_empty_key = plan.by.empty();
    Keys keys{plan, shapes, only_files(plan)};
    if (plan.until) sequence.until_shape = shapes.add(plan.until->by, keys.files);
    lay_out(keys, sequence);
    sequence.stages.resize(sequence.size() + 1);
    sequence.last_opening = first_mandatory(sequence, 0);
    sort_out_absences(sequence);
    // From the last, because what an absence's links index is known at its own stage.
    for (std::size_t s = sequence.size(); s-- > 0;) plan_stage(sequence, s);
    sequence.stages.back().last = static_cast<std::uint8_t>(sequence.size());
    plan_exits(sequence, shapes);
    return sequence;
}

std::vector<std::uint32_t> levels_of(const RuleSet& rules) {
    std::unordered_map<std::string_view, std::size_t> by_name;
    for (std::size_t i = 0; i < rules.sequences.size(); ++i) {
        by_name.emplace(rules.sequences[i].info.name, i);
    }
    std::vector<std::uint32_t> levels(rules.sequences.size(), 0);
    const auto least_above = [&](const StepPlan& step) -> std::uint32_t {
        if (step.kind != StepKind::kStage || !step.stage_is_sequence) return 0;
        const auto found = by_name.find(step.stage_name);
        return found == by_name.end() ? 0 : levels[found->second] + 1;
    };
    // Levels only rise; without cycles they are final after as many rounds as there are levels.
    bool has_risen = true;
    for (std::size_t round = 0; has_risen && round < rules.sequences.size(); ++round) {
        has_risen = false;
        for (std::size_t i = 0; i < rules.sequences.size(); ++i) {
            std::uint32_t level = 0;
            for (const StepPlan& step : rules.sequences[i].steps) {
                level = std::max(level, least_above(step));
                for (const StepPlan& part : step.parts) level = std::max(level, least_above(part));
            }
            has_risen = has_risen || level > levels[i];
            levels[i] = std::max(levels[i], level);
        }
    }
    return levels;
}

}  // namespace sequitur
