#include "core/field_docs.h"

#include "core/param_type.h"

#include <algorithm>
#include <array>
#include <vector>

namespace sequitur {
namespace {

struct Section {
    std::string_view prefix, title, text;
};
// In the order of the page; a field belongs to the first that fits.
constexpr std::array<Section, 11> kSections{{
    {"evt.", "The event: `evt.*`",
     "`evt.arg.NAME` takes any argument name of `docs/events.md`. Times of day are UTC."},
    {"syscall.", "", ""},
    {"<call>", "Arguments of one call: `CALL.ARGUMENT`",
     "One field for every event type and argument of `docs/events.md`. A flag is named as there, "
     "in "
     "any case, or without what stands before its first `_`: `openat.flags.O_CREAT`, "
     "`openat.flags.creat`. On any other event there is no value, so a comparison is false."},
    {"proc.", "The process: `proc.*`",
     "The process that made the call, as it was at that moment. Without `[N]`, a comparison with "
     "`proc.aname` and its like is true if it is for any ancestor."},
    {"thread.", "The thread: `thread.*`", ""},
    {"user.", "Accounts: `user.*`, `group.*`", ""},
    {"group.", "", ""},
    {"fd", "The descriptor: `fd.*`",
     "What the call works on. `fd.ip`, `fd.port` and `fd.net` mean either end: `=` and `in` are "
     "true "
     "if one of them fits, `!=` if neither is equal."},
    {"fs.path.", "Paths and files: `fs.path.*`, `file.*`",
     "`fs.path.*` have values on calls that succeeded. `file.*` speak of the file itself: the one "
     "opened, written, mapped, changed, removed, renamed or executed (of a script, the script)."},
    {"file.", "", ""},
    {"dns.", "Name resolution: `dns.*`", ""},
}};
constexpr std::array<Section, 4> kLastSections{{
    {"container.", "Containers and Kubernetes: `container.*`, `k8s.*`", ""},
    {"k8s.", "", ""},
    {"json.", "JSON events: `json.*`, `jevt.*`", "Of rules with `source: json`."},
    {"jevt.", "", ""},
}};

void append_cell(std::string_view text, std::string& out) {
    for (const char c : text) {
        if (c == '|' || c == '<') out.push_back('\\');
        out.push_back(c);
    }
    out += text.empty() ? "| " : " | ";
}

void append_row(const FieldInfo& field, std::string& out) {
    out += "| `" + written_form(field) + "` | ";
    append_cell(name_of(field.type), out);
    append_cell(std::string(field.meaning) + (field.is_provided ? "" : " (no value as yet)"), out);
    append_cell(field.in_sequences, out);
    while (out.ends_with(' ')) out.pop_back();
    out.push_back('\n');
}

// The section's fields; a section without a title goes on in the table above it.
void append_section(const Section& section, std::string& out) {
    if (!section.title.empty()) {
        out += "\n## " + std::string(section.title) + "\n\n";
        if (!section.text.empty()) out += std::string(section.text) + "\n\n";
        out += "| field | type | meaning | as a join key |\n|---|---|---|---|\n";
    }
    for (const FieldInfo& field : field_table()) {
        if (field.name.starts_with(section.prefix)) append_row(field, out);
    }
}

struct Kind {
    ParamType type;
    std::string_view name;
};
constexpr std::array<Kind, 12> kKinds{{{ParamType::kErrno, "result"},
                                       {ParamType::kFd, "descriptor"},
                                       {ParamType::kFd32, "descriptor"},
                                       {ParamType::kPid, "pid"},
                                       {ParamType::kPid32, "pid"},
                                       {ParamType::kUid, "uid"},
                                       {ParamType::kGid, "gid"},
                                       {ParamType::kSigtype, "signal"},
                                       {ParamType::kReltime, "duration"},
                                       {ParamType::kAbstime, "time"},
                                       {ParamType::kSockaddr, "address"},
                                       {ParamType::kSocktuple, "connection"}}};

void append_event(const EventTypeInfo& type, std::string& out) {
    out += "| `" + std::string(type.name) + "` | ";
    out += type.is_exit ? "exit | " : "entry | ";
    out += std::string(type.category) + " | ";
    for (std::size_t i = 0; i < type.params.size(); ++i) {
        const ParamInfo& param = type.params[i];
        if (i > 0) out += ", ";
        out += "`" + std::string(param.name) + "` " + std::string(kind_of(param));
        if (param.flags != nullptr) out += " " + std::string(param.flags->name);
    }
    out += " |\n";
}

std::vector<const FlagTable*> used_tables() {
    std::vector<const FlagTable*> tables;
    for (const EventTypeInfo& type : event_types()) {
        if (!type.is_current) continue;
        for (const ParamInfo& param : type.params) {
            if (param.flags != nullptr) tables.push_back(param.flags);
        }
    }
    std::ranges::sort(tables, {}, &FlagTable::name);
    tables.erase(std::unique(tables.begin(), tables.end()), tables.end());
    return tables;
}

}  // namespace

std::string_view kind_of(const ParamInfo& param) {
    if (param.flags != nullptr) return is_enumeration(param.type) ? "one of" : "flags";
    if (is_mode(param)) return "mode";
    if (is_text_list(param)) return "texts";
    if (is_text(param.type)) return "text";
    const auto known = std::ranges::find(kKinds, param.type, &Kind::type);
    if (known != kKinds.end()) return known->name;
    return fixed_width(param.type) != 0 ? "number" : "bytes";
}

std::string_view name_of(ValueType type) {
    switch (type) {
        case ValueType::kMissing: return "nothing";
        case ValueType::kBool: return "true or false";
        case ValueType::kInt:
        case ValueType::kUint:
        case ValueType::kDouble: return "number";
        case ValueType::kText: return "text";
        case ValueType::kBytes: return "bytes";
        case ValueType::kIp: return "address";
        case ValueType::kNet: return "network";
        case ValueType::kList: return "list";
    }
    return {};
}

std::string written_form(const FieldInfo& field) {
    std::string name(field.name);
    if (name.ends_with('.')) return name + "NAME";
    switch (field.arg) {
        case FieldArg::kNone: break;
        case FieldArg::kOptionalIndex:
        case FieldArg::kRequiredIndex: return name + "[N]";
        case FieldArg::kOptionalText:
        case FieldArg::kRequiredText: return name + "[NAME]";
    }
    return name;
}

std::string fields_markdown() {
    std::string out =
        "# Fields\n\n"
        "What conditions, join keys and outputs can ask of an event. `sequitur fields [PATTERN]` "
        "prints the same.\nThis page is made from the field table (`core/field_*.cpp`).\n\n"
        "Where an event has no value for a field, every comparison with it is false, `!=` "
        "included, "
        "and outputs print\n`<NA>`. `[N]` and `[NAME]` may be left out where the meaning says what "
        "the field is without them.\n";
    for (const Section& section : kSections) append_section(section, out);
    for (const Section& section : kLastSections) append_section(section, out);
    return out;
}

std::string events_markdown() {
    std::string out =
        "# Events\n\n"
        "The event types that are produced today, with their arguments in order. `evt.type` is the "
        "name; an argument is\n`evt.arg.NAME`, `evt.rawarg.NAME` or `CALL.NAME`. Every system call "
        "that is not here is a `syscall` event, whose\n`evt.type` is the call's own name. This "
        "page "
        "is made from `core/tables/`.\n\n"
        "| event | at | category | arguments |\n|---|---|---|---|\n";
    for (const EventTypeInfo& type : event_types()) {
        if (type.is_current) append_event(type, out);
    }
    out +=
        "\n## Flags and values\n\nIn the order in which outputs name them.\n\n"
        "| table | names |\n|---|---|\n";
    for (const FlagTable* table : used_tables()) {
        out += "| " + std::string(table->name) + " | ";
        for (std::size_t i = 0; i < table->values.size(); ++i) {
            if (i > 0) out += ", ";
            out += "`" + std::string(table->values[i].name) + "`";
        }
        out += " |\n";
    }
    return out;
}

}  // namespace sequitur
