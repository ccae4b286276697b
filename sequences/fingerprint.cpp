#include "sequences/fingerprint.h"

#include "sequences/key.h"
#include "sequences/snapshot_bytes.h"

#include <algorithm>

namespace sequitur {
namespace {

// Writes a plan so that no two different ones give the same bytes.
class PlanWriter {
public:
    PlanWriter(const RuleSet& rules, ByteWriter& out) : rules_(rules), out_(out) {}

    void write(const SequencePlan& plan) {
        keys(plan.by);
        out_.number(plan.within.count());
        out_.number(static_cast<std::uint8_t>(plan.match));
        steps(plan.steps);
        out_.number(plan.until.has_value());
        if (plan.until) {
            condition(plan.until->condition);
            keys(plan.until->by);
        }
        out_.number(plan.step_index_count);
    }

private:
    void keys(const std::vector<KeyField>& by) {
        out_.number(static_cast<std::uint32_t>(by.size()));
        for (const KeyField& field : by) {
            out_.text(field.field.name);
            out_.number(field.is_optional);
            out_.number(field.is_ancestry);
        }
    }

    void condition(ConditionIndex index) {
        out_.text(index != kNoCondition ? to_string(rules_.conditions->condition(index)) : "");
    }

    void steps(const std::vector<StepPlan>& plans) {
        out_.number(static_cast<std::uint32_t>(plans.size()));
        for (const StepPlan& plan : plans) step(plan);
    }

    void step(const StepPlan& plan) {
        out_.number(static_cast<std::uint8_t>(plan.kind));
        out_.number(plan.index);
        condition(plan.condition);
        out_.text(plan.stream_source);
        keys(plan.by);
        out_.number(static_cast<std::uint32_t>(plan.links.size()));
        for (const KeyLink& link : plan.links) {
            out_.text(to_string(link.own));
            out_.text(to_string(link.other));
        }
        out_.text(plan.residual ? to_string(*plan.residual) : "");
        out_.number(plan.within.count());
        out_.number(plan.after.count());
        out_.number(plan.is_optional);
        out_.number(plan.count);
        out_.number(plan.at_least);
        out_.text(plan.distinct ? plan.distinct->name : "");
        out_.number(plan.absent_for ? plan.absent_for->count() : std::int64_t{-1});
        steps(plan.parts);
        out_.text(plan.stage_name);
        out_.number(plan.stage_is_sequence);
        if (plan.kind != StepKind::kStage || plan.stage_is_sequence) return;
        const auto rule =
            std::find_if(rules_.rules.begin(), rules_.rules.end(),
                         [&](const Rule& each) { return each.info.name == plan.stage_name; });
        condition(rule != rules_.rules.end() ? rule->condition : kNoCondition);
    }

    const RuleSet& rules_;
    ByteWriter& out_;
};

}  // namespace

std::uint64_t fingerprint_of(const RuleSet& rules, std::uint32_t index) {
    ByteWriter bytes;
    PlanWriter(rules, bytes).write(rules.sequences[index]);
    return KeyHasher(0x73657175656e6365, 0x66696e6765727072).hash(bytes.bytes()).low;
}

}  // namespace sequitur
