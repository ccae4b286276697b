// The alert of a completed match.
#include "core/alert_builder.h"
#include "core/time_text.h"
#include "sequences/engine.h"
#include "sequences/step_events.h"

#include <algorithm>
#include <string_view>

namespace sequitur {
namespace {

const StepPlan* step_of(const std::vector<StepPlan>& steps, std::int32_t index) {
    for (const StepPlan& step : steps) {
        if (step.index == index && step.kind != StepKind::kAbsence && step.parts.empty()) {
            return &step;
        }
        if (const StepPlan* part = step_of(step.parts, index)) return part;
    }
    return nullptr;
}

// Counted steps stand under the index of their parts too, where they have any.
bool is_counted(const std::vector<StepPlan>& steps, std::int32_t index) {
    return std::any_of(steps.begin(), steps.end(), [index](const StepPlan& step) {
        return step.at_least > 0 && (step.index == index || step_of(step.parts, index) != nullptr);
    });
}

// The step whose event a value is of; -1 for the event that fired.
std::int32_t step_of(const Operand& operand) {
    if (operand.kind == Operand::Kind::kField) return operand.field.step;
    for (const Operand& argument : operand.arguments) {
        const std::int32_t step = step_of(argument);
        if (step >= 0) return step;
    }
    return -1;
}

std::string event_type(const Event& event) {
    static const Result<FieldRef> field = resolve_field("evt.type");
    std::string text;
    ValueScratch scratch;
    const Value type = field ? extract(*field, event, scratch) : Value::missing();
    // Events of other streams have none that rules could ask for.
    if (!type && event.info != nullptr) return std::string(event.info->name);
    append_text(type, text);
    return text;
}

void add_fields(const Operand& operand, std::vector<FieldRef>& fields) {
    if (operand.kind == Operand::Kind::kField && operand.field.step < 0 &&
        !field_info(operand.field.id).filter_only) {
        fields.push_back(operand.field);
    }
    for (const Operand& argument : operand.arguments) add_fields(argument, fields);
}

void add_fields(const Condition& condition, std::vector<FieldRef>& fields) {
    if (condition.kind == Condition::Kind::kCheck) {
        add_fields(condition.check.left, fields);
        for (const Operand& right : condition.check.right) add_fields(right, fields);
    }
    for (const Condition& child : condition.children) add_fields(child, fields);
}

// The fields of its own event that a step's condition names.
std::vector<FieldRef> named_fields(const RuleSet& rules, const StepPlan& step) {
    std::vector<FieldRef> fields;
    if (step.condition != kNoCondition) {
        add_fields(rules.conditions->condition(step.condition), fields);
    }
    if (step.residual) add_fields(*step.residual, fields);
    for (const KeyLink& link : step.links) add_fields(link.own, fields);
    if (step.kind != StepKind::kStage || step.stage_is_sequence) return fields;
    for (const Rule& rule : rules.rules) {
        if (rule.info.name != step.stage_name) continue;
        add_fields(rules.conditions->condition(rule.condition), fields);
    }
    return fields;
}

// Whatever the output says of the step, under names without the step's, and what its condition
// looked at and found there.
std::vector<OutputField> step_fields(const RuleSet& rules, const OutputFormat& output,
                                     const StepPlan& step, const Event& event,
                                     std::span<const Event* const> steps) {
    OutputFormat of_step;
    const std::string prefix = step.id + ".";
    for (const OutputSegment& segment : output.segments) {
        if (!segment.has_value || segment.match_field != MatchField::kNone ||
            step_of(segment.value) != step.index) {
            continue;
        }
        OutputSegment& own = of_step.segments.emplace_back(segment);
        if (own.name.starts_with(prefix)) own.name.erase(0, prefix.size());
    }
    std::vector<OutputField> fields = fields_of(of_step, event, steps, {});

    OutputFormat of_condition;
    for (const FieldRef& field : named_fields(rules, step)) {
        const auto has_name = [&field](const auto& other) { return other.name == field.name; };
        const auto& segments = of_condition.segments;
        if (std::any_of(fields.begin(), fields.end(), has_name) ||
            std::any_of(segments.begin(), segments.end(), has_name)) {
            continue;
        }
        OutputSegment& own = of_condition.segments.emplace_back();
        own.has_value = true;
        own.name = field.name;
        own.value.kind = Operand::Kind::kField;
        own.value.field = field;
    }
    for (OutputField& field : fields_of(of_condition, event, steps, {})) {
        if (field.kind != OutputField::Kind::kNull) fields.push_back(std::move(field));
    }
    return fields;
}

MatchValues values_of(const Match& match, const AlertSequence& sequence) {
    MatchValues values;
    for (const OutputField& field : match.key) {
        if (!values.key.empty()) values.key += ", ";
        switch (field.kind) {
            case OutputField::Kind::kNull: values.key += "<NA>"; break;
            case OutputField::Kind::kInt: values.key += std::to_string(field.i); break;
            case OutputField::Kind::kUint: values.key += std::to_string(field.u); break;
            case OutputField::Kind::kDouble: values.key += std::to_string(field.d); break;
            case OutputField::Kind::kBool: values.key += field.u != 0 ? "true" : "false"; break;
            case OutputField::Kind::kText: values.key += field.text; break;
        }
    }
    append_duration(sequence.duration, values.duration);
    append_rfc3339(sequence.start, values.start);
    for (const AlertStep& step : sequence.steps) {
        if (!values.steps.empty()) values.steps += ", ";
        values.steps += step.id;
    }
    return values;
}

}  // namespace

Alert to_alert(const RuleSet& rules, const Match& match, const std::string& hostname) {
    const SequencePlan& plan = rules.sequences[match.sequence];
    StepEvents step_events;
    step_events.reset(plan.step_index_count);
    for (const MatchedStep& step : match.steps) {
        step_events.add(static_cast<std::size_t>(step.step), *step.event);
    }
    const auto steps = step_events.view();
    const Event completing = match.steps.back().event->event();

    AlertSequence sequence;
    sequence.key = match.key;
    sequence.start = match.steps.front().event->time();
    sequence.duration = match.time - sequence.start;
    sequence.losses = match.losses;
    for (const MatchedStep& matched : match.steps) {
        const Event event = matched.event->event();
        const StepPlan* step = step_of(plan.steps, matched.step);
        AlertStep& shown = sequence.steps.emplace_back();
        if (step != nullptr) shown.id = step->id;
        shown.time = event.time;
        shown.event_number = event.number;
        shown.event_type = event_type(event);
        if (event.process != nullptr) shown.process = describe(*event.process);
        if (step != nullptr) {
            shown.output_fields = step_fields(rules, plan.info.output, *step, event, steps);
        }
        if (is_counted(plan.steps, matched.step)) {
            shown.count = matched.count;
            shown.last = matched.last ? matched.last->time() : event.time;
        }
    }

    const MatchValues values = values_of(match, sequence);
    Alert alert = alert_shell(plan.info, hostname);
    alert.time = match.time;
    alert.event_number = match.event_number;
    alert.output = render(plan.info.output, completing, steps, values);
    alert.output_fields = fields_of(plan.info.output, completing, steps, values);
    alert.sequence = std::move(sequence);
    return alert;
}

}  // namespace sequitur
