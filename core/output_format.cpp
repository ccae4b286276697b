#include "core/output_format.h"

#include <algorithm>

namespace sequitur {
namespace {

using Steps = std::span<const Event* const>;

const std::string& text_of(MatchField field, const MatchValues& match) {
    static const std::string kNothing;
    switch (field) {
        case MatchField::kKey: return match.key;
        case MatchField::kDuration: return match.duration;
        case MatchField::kStart: return match.start;
        case MatchField::kSteps: return match.steps;
        case MatchField::kNone: break;
    }
    return kNothing;
}

// All ancestors in one word for each, as Falco prints them; for proc.apid, only the process's own.
void append_many(const FieldRef& field, const Value& value, const Event& event, std::string& out) {
    if (field.type != ValueType::kText) {
        append_text(Value::of_int(event.process->pid), out);
        return;
    }
    for (std::size_t i = 0; i < value.list.size(); ++i) {
        if (i > 0) out.push_back(' ');
        append_text(value.list[i], out);
    }
}

void append_value(const OutputSegment& segment, const Event& event, Steps steps,
                  const MatchValues& match, ValueScratch& scratch, std::string& out) {
    if (segment.match_field != MatchField::kNone) {
        out += text_of(segment.match_field, match);
        return;
    }
    const Value value = evaluate(segment.value, event, steps, scratch);
    const bool is_field = segment.value.kind == Operand::Kind::kField;
    if (value.type != ValueType::kList || !is_field || !is_many_valued(segment.value.field)) {
        append_text(value, out);
        return;
    }
    const auto step = segment.value.field.step;
    append_many(segment.value.field, value,
                step < 0 ? event : *steps[static_cast<std::size_t>(step)], out);
}

OutputField field_of(const OutputSegment& segment, const Event& event, Steps steps,
                     const MatchValues& match, ValueScratch& scratch) {
    OutputField field;
    field.name = segment.name;
    field.kind = OutputField::Kind::kText;
    if (segment.match_field != MatchField::kNone) {
        field.text = text_of(segment.match_field, match);
        return field;
    }
    const Value value = evaluate(segment.value, event, steps, scratch);
    switch (value.type) {
        case ValueType::kMissing: field.kind = OutputField::Kind::kNull; break;
        case ValueType::kBool:
            field.kind = OutputField::Kind::kBool;
            field.u = value.b ? 1 : 0;
            break;
        case ValueType::kInt:
            field.kind = OutputField::Kind::kInt;
            field.i = value.i;
            break;
        case ValueType::kUint:
            field.kind = OutputField::Kind::kUint;
            field.u = value.u;
            break;
        case ValueType::kDouble:
            field.kind = OutputField::Kind::kDouble;
            field.d = value.d;
            break;
        case ValueType::kText:
        case ValueType::kBytes:
        case ValueType::kIp:
        case ValueType::kNet:
        case ValueType::kList:
            append_value(segment, event, steps, match, scratch, field.text);
            break;
    }
    return field;
}

}  // namespace

std::string render(const OutputFormat& format, const Event& event, Steps steps,
                   const MatchValues& match) {
    ValueScratch scratch;
    std::string out;
    for (const OutputSegment& segment : format.segments) {
        out += segment.text;
        if (!segment.has_value) continue;
        const std::size_t start = out.size();
        append_value(segment, event, steps, match, scratch, out);
        if (segment.width > 0) out.resize(start + segment.width, ' ');
        scratch.reset();
    }
    return out;
}

std::vector<OutputField> fields_of(const OutputFormat& format, const Event& event, Steps steps,
                                   const MatchValues& match) {
    ValueScratch scratch;
    std::vector<OutputField> fields;
    for (const OutputSegment& segment : format.segments) {
        if (!segment.has_value) continue;
        if (std::ranges::find(fields, segment.name, &OutputField::name) != fields.end()) continue;
        fields.push_back(field_of(segment, event, steps, match, scratch));
        scratch.reset();
    }
    return fields;
}

}  // namespace sequitur
