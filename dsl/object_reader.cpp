#include "dsl/object_reader.h"

#include "core/near_name.h"
#include "dsl/requirements.h"
#include "dsl/sequence_reader.h"

#include <algorithm>
#include <limits>

namespace sequitur::dsl {

namespace {

std::optional<ObjectKind> kind_of(const YamlNode& node) {
    for (const ObjectKind kind : top_level_kinds()) {
        if (node.find(name_of(kind)) != nullptr) return kind;
    }
    return std::nullopt;
}

void report_no_kind(const YamlNode& node, Diagnostics& diagnostics) {
    std::vector<std::string_view> names;
    for (const ObjectKind kind : top_level_kinds()) names.push_back(name_of(kind));
    Range place = node.range;
    std::string hint;
    for (const YamlEntry& entry : node.entries) {
        hint = did_you_mean(entry.key.text, names);
        if (hint.empty()) continue;
        place = entry.key.range();
        break;
    }
    if (hint.empty() && !node.entries.empty()) place = node.entries.front().key.range();
    diagnostics.warning(Code::kUnknownObject, place,
                        "this object is no list, macro, rule or sequence; it is ignored",
                        std::move(hint));
}

void warn_old_append(const MapReader& reader, bool is_append, Diagnostics& diagnostics) {
    if (!is_append) return;
    diagnostics.warning(Code::kDeprecated, reader.key_range("append"), "'append' is the old form",
                        "write 'override: {KEY: append}'");
}

std::optional<ListObject> read_list(const MapReader& reader, Diagnostics& diagnostics) {
    reader.check_keys(false);
    ListObject list;
    auto name = reader.text("list");
    if (!name) return std::nullopt;
    list.name = std::move(*name);
    list.items = reader.text_list("items");
    if (!reader.has("items")) reader.report_missing("items", list.name.range());
    list.overrides = reader.overrides("override");
    list.is_append = reader.boolean("append").value_or(false);
    warn_old_append(reader, list.is_append, diagnostics);
    return list;
}

std::optional<MacroObject> read_macro(const MapReader& reader, Diagnostics& diagnostics) {
    reader.check_keys(false);
    MacroObject macro;
    auto name = reader.text("macro");
    if (!name) return std::nullopt;
    macro.name = std::move(*name);
    macro.condition = reader.text("condition");
    if (!reader.has("condition")) reader.report_missing("condition", macro.name.range());
    macro.overrides = reader.overrides("override");
    macro.is_append = reader.boolean("append").value_or(false);
    warn_old_append(reader, macro.is_append, diagnostics);
    return macro;
}

std::optional<RuleObject> read_rule(const MapReader& reader, Diagnostics& diagnostics) {
    reader.check_keys(false);
    RuleObject rule;
    auto name = reader.text("rule");
    if (!name) return std::nullopt;
    rule.name = std::move(*name);
    read_detection(reader, rule, diagnostics);
    rule.condition = reader.text("condition");
    rule.warn_evttypes = reader.boolean("warn_evttypes");
    rule.skip_if_unknown = reader.boolean("skip-if-unknown-filter");
    rule.capture = reader.boolean("capture");
    rule.capture_duration =
        reader.number("capture_duration", 0, std::numeric_limits<std::int64_t>::max());
    rule.is_append = reader.boolean("append").value_or(false);
    warn_old_append(reader, rule.is_append, diagnostics);
    return rule;
}

void read_object(const YamlNode& node, std::vector<RuleFileObject>& out, Diagnostics& diagnostics) {
    if (node.kind != YamlNode::Kind::kMap) {
        diagnostics.error(Code::kWrongObject, node.range,
                          "a rule file is a list of maps, here is " + std::string(kind_name(node)));
        return;
    }
    const auto kind = kind_of(node);
    if (!kind) {
        report_no_kind(node, diagnostics);
        return;
    }
    const MapReader reader(node, *kind, diagnostics);
    const auto add = [&](auto&& object) {
        if (object) out.emplace_back(std::move(*object));
    };
    switch (*kind) {
        case ObjectKind::kList: add(read_list(reader, diagnostics)); break;
        case ObjectKind::kMacro: add(read_macro(reader, diagnostics)); break;
        case ObjectKind::kRule: add(read_rule(reader, diagnostics)); break;
        case ObjectKind::kSequence: add(read_sequence(reader, diagnostics)); break;
        case ObjectKind::kEngineVersion: check_engine_version(reader, diagnostics); break;
        case ObjectKind::kPluginVersions: check_plugin_versions(reader, diagnostics); break;
        case ObjectKind::kTest:
        case ObjectKind::kPlugin:
        case ObjectKind::kPluginAlternative:
        case ObjectKind::kException:
        case ObjectKind::kStep:
        case ObjectKind::kCount:
        case ObjectKind::kSuppress: break;
    }
}

ExceptionValue read_value(const YamlNode& node, const Range& place, Diagnostics& diagnostics) {
    ExceptionValue value;
    value.range = node.kind == YamlNode::Kind::kScalar ? node.text.range() : node.range;
    if (node.kind == YamlNode::Kind::kSequence) {
        value.is_list = true;
        for (const YamlNode& item : node.items) {
            value.items.push_back(read_value(item, place, diagnostics));
        }
    } else if (node.kind == YamlNode::Kind::kMap) {
        diagnostics.error(Code::kBadException, place, "an exception's values are texts and lists");
    } else {
        value.text = node.text;
    }
    return value;
}

ExceptionObject read_exception(const YamlNode& node, const Range& place, Diagnostics& diagnostics) {
    const MapReader reader(node, ObjectKind::kException, diagnostics);
    reader.check_keys(false);
    ExceptionObject exception;
    if (auto name = reader.text("name")) {
        exception.name = std::move(*name);
    } else if (!reader.has("name")) {
        reader.report_missing("name", node.range.end > node.range.begin ? node.range : place);
    }
    exception.fields = reader.text_or_list("fields");
    const YamlNode* fields = reader.value("fields");
    exception.has_field_list = fields && fields->kind == YamlNode::Kind::kSequence;
    exception.comps = reader.text_or_list("comps").value_or(std::vector<LocatedText>{});
    if (const YamlNode* values = reader.value("values")) {
        if (values->kind == YamlNode::Kind::kSequence) {
            for (const YamlNode& item : values->items) {
                exception.values.push_back(
                    read_value(item, reader.key_range("values"), diagnostics));
            }
        } else if (values->kind != YamlNode::Kind::kNull) {
            reader.wrong_kind(*values, "values", "a list");
        }
    }
    return exception;
}

}  // namespace

std::vector<ExceptionObject> read_exceptions(const YamlNode& node, const Range& place,
                                             Diagnostics& diagnostics) {
    std::vector<ExceptionObject> result;
    if (node.kind == YamlNode::Kind::kNull) return result;
    for (const YamlNode& item : node.items) {
        if (item.kind == YamlNode::Kind::kMap) {
            result.push_back(read_exception(item, place, diagnostics));
            continue;
        }
        diagnostics.error(Code::kWrongKind, place,
                          "an exception is a map with name, fields, comps and values");
    }
    if (node.kind != YamlNode::Kind::kSequence) {
        diagnostics.error(Code::kWrongKind, place,
                          "'exceptions' wants a list, here is " + std::string(kind_name(node)));
    }
    return result;
}

void read_detection(const MapReader& reader, DetectionObject& out, Diagnostics& diagnostics) {
    if (const YamlNode* desc = reader.value("desc"); desc && desc->text.empty()) {
        out.desc = desc->text;  // An empty description is accepted, as in Falco.
    } else {
        out.desc = reader.text("desc");
    }
    out.output = reader.text("output");
    out.source = reader.text("source");
    out.enabled = reader.boolean("enabled");
    out.tags = reader.text_list("tags");
    out.overrides = reader.overrides("override");
    out.given = reader.given_required();
    if (const auto priority = reader.text("priority")) {
        out.priority = parse_priority(priority->text);
        if (!out.priority) {
            constexpr std::array<std::string_view, 8> kNames{"Emergency",     "Alert",   "Critical",
                                                             "Error",         "Warning", "Notice",
                                                             "Informational", "Debug"};
            std::string hint = did_you_mean(priority->text, kNames);
            if (hint.empty()) {
                hint = "Emergency, Alert, Critical, Error, Warning, Notice, Informational or Debug";
            }
            diagnostics.error(Code::kBadValue, priority->range(),
                              "'" + priority->text + "' is not a priority", std::move(hint));
            out.priority = Priority::kDebug;
        }
    }
    if (const YamlNode* exceptions = reader.value("exceptions")) {
        out.exceptions = read_exceptions(*exceptions, reader.key_range("exceptions"), diagnostics);
    }
}

std::vector<RuleFileObject> read_objects(const std::vector<YamlNode>& documents,
                                         Diagnostics& diagnostics) {
    std::vector<RuleFileObject> objects;
    for (const YamlNode& document : documents) {
        if (document.kind == YamlNode::Kind::kNull) continue;
        if (document.kind != YamlNode::Kind::kSequence) {
            diagnostics.error(
                Code::kWrongObject, document.range,
                "a rule file is a list of objects, here is " + std::string(kind_name(document)),
                document.kind == YamlNode::Kind::kMap ? "put '- ' before the first key" : "");
            continue;
        }
        for (const YamlNode& item : document.items) read_object(item, objects, diagnostics);
    }
    return objects;
}

}  // namespace sequitur::dsl
