// Fields of the arguments of events: evt.arg.*, evt.rawarg.*, evt.args and <call>.<argument>.
//
// Which parameter of which event type a name means is looked up once, when a rule is read
// (FieldRef::params_by_type); an event then costs an index.
#include "core/field_call.h"

#include "core/field_argument.h"
#include "core/field_row.h"
#include "core/near_name.h"
#include "core/param_type.h"

#include <algorithm>
#include <cctype>
#include <string>
#include <vector>

namespace sequitur {
namespace {

using enum FieldScope;
using enum ValueType;

Value text(const FieldRef& field, const Event& event, ValueScratch& scratch) {
    if (!field.params_by_type) {
        return argument_text(event, static_cast<std::size_t>(field.index), scratch);
    }
    const int index = param_index(*field.params_by_type, event);
    if (index < 0) return Value::missing();
    return argument_text(event, static_cast<std::size_t>(index), scratch);
}

Value raw(const FieldRef& field, const Event& event, ValueScratch&) {
    const int index = param_index(*field.params_by_type, event);
    return index < 0 ? Value::missing() : argument_raw(event, static_cast<std::size_t>(index));
}

Value all(const FieldRef&, const Event& event, ValueScratch& scratch) {
    return all_arguments(event, scratch);
}

Value of_call(const FieldRef& field, const Event& event, ValueScratch& scratch) {
    return field.type == kText ? text(field, event, scratch) : raw(field, event, scratch);
}

Value flag_of_call(const FieldRef& field, const Event& event, ValueScratch&) {
    const int index = param_index(*field.params_by_type, event);
    if (index < 0) return Value::missing();
    const auto param = static_cast<std::size_t>(index);
    if (event.record.param(static_cast<std::uint32_t>(param)).empty()) return Value::missing();
    return Value::of((argument_bits(event, param, 0) & field.flag_mask) == field.flag_bits);
}

constexpr FieldRow kRows[] = {
    field_row("evt.arg", kText, kEvent, text,
              "One argument of the event by its place, as in evt.arg[0]; see evt.arg.NAME.")
        .with_arg(FieldArg::kRequiredText),
    field_row("evt.arg.", kText, kEvent, text,
              "One argument of the event as text: paths absolute, flags, errors and users by name. "
              "Flags and modes: `in` and `intersects` look at each name.")
        .with_arg(FieldArg::kRequiredText),
    field_row("evt.rawarg", kUint, kEvent, raw, "evt.rawarg.NAME, the name in brackets.")
        .with_arg(FieldArg::kRequiredText),
    field_row("evt.rawarg.", kUint, kEvent, raw,
              "One argument of the event as it was given: numbers as numbers, paths as written.")
        .with_arg(FieldArg::kRequiredText),
    field_row("evt.args", kText, kEvent, all, "All arguments of the event as name=value."),
    field_row("evt.info", kText, kEvent, all, "evt.args by another name."),
    field_row(
        kCallField, kText, kEvent, of_call,
        "One argument of one call, as in openat.name or setuid.uid: like evt.arg, but numbers "
        "are numbers; no value on other events."),
    field_row(kCallFlagField, kBool, kEvent, flag_of_call,
              "Whether one flag of an argument is set, as in openat.flags.creat; w: opened for "
              "writing, r: for reading; no value on other events."),
};

bool equal_folded(std::string_view a, std::string_view b) {
    const auto lower = [](char c) { return std::tolower(static_cast<unsigned char>(c)); };
    return std::ranges::equal(a, b, {}, lower, lower);
}

// Names of flags beside those of the tables.
struct FlagAlias {
    std::string_view table, name;
    std::uint64_t mask, bits;
};
constexpr FlagAlias kFlagAliases[] = {
    {"file_flags", "r", 1, 1},      {"file_flags", "w", 2, 2},
    {"file_flags", "rw", 3, 3},     {"file_flags", "O_RDONLY", 3, 1},
    {"file_flags", "RDONLY", 3, 1}, {"file_flags", "O_WRONLY", 3, 2},
    {"file_flags", "WRONLY", 3, 2}, {"prot_flags", "r", 1, 1},
    {"prot_flags", "w", 2, 2},      {"prot_flags", "x", 4, 4},
    {"access_flags", "r", 4, 4},    {"access_flags", "w", 2, 2},
    {"access_flags", "x", 1, 1},
};

std::string_view short_name(std::string_view flag) {
    const std::size_t underscore = flag.find('_');
    return underscore == std::string_view::npos ? flag : flag.substr(underscore + 1);
}

// Sets the bits that `name` asks for; false when the table has no such flag.
bool set_flag(FieldRef& field, const ParamInfo& param, std::string_view name) {
    const FlagTable* table = param.flags ? param.flags : flag_table("chmod_mode");
    for (const FlagAlias& alias : kFlagAliases) {
        if (alias.table != table->name || !equal_folded(alias.name, name)) continue;
        field.flag_mask = alias.mask;
        field.flag_bits = alias.bits;
        return true;
    }
    const auto matches = [&](std::string_view flag) { return equal_folded(flag, name); };
    auto flag = std::ranges::find_if(table->values, matches, &FlagValue::name);
    if (flag == table->values.end()) {
        flag = std::ranges::find_if(table->values, matches,
                                    [](const FlagValue& f) { return short_name(f.name); });
    }
    if (flag == table->values.end()) return false;
    const bool is_whole = is_enumeration(param.type) || flag->value == 0;
    field.flag_mask = is_whole ? ~std::uint64_t{0} : flag->value;
    field.flag_bits = flag->value;
    return true;
}

const ParamInfo* param_of(std::string_view call, std::string_view argument) {
    const ParamInfo* found = nullptr;
    for (const EventTypeInfo& type : event_types()) {
        if (type.name != call) continue;
        const auto param = std::ranges::find(type.params, argument, &ParamInfo::name);
        if (param != type.params.end() && (found == nullptr || type.is_current)) found = &*param;
    }
    return found;
}

std::string quoted(std::string_view text) { return "`" + std::string(text) + "`"; }

}  // namespace

std::span<const FieldRow> argument_fields() { return kRows; }

bool is_call_name(std::string_view name) { return !event_types_named(name).empty(); }

Result<FieldRef> resolve_call_field(std::string_view text, FieldId argument_id, FieldId flag_id) {
    const std::size_t dot = text.find('.');
    const std::string_view call = text.substr(0, dot);
    const std::string_view rest = text.substr(dot + 1);
    const std::size_t second_dot = rest.find('.');
    const std::string_view argument = rest.substr(0, second_dot);

    FieldRef field;
    field.name = text;
    field.arg = rest;
    field.params_by_type = params_of(call, argument);
    if (!field.params_by_type) {
        return fail(Error::Code::kBadInput, quoted(call) + " has no argument " + quoted(argument));
    }
    const ParamInfo& param = *param_of(call, argument);
    if (second_dot == std::string_view::npos) {
        field.id = argument_id;
        field.type = call_type(param);
        field.has_flag_names =
            field.type == ValueType::kText && have_flag_names(field.params_by_type.get());
        return field;
    }
    const std::string_view flag = rest.substr(second_dot + 1);
    if (param.flags == nullptr && !is_mode(param)) {
        return fail(Error::Code::kBadInput,
                    quoted(text.substr(0, text.size() - flag.size() - 1)) + " has no flags");
    }
    field.id = flag_id;
    field.type = ValueType::kBool;
    if (!set_flag(field, param, flag)) {
        return fail(Error::Code::kBadInput, quoted(text.substr(0, text.size() - flag.size() - 1)) +
                                                " has no flag " + quoted(flag));
    }
    return field;
}

std::string closest_call_flag(std::string_view text) {
    const std::size_t dot = text.find('.');
    const std::size_t last_dot = text.rfind('.');
    if (dot == last_dot) return {};
    const ParamInfo* param =
        param_of(text.substr(0, dot), text.substr(dot + 1, last_dot - dot - 1));
    if (param == nullptr || (param->flags == nullptr && !is_mode(*param))) return {};
    const FlagTable* table = param->flags ? param->flags : flag_table("chmod_mode");
    std::vector<std::string> names;
    for (const FlagValue& flag : table->values) {
        std::string& name = names.emplace_back(short_name(flag.name));
        for (char& c : name) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    }
    const std::vector<std::string_view> candidates(names.begin(), names.end());
    const std::string_view near = nearest_name(text.substr(last_dot + 1), candidates);
    return near.empty() ? std::string()
                        : std::string(text.substr(0, last_dot + 1)) + std::string(near);
}

Result<void> resolve_argument(FieldRef& field, bool is_raw) {
    const std::string_view name = field.arg;
    const bool is_place = !name.empty() && std::ranges::all_of(name, [](unsigned char c) {
        return std::isdigit(c) != 0;
    });
    if (is_place && !is_raw) {
        if (name.size() > 2) {
            return fail(Error::Code::kBadInput, "no event has so many arguments");
        }
        field.index = std::stoi(field.arg);
        field.has_flag_names = true;
        return {};
    }
    field.params_by_type = params_named(name);
    if (!field.params_by_type) {
        return fail(Error::Code::kBadInput, "no event has an argument " + quoted(name));
    }
    if (!is_raw) {
        field.has_flag_names = have_flag_names(field.params_by_type.get());
        return {};
    }
    // Events differ in how they carry an argument of one name; the first of today's decides.
    for (const bool today : {true, false}) {
        for (const EventTypeInfo& type : event_types()) {
            const auto index = (*field.params_by_type)[type.id];
            if (index < 0 || (today && !type.is_current)) continue;
            field.type = raw_type(type.params[static_cast<std::size_t>(index)]);
            return {};
        }
    }
    return {};
}

Result<void> resolve_type_is(FieldRef& field) {
    std::vector<std::int8_t> types(kEventTypeCount, -1);
    bool found = false;
    for (const EventTypeInfo& type : event_types()) {
        if (type.name != field.arg || type.source == EventSourceKind::kNone) continue;
        types[type.id] = 0;
        found = true;
    }
    if (found) {
        field.params_by_type = std::make_shared<const std::vector<std::int8_t>>(std::move(types));
        return {};
    }
    field.index = syscall_id(field.arg);
    if (field.index < 0) {
        return fail(Error::Code::kBadInput, "no event type " + quoted(field.arg));
    }
    return {};
}

}  // namespace sequitur
