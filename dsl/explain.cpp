#include "dsl/explain.h"

#include "core/event_type_set.h"
#include "dsl/duration.h"
#include "sequences/engine.h"

#include <algorithm>
#include <set>

namespace sequitur::dsl {

namespace {

using Names = std::vector<std::string>;

class Explainer {
public:
    explicit Explainer(const RuleSet& rules) : conditions_(*rules.conditions) {}

    Explanation of(const Rule& rule) {
        Explanation result = common(rule.info);
        result.condition = condition_of(rule.condition);
        return result;
    }

    Explanation of(const SequencePlan& plan) {
        Explanation result = common(plan.info);
        result.is_sequence = true;
        collect_names(plan.steps);
        result.key = key_of(plan.by);
        result.within = to_text(plan.within);
        constexpr std::string_view kPolicies[] = {"latest", "first", "every"};
        result.match = kPolicies[static_cast<std::size_t>(plan.match)];
        result.partial_match_bytes = kPartialMatchBytes;
        result.retained_event_bytes = kRetainedEventBytes;
        if (plan.suppress) {
            Names fields;
            for (const FieldRef& field : plan.suppress->by) fields.push_back(name_of(field));
            result.suppress = joined(fields) + " for " + to_text(plan.suppress->duration);
        }
        if (plan.exceptions) result.exceptions = to_string(named(*plan.exceptions));
        for (const StepPlan& step : plan.steps) result.steps.push_back(step_of(step));
        if (plan.until) {
            result.has_until = true;
            result.until = condition_of(plan.until->condition);
        }
        return result;
    }

private:
    static Explanation common(const DetectionInfo& info) {
        Explanation result;
        result.name = info.name;
        result.file = info.file;
        result.line = info.line;
        result.priority = std::string(sequitur::name_of(info.priority));
        result.source = info.source;
        return result;
    }

    ExplainedCondition condition_of(ConditionIndex index) const {
        ExplainedCondition result;
        if (index == kNoCondition) return result;
        result.text = to_string(conditions_.condition(index));
        result.atoms = conditions_.atoms(index);
        const EventTypeSet& types = conditions_.event_types(index);
        result.any_event_type = types.all();
        if (result.any_event_type) return result;
        std::set<std::string> names;
        for (const EventTypeInfo& info : event_types()) {
            const auto type = static_cast<EventType>(info.id);
            // These two show a name of the record and so may always match one.
            if (type == EventType::kGeneric || type == EventType::kAsyncevent) continue;
            if (types.test(info.id) && info.is_current && !info.name.empty()) {
                names.emplace(info.name);
            }
        }
        for (const std::uint16_t call : generic_syscalls_of(conditions_.condition(index))) {
            names.emplace(syscall_name(call));
        }
        result.event_types.assign(names.begin(), names.end());
        return result;
    }

    void collect_names(const std::vector<StepPlan>& steps) {
        for (const StepPlan& step : steps) {
            if (step.index >= 0) {
                const auto at = static_cast<std::size_t>(step.index);
                step_names_.resize(std::max(step_names_.size(), at + 1));
                step_names_[at] = step.id;
            }
            collect_names(step.parts);
        }
    }

    std::string name_of(const FieldRef& field) const {
        const auto at = static_cast<std::size_t>(field.step);
        if (field.step < 0 || at >= step_names_.size()) return field.name;
        return step_names_[at] + '.' + field.name;
    }

    static std::string joined(const Names& names) {
        std::string out;
        for (const std::string& name : names) out += (out.empty() ? "" : ", ") + name;
        return out;
    }

    static Names key_of(const std::vector<KeyField>& by) {
        Names result;
        for (const KeyField& key : by) {
            result.push_back((key.is_optional ? "?" : "") + key.field.name);
        }
        return result;
    }

    // An operand with its fields under their steps' names.
    Operand named(Operand operand) const {
        if (operand.kind == Operand::Kind::kField) {
            operand.field.name = name_of(operand.field);
            operand.field.step = -1;
        }
        for (Operand& argument : operand.arguments) argument = named(std::move(argument));
        return operand;
    }
    Condition named(Condition condition) const {
        condition.check.left = named(std::move(condition.check.left));
        for (Operand& right : condition.check.right) right = named(std::move(right));
        for (Condition& child : condition.children) child = named(std::move(child));
        return condition;
    }

    ExplainedStep step_of(const StepPlan& step) const {
        ExplainedStep result;
        result.id = step.id;
        constexpr std::string_view kKinds[] = {"event", "not", "any_of", "all_of", "rule"};
        result.kind = kKinds[static_cast<std::size_t>(step.kind)];
        if (step.kind == StepKind::kStage && step.stage_is_sequence) result.kind = "sequence";
        result.stage = step.stage_name;
        result.condition = condition_of(step.condition);
        result.key = key_of(step.by);
        for (const KeyLink& link : step.links) {
            result.links.push_back(to_string(named(link.own)) + " = " +
                                   to_string(named(link.other)));
        }
        if (step.residual) result.residual = to_string(named(*step.residual));
        Names timing;
        if (step.within != kUnbounded) timing.push_back("within " + to_text(step.within));
        if (step.after != Duration(0)) timing.push_back("after " + to_text(step.after));
        if (step.absent_for) timing.push_back("for " + to_text(*step.absent_for));
        result.timing = joined(timing);
        if (step.count > 1) result.repeats = std::to_string(step.count) + " times";
        if (step.at_least > 0) {
            result.repeats = "at least " + std::to_string(step.at_least);
            result.repeats += step.distinct ? " different " + step.distinct->name : " times";
        }
        result.is_optional = step.is_optional;
        for (const StepPlan& part : step.parts) result.parts.push_back(step_of(part));
        return result;
    }

    const ConditionSet& conditions_;
    Names step_names_;
};

}  // namespace

std::vector<Explanation> explain(const RuleSet& rules, std::string_view name) {
    std::vector<Explanation> result;
    for (const Rule& rule : rules.rules) {
        if (name.empty() || rule.info.name == name) result.push_back(Explainer(rules).of(rule));
    }
    for (const SequencePlan& plan : rules.sequences) {
        if (name.empty() || plan.info.name == name) result.push_back(Explainer(rules).of(plan));
    }
    return result;
}

}  // namespace sequitur::dsl
