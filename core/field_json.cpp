// Fields of events that are JSON objects: json.*, and jevt.*, their older names.
#include "core/field_row.h"
#include "core/json_view.h"

namespace sequitur {
namespace {

using enum FieldScope;
using enum ValueType;

// The object, as it stands in the record; empty for events of other streams.
std::string_view object_of(const Event& event) {
    constexpr std::uint32_t kData = 1;
    if (event.stream != EventStream::kJson || event.record.empty()) return {};
    const auto bytes = event.record.param(kData);
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

Value value(const FieldRef& field, const Event& event, ValueScratch& scratch) {
    const auto found = find_json(object_of(event), field.arg);
    return found ? json_value(*found, scratch) : Value::missing();
}

Value object(const FieldRef&, const Event& event, ValueScratch&) {
    const std::string_view text = object_of(event);
    return text.empty() ? Value::missing() : Value::of_text(text);
}

template <NumberFormat format>
Value time(const FieldRef&, const Event& event, ValueScratch&) {
    if (event.stream != EventStream::kJson) return Value::missing();
    return Value::of_uint(ns_of(event.time), format);
}

constexpr FieldRow json(std::string_view name, ValueType type, std::string_view meaning,
                        Extractor extract) {
    return field_row(name, type, kEvent, extract, meaning).from_stream(EventStream::kJson);
}

constexpr FieldRow kRows[] = {
    json("json.value", kText,
         "What stands at a JSON pointer, as in json.value[/user/name]: text, a number where "
         "compared with one, a list where it is an array; without [...] the whole object.",
         value)
        .with_arg(FieldArg::kOptionalText)
        .as_dynamic(),
    json("json.obj", kText, "The whole object as text.", object),
    json("json.rawtime", kUint, "The object's time, in nanoseconds since the epoch.",
         time<NumberFormat::kDecimal>),
    json("jevt.value", kText, "json.value by its older name.", value)
        .with_arg(FieldArg::kOptionalText)
        .as_dynamic(),
    json("jevt.obj", kText, "json.obj by its older name.", object),
    json("jevt.rawtime", kUint, "json.rawtime by its older name.", time<NumberFormat::kDecimal>),
    json("jevt.time", kUint, "The object's time of day, in UTC.", time<NumberFormat::kTime>),
    json("jevt.time.iso8601", kUint, "The object's date and time in ISO 8601, in UTC.",
         time<NumberFormat::kIso8601>),
};

}  // namespace

std::span<const FieldRow> json_fields() { return kRows; }

}  // namespace sequitur
