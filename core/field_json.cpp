// Fields of events that are JSON objects: json.*, and jevt.*, their older names.
//
// They resolve, so that rules over such sources are read and checked; the values come with the
// source that reads JSON.
#include "core/field_row.h"

namespace sequitur {
namespace {

using enum FieldScope;
using enum ValueType;

constexpr FieldRow json(std::string_view name, ValueType type, std::string_view meaning) {
    return field_row(name, type, kEvent, no_value, meaning).from_stream(EventStream::kJson);
}

constexpr FieldRow kRows[] = {
    json("json.value", kText, "The value at a JSON pointer, as in json.value[/user/name].")
        .with_arg(FieldArg::kRequiredText),
    json("json.obj", kText, "The whole object as text."),
    json("json.rawtime", kUint, "The object's time, in nanoseconds since the epoch."),
    json("jevt.value", kText, "json.value by its older name.").with_arg(FieldArg::kRequiredText),
    json("jevt.obj", kText, "json.obj by its older name."),
    json("jevt.rawtime", kUint, "json.rawtime by its older name."),
};

}  // namespace

std::span<const FieldRow> json_fields() { return kRows; }

}  // namespace sequitur
