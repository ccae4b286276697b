// The alert of a completed match.
#include "core/alert_builder.h"
#include "core/time_text.h"
#include "sequences/engine.h"

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

// Whatever the output says of step `index`, under names without the step's.
std::vector<OutputField> step_fields(const OutputFormat& output, std::int32_t index,
                                     std::string_view id, const Event& event,
                                     std::span<const Event* const> steps) {
    OutputFormat of_step;
    const std::string prefix = std::string(id) + ".";
    for (const OutputSegment& segment : output.segments) {
        if (!segment.has_value || segment.match_field != MatchField::kNone ||
            step_of(segment.value) != index) {
            continue;
        }
        OutputSegment& own = of_step.segments.emplace_back(segment);
        if (own.name.starts_with(prefix)) own.name.erase(0, prefix.size());
    }
    return fields_of(of_step, event, steps, {});
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
    std::vector<const Event*> steps(plan.step_index_count, nullptr);
    for (const MatchedStep& step : match.steps) {
        const auto index = static_cast<std::size_t>(step.step);
        if (index < steps.size() && steps[index] == nullptr) steps[index] = &step.event->event();
    }
    const Event& completing = match.steps.back().event->event();

    AlertSequence sequence;
    sequence.key = match.key;
    sequence.start = match.steps.front().event->event().time;
    sequence.duration = match.time - sequence.start;
    sequence.losses = match.losses;
    for (const MatchedStep& matched : match.steps) {
        const Event& event = matched.event->event();
        const StepPlan* step = step_of(plan.steps, matched.step);
        AlertStep& shown = sequence.steps.emplace_back();
        if (step != nullptr) shown.id = step->id;
        shown.time = event.time;
        shown.event_number = event.number;
        shown.event_type = event_type(event);
        if (event.process != nullptr) shown.process = describe(*event.process);
        shown.output_fields = step_fields(plan.info.output, matched.step, shown.id, event, steps);
        if (is_counted(plan.steps, matched.step)) {
            shown.count = matched.count;
            shown.last = matched.last ? matched.last->event().time : event.time;
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
