// Fields of events that are JSON objects: json.*, and jevt.*, their older names.
//
// They resolve, so that rules over such sources are read and checked; what the object holds comes
// with the source that reads JSON.
#include "core/field_row.h"

namespace sequitur {
namespace {

using enum FieldScope;
using enum ValueType;

template <NumberFormat format>
Value time(const FieldRef&, const Event& event, ValueScratch&) {
    if (event.stream != EventStream::kJson) return Value::missing();
    return Value::of_uint(ns_of(event.time), format);
}

constexpr FieldRow json(std::string_view name, ValueType type, std::string_view meaning,
                        Extractor extract = no_value) {
    return field_row(name, type, kEvent, extract, meaning).from_stream(EventStream::kJson);
}

constexpr FieldRow kRows[] = {
    json("json.value", kText, "The value at a JSON pointer, as in json.value[/user/name].")
        .with_arg(FieldArg::kRequiredText),
    json("json.obj", kText, "The whole object as text."),
    json("json.rawtime", kUint, "The object's time, in nanoseconds since the epoch.",
         time<NumberFormat::kDecimal>),
    json("jevt.value", kText, "json.value by its older name.").with_arg(FieldArg::kRequiredText),
    json("jevt.obj", kText, "json.obj by its older name."),
    json("jevt.rawtime", kUint, "json.rawtime by its older name.", time<NumberFormat::kDecimal>),
    json("jevt.time", kUint, "The object's time of day, in UTC.", time<NumberFormat::kTime>),
    json("jevt.time.iso8601", kUint, "The object's date and time in ISO 8601, in UTC.",
         time<NumberFormat::kIso8601>),
};

}  // namespace

std::span<const FieldRow> json_fields() { return kRows; }

}  // namespace sequitur
