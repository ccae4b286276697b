#include "dsl/rule_schema.h"

#include "core/json_text.h"
#include "dsl/keys.h"

namespace sequitur::dsl {

namespace {

constexpr std::string_view kDuration =
    R"({"type":"string","pattern":"^([0-9]+(\\.[0-9]+)? *(ns|us|ms|s|m|h|d)|unbounded)$"})";
constexpr std::string_view kTextOrTexts =
    R"({"oneOf":[{"type":"string"},{"type":"array","items":{"type":"string"}}]})";

std::string reference(std::string_view name) {
    return "{\"$ref\":\"#/$defs/" + std::string(name) + "\"}";
}

std::string list_of(std::string_view name) {
    return "{\"type\":\"array\",\"items\":" + reference(name) + '}';
}

// Case does not count in a rule file; here the three usual spellings do.
std::string priorities() {
    constexpr std::string_view kNames[] = {"emergency", "alert",         "critical",
                                           "error",     "warning",       "notice",
                                           "info",      "informational", "debug"};
    std::string out;
    for (const std::string_view name : kNames) {
        std::string first(name);
        first[0] = static_cast<char>(first[0] - 'a' + 'A');
        std::string all(name);
        for (char& c : all) c = static_cast<char>(c - 'a' + 'A');
        for (const std::string& spelling : {all, first, std::string(name)}) {
            out += (out.empty() ? "" : ",") + json_string(spelling);
        }
    }
    return "{\"enum\":[" + out + "]}";
}

// The schema of a key's value, without its description.
std::string schema_of(Shape shape) {
    switch (shape) {
        case Shape::kText: return R"({"type":["string","number"]})";
        case Shape::kCondition:
        case Shape::kOutput: return R"({"type":"string"})";
        case Shape::kBool: return R"({"type":"boolean"})";
        case Shape::kPriority: return priorities();
        case Shape::kDuration: return std::string(kDuration);
        case Shape::kNumber: return R"({"type":"integer","minimum":0})";
        case Shape::kMatch: return R"({"enum":["latest","first","every"]})";
        case Shape::kTextList:
            return R"({"type":"array","items":{"type":["string","number","boolean"]}})";
        case Shape::kTextOrList: return std::string(kTextOrTexts);
        case Shape::kOverride:
            return R"({"type":"object","additionalProperties":{"enum":["append","replace"]}})";
        case Shape::kExceptions: return list_of("exception");
        case Shape::kSteps: return list_of("step");
        case Shape::kCount:
            return "{\"oneOf\":[{\"type\":\"integer\",\"minimum\":1}," + reference("count") + "]}";
        case Shape::kSuppress: return reference("suppress");
        case Shape::kPlugins: return list_of("plugin");
        case Shape::kAlternatives: return list_of("plugin_alternative");
        case Shape::kAny: return "{}";
    }
    return "{}";
}

std::string property(const KeyInfo& key) {
    std::string schema = schema_of(key.shape);
    schema.pop_back();
    if (schema.size() > 1) schema += ',';
    return json_string(key.name) + ':' + schema + "\"description\":" + json_string(key.meaning) +
           '}';
}

// An object of that kind. Of a step, the one further key is its name in the short form.
std::string object_schema(ObjectKind kind) {
    std::string out = "{\"type\":\"object\",\"properties\":{";
    std::string required;
    bool is_first = true;
    bool may_override = false;
    for (const KeyInfo& key : keys_of(kind)) may_override |= key.name == "override";
    for (const KeyInfo& key : keys_of(kind)) {
        if (!is_first) out += ',';
        out += property(key);
        // With an override only the name has to be there.
        if (key.is_required && (is_first || !may_override)) {
            required += (required.empty() ? "" : ",") + json_string(key.name);
        }
        is_first = false;
    }
    out += '}';
    if (!required.empty()) out += ",\"required\":[" + required + ']';
    if (kind == ObjectKind::kStep) {
        out += ",\"additionalProperties\":{\"type\":\"string\"}";
    } else {
        out += ",\"additionalProperties\":false";
    }
    return out + '}';
}

}  // namespace

std::string rule_schema() {
    constexpr std::pair<std::string_view, ObjectKind> kInner[] = {
        {"plugin", ObjectKind::kPlugin},
        {"plugin_alternative", ObjectKind::kPluginAlternative},
        {"exception", ObjectKind::kException},
        {"step", ObjectKind::kStep},
        {"count", ObjectKind::kCount},
        {"suppress", ObjectKind::kSuppress},
    };
    std::string out =
        "{\"$schema\":\"https://json-schema.org/draft/2020-12/schema\","
        "\"title\":\"Sequitur rule file\",\"type\":\"array\",\"items\":{\"anyOf\":[";
    std::string definitions;
    bool is_first = true;
    for (const ObjectKind kind : top_level_kinds()) {
        if (!is_first) out += ',';
        out += reference(name_of(kind));
        definitions +=
            (is_first ? "" : ",") + json_string(name_of(kind)) + ':' + object_schema(kind);
        is_first = false;
    }
    for (const auto& [name, kind] : kInner) {
        definitions += ',' + json_string(name) + ':' + object_schema(kind);
    }
    return out + "]},\"$defs\":{" + definitions + "}}\n";
}

}  // namespace sequitur::dsl
