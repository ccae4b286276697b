// fields and events: what conditions can ask, from the tables that answer.

#include "core/event_type.h"
#include "core/field.h"
#include "core/field_docs.h"
#include "daemon/exit_status.h"
#include "daemon/verbs.h"

#include <nlohmann/json.hpp>

#include <cstdio>
#include <string>
#include <string_view>

namespace sequitur {
namespace {

using Json = nlohmann::ordered_json;

void print(const std::string& text) { std::fwrite(text.data(), 1, text.size(), stdout); }

bool matches(std::string_view name, const std::string& pattern) {
    return pattern.empty() || name.find(pattern) != std::string_view::npos;
}

std::string json_of(const FieldInfo& field) {
    Json line = {{"name", written_form(field)},
                 {"type", std::string(name_of(field.type))},
                 {"list", field.is_list},
                 {"multiple", field.is_multi},
                 {"condition_only", field.filter_only},
                 {"meaning", std::string(field.meaning)},
                 {"in_sequences", std::string(field.in_sequences)}};
    return line.dump() + '\n';
}

std::string json_of(const EventTypeInfo& type) {
    Json params = Json::array();
    for (const ParamInfo& param : type.params) {
        params.push_back({{"name", std::string(param.name)},
                          {"type", std::string(kind_of(param))},
                          {"flags", param.flags ? Json(std::string(param.flags->name)) : Json()}});
    }
    Json line = {{"name", std::string(type.name)},
                 {"id", type.id},
                 {"category", std::string(type.category)},
                 {"args", params}};
    return line.dump() + '\n';
}

std::string text_of(const FieldInfo& field) {
    std::string line = written_form(field);
    if (line.size() < 34) line.resize(34, ' ');
    std::string type(name_of(field.type));
    if (field.is_list) type += " list";
    if (type.size() < 12) type.resize(12, ' ');
    line += ' ' + type + ' ' + std::string(field.meaning) + '\n';
    if (!field.in_sequences.empty()) {
        line += std::string(48, ' ') + "As a key: " + std::string(field.in_sequences) + '\n';
    }
    return line;
}

std::string text_of(const EventTypeInfo& type) {
    std::string line(type.name);
    if (line.size() < 24) line.resize(24, ' ');
    line += ' ';
    bool is_first = true;
    for (const ParamInfo& param : type.params) {
        if (!is_first) line += ", ";
        is_first = false;
        line += std::string(param.name) + ' ' + std::string(kind_of(param));
    }
    return line + '\n';
}

}  // namespace

int fields(const ListOptions& options) {
    if (options.format == "markdown") {
        print(fields_markdown());
        return kExitDone;
    }
    for (const FieldInfo& field : field_table()) {
        if (!matches(field.name, options.pattern)) continue;
        print(options.format == "json" ? json_of(field) : text_of(field));
    }
    return kExitDone;
}

int events(const ListOptions& options) {
    if (options.format == "markdown") {
        print(events_markdown());
        return kExitDone;
    }
    for (const EventTypeInfo& type : event_types()) {
        const bool is_shown = type.is_current && type.source != EventSourceKind::kIter;
        if (!is_shown || !matches(type.name, options.pattern)) continue;
        print(options.format == "json" ? json_of(type) : text_of(type));
    }
    return kExitDone;
}

}  // namespace sequitur
