#include "core/field.h"

#include "core/field_call.h"
#include "core/field_table.h"
#include "core/near_name.h"

#include <algorithm>
#include <charconv>
#include <limits>

namespace sequitur {
namespace {

constexpr std::int32_t kIndexMax = 1 << 20;

// A field name as it is written, taken apart: NAME or NAME[ARGUMENT].
struct Written {
    std::string_view name;
    std::string_view argument;
    bool has_argument = false;
};

tl::unexpected<Error> bad(std::string message) {
    return fail(Error::Code::kBadInput, std::move(message));
}

std::string quoted(std::string_view text) { return "`" + std::string(text) + "`"; }

Result<Written> take_apart(std::string_view text) {
    const std::size_t open = text.find('[');
    if (open == std::string_view::npos) return Written{text, {}, false};
    if (text.back() != ']') return bad("the bracket of " + quoted(text) + " does not close");
    std::string_view argument = text.substr(open + 1, text.size() - open - 2);
    const bool is_quoted = argument.size() >= 2 && argument.back() == argument.front() &&
                           (argument.front() == '"' || argument.front() == '\'');
    if (is_quoted) {
        argument = argument.substr(1, argument.size() - 2);
    } else if (argument.find_first_of("[]") != std::string_view::npos) {
        return bad(quoted(text) + " takes one argument in brackets");
    }
    if (argument.empty()) return bad("nothing stands in the brackets of " + quoted(text));
    return Written{text.substr(0, open), argument, true};
}

std::optional<std::int32_t> index_of(std::string_view text) {
    std::int32_t index = 0;
    const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), index);
    if (fault != std::errc() || end != text.data() + text.size()) return std::nullopt;
    if (index < 0 || index > kIndexMax || text.front() == '-') return std::nullopt;
    return index;
}

// Puts what stands in brackets, or behind a family's last dot, where the field expects it.
Result<void> set_argument(FieldRef& field, const FieldInfo& info, const Written& written) {
    const bool is_required =
        info.arg == FieldArg::kRequiredIndex || info.arg == FieldArg::kRequiredText;
    if (!written.has_argument) {
        if (is_required) return bad(quoted(written.name) + " wants an argument in brackets");
        return {};
    }
    if (info.arg == FieldArg::kNone) return bad(quoted(written.name) + " takes no argument");
    field.arg = written.argument;
    const auto index = index_of(written.argument);
    if (info.arg == FieldArg::kOptionalIndex || info.arg == FieldArg::kRequiredIndex) {
        if (!index) return bad("the argument of " + quoted(written.name) + " is a number from 0");
        field.arg.clear();
    }
    if (index) field.index = *index;
    return {};
}

// Fields whose argument says more than itself.
Result<void> complete(FieldRef& field, const FieldInfo& info) {
    if (info.name.starts_with("evt.arg") && info.arg != FieldArg::kNone) {
        field.index = -1;
        return resolve_argument(field, false);
    }
    if (info.name.starts_with("evt.rawarg")) {
        field.index = -1;
        return resolve_argument(field, true);
    }
    if (info.name.starts_with("thread.cap_")) field.has_flag_names = true;
    if (info.is_dynamic) {
        field.index = -1;
        if (!field.arg.empty() && field.arg.front() != '/') {
            return bad("a JSON pointer starts with '/': [/" + field.arg + "]");
        }
    }
    if (info.name == "evt.type.is.") {
        field.index = -1;
        return resolve_type_is(field);
    }
    return {};
}

// Every name that a rule may write, families spelled out, to suggest from.
const std::vector<std::string_view>& known_names() {
    static const std::vector<std::string> kComposed = [] {
        std::vector<std::string> names;
        for (const EventTypeInfo& type : event_types()) {
            if (!type.is_current) continue;
            for (const ParamInfo& param : type.params) {
                names.push_back("evt.arg." + std::string(param.name));
                names.push_back(std::string(type.name) + "." + std::string(param.name));
            }
        }
        std::ranges::sort(names);
        names.erase(std::unique(names.begin(), names.end()), names.end());
        return names;
    }();
    static const std::vector<std::string_view> kNames = [] {
        std::vector<std::string_view> names;
        for (const FieldInfo& info : field_table()) {
            const bool is_plain = !info.name.ends_with('.') && !info.name.starts_with('<');
            if (is_plain) names.push_back(info.name);
        }
        names.insert(names.end(), kComposed.begin(), kComposed.end());
        return names;
    }();
    return kNames;
}

}  // namespace

Result<FieldRef> resolve_field(std::string_view text) {
    auto written = take_apart(text);
    if (!written) return tl::unexpected(written.error());

    const FieldInfo* info = find_field(written->name);
    if (info != nullptr && (info->name.ends_with('.') || info->name.starts_with('<'))) {
        info = nullptr;
    }
    if (info == nullptr && !written->has_argument) {
        info = find_family(written->name);
        if (info != nullptr) {
            written->argument = written->name.substr(info->name.size());
            written->has_argument = !written->argument.empty();
        }
    }
    if (info == nullptr) {
        const std::size_t dot = written->name.find('.');
        if (dot != std::string_view::npos && !written->has_argument &&
            is_call_name(written->name.substr(0, dot))) {
            return resolve_call_field(text, find_field(kCallField)->id,
                                      find_field(kCallFlagField)->id);
        }
        return bad("unknown field " + quoted(written->name));
    }

    FieldRef field;
    field.id = info->id;
    field.name = text;
    field.type = info->type;
    if (auto done = set_argument(field, *info, *written); !done) {
        return tl::unexpected(done.error());
    }
    if (auto done = complete(field, *info); !done) return tl::unexpected(done.error());
    return field;
}

std::string closest_field(std::string_view name) {
    const std::string_view base = name.substr(0, name.find('['));
    if (find_field(base) != nullptr) return {};  // The name is right, something else is not.
    if (std::string flag = closest_call_flag(base); !flag.empty()) return flag;
    return std::string(nearest_name(base, known_names()));
}

Value extract(const FieldRef& field, const Event& event, ValueScratch& scratch) {
    const auto id = static_cast<std::size_t>(field.id);
    // Events of other streams have neither a process nor an event type.
    if (event.process == nullptr || event.info == nullptr) {
        const FieldInfo& info = field_table()[id];
        if (!info.any_stream && info.stream == EventStream::kSyscall) return Value::missing();
    }
    return extractors()[id](field, event, scratch);
}

bool is_many_valued(const FieldRef& field) {
    return field_info(field.id).is_multi && field.index < 0 && field.arg.empty();
}

std::optional<std::vector<EventType>> event_types_of(const FieldRef& field) {
    // evt.type.is.X has a value, 0, on events of other types too.
    if (!field.params_by_type || field_info(field.id).name == "evt.type.is.") return std::nullopt;
    std::vector<EventType> types;
    for (std::size_t i = 0; i < field.params_by_type->size(); ++i) {
        if ((*field.params_by_type)[i] >= 0) types.push_back(static_cast<EventType>(i));
    }
    return types;
}

std::string_view concat(std::string_view first, std::string_view second, ValueScratch& scratch) {
    char* text = scratch.allocate(first.size() + second.size());
    first.copy(text, first.size());
    second.copy(text + first.size(), second.size());
    return {text, first.size() + second.size()};
}

std::string_view decimal(std::int64_t number, ValueScratch& scratch) {
    constexpr std::size_t kLongest = 20;
    char* text = scratch.allocate(kLongest);
    const char* end = std::to_chars(text, text + kLongest, number).ptr;
    return {text, static_cast<std::size_t>(end - text)};
}

}  // namespace sequitur
