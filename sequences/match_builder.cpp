#include "sequences/match_builder.h"

#include "sequences/tracker_place.h"
#include "sequences/tracker_time.h"

#include <algorithm>
#include <bit>
#include <set>
#include <string>
#include <utility>

namespace sequitur {
namespace {

OutputField output_field(std::string name, const Value& value) {
    OutputField field;
    field.name = std::move(name);
    switch (value.type) {
        case ValueType::kMissing: return field;
        case ValueType::kBool:
            field.kind = OutputField::Kind::kBool;
            field.u = value.b ? 1 : 0;
            return field;
        case ValueType::kInt:
            field.kind = OutputField::Kind::kInt;
            field.i = value.i;
            return field;
        case ValueType::kUint:
            field.kind = OutputField::Kind::kUint;
            field.u = value.u;
            return field;
        case ValueType::kDouble:
            field.kind = OutputField::Kind::kDouble;
            field.d = value.d;
            return field;
        case ValueType::kText:
        case ValueType::kBytes:
        case ValueType::kIp:
        case ValueType::kNet:
        case ValueType::kList: break;
    }
    field.kind = OutputField::Kind::kText;
    append_text(value, field.text);
    return field;
}

// The distinct values that one key field can have on an event; a missing one where there is none.
std::vector<Value> values_of(const KeyField& field, const Event& event, ValueScratch& scratch) {
    const Value value = extract(field.field, event, scratch);
    if (value.type != ValueType::kList) return {value};
    std::vector<Value> values;
    std::set<std::string> seen;
    for (const Value& element : value.list) {
        if (values.size() == KeyReader::kKeysMax) break;
        std::string bytes;
        append_key_bytes(element, bytes);
        if (element && seen.insert(std::move(bytes)).second) values.push_back(element);
    }
    if (values.empty()) values.push_back(Value::missing());
    return values;
}

}  // namespace

MatchBuilder::MatchBuilder(const CompiledRules& rules, LossLog& losses)
    : rules_(rules), losses_(losses) {}

void MatchBuilder::load_steps(const Completion& completion) {
    steps_.reset(rules_.sequences[completion.sequence].plan->step_index_count);
    for (const MatchedStep& step : completion.steps) {
        steps_.add(static_cast<std::size_t>(step.step), *step.event);
    }
}

bool MatchBuilder::is_excepted(const Completion& completion) {
    const SequencePlan& plan = *rules_.sequences[completion.sequence].plan;
    if (!plan.exceptions) return false;
    load_steps(completion);
    scratch_.reset();
    return evaluate(*plan.exceptions, completion.steps.back().event->event(), steps_.view(),
                    scratch_);
}

bool MatchBuilder::is_suppressed(const Completion& completion) {
    const SequencePlan& plan = *rules_.sequences[completion.sequence].plan;
    if (!plan.suppress) return false;
    load_steps(completion);
    scratch_.reset();
    bytes_.clear();
    const Event completing = completion.steps.back().event->event();
    for (const FieldRef& field : plan.suppress->by) {
        const Event* event = &completing;
        if (field.step >= 0) event = steps_[static_cast<std::size_t>(field.step)];
        append_key_bytes(event != nullptr ? extract(field, *event, scratch_) : Value::missing(),
                         bytes_);
    }
    return suppressions_[completion.sequence].holds_back(
        rules_.hasher.hash(bytes_), completion.time_ns, plan.suppress->duration.count());
}

std::optional<Match> MatchBuilder::build(Completion& completion, std::uint64_t event_number) {
    if (is_suppressed(completion)) {
        ++suppressed_;
        return std::nullopt;
    }
    Match match;
    match.sequence = completion.sequence;
    match.time = Timestamp(Duration(completion.time_ns));
    match.event_number = event_number;
    match.key = key_fields(completion);
    match.losses = losses_of(completion);
    match.steps = std::move(completion.steps);
    return match;
}

// The key's values are those of the first matched step. Where that event had several keys, the one
// whose hash this is.
std::vector<OutputField> MatchBuilder::key_fields(const Completion& completion) {
    const CompiledSequence& sequence = rules_.sequences[completion.sequence];
    const auto& names = sequence.plan->by;
    const MatchedStep& first = completion.steps.front();
    const CompiledPart* part = sequence.part_of_step(static_cast<std::uint16_t>(first.step));
    if (names.empty() || part == nullptr) return {};
    const std::vector<KeyPart>& by = rules_.shapes[part->shape];
    const Event event = first.event->event();
    scratch_.reset();
    std::vector<std::vector<Value>> choices;
    for (const KeyPart& each : by) choices.push_back(values_of(each.field, event, scratch_));
    // In the order in which keys are read off events, and no further.
    const Key key = rules_.hasher.in_place(completion.key, completion.sequence, kGroupPlace);
    std::vector<std::size_t> chosen(by.size(), 0);
    std::vector<Value> values(by.size());
    bool is_over = false;
    for (std::size_t tried = 0; !is_over && tried < KeyReader::kKeysMax; ++tried) {
        bytes_.clear();
        for (std::size_t i = 0; i < choices.size(); ++i) {
            values[i] = choices[i][chosen[i]];
            append_key_value(by[i], event, values[i], bytes_);
        }
        if (rules_.hasher.hash(bytes_) == key) break;
        is_over = true;
        for (std::size_t i = by.size(); i-- > 0 && is_over;) {
            is_over = ++chosen[i] == choices[i].size();
            if (is_over) chosen[i] = 0;
        }
    }
    std::vector<OutputField> fields;
    for (std::size_t i = 0; i < values.size(); ++i) {
        fields.push_back(output_field(names[i].field.name, values[i]));
    }
    return fields;
}

AlertLosses MatchBuilder::losses_of(const Completion& completion) const {
    AlertLosses losses;
    const CompiledSequence& sequence = rules_.sequences[completion.sequence];
    const std::int64_t start_ns = ns_of(*completion.steps.front().event);
    std::int64_t watched_ns = start_ns;  // Leading absences look back further.
    for (const std::uint8_t number : sequence.leading) {
        const std::int64_t for_ns = sequence.absences[number].for_ns;
        watched_ns =
            std::min(watched_ns, for_ns != kNoDeadline ? start_ns - for_ns
                                                       : completion.time_ns - sequence.within_ns);
    }
    losses.events_lost = losses_.events_lost(watched_ns, completion.time_ns);
    losses.gaps = losses_.gaps(watched_ns, completion.time_ns);
    losses.matches_evicted = losses_.evicted(completion.sequence, completion.key, start_ns);
    for (const MatchedStep& step : completion.steps) {
        losses.params_truncated +=
            static_cast<std::uint64_t>(std::popcount(step.event->event().truncated_params));
    }
    return losses;
}

}  // namespace sequitur
