#include "dsl/key_compiler.h"

#include "core/field.h"
#include "dsl/limits.h"

#include <algorithm>

namespace sequitur::dsl {

namespace {

constexpr std::string_view kAncestry = "proc.ancestry";

// Without the '?' of an optional field.
LocatedText without_mark(const LocatedText& text) {
    LocatedText name;
    name.text = text.text.substr(1);
    name.whole = text.range(1, text.text.size());
    name.runs.push_back({0, name.whole});
    return name;
}

void check_field(const KeyField& key, const LocatedText& text, Diagnostics& diagnostics) {
    const FieldInfo& info = field_info(key.field.id);
    std::string fault;
    if (key.is_ancestry && key.is_optional) {
        fault = "'" + std::string(kAncestry) + "' cannot be optional";
    } else if (info.filter_only) {
        fault = "'" + key.field.name + "' is for conditions only and cannot be a key";
    } else if (is_many_valued(key.field) && !key.is_ancestry) {
        fault = "'" + key.field.name + "' stands for several values and cannot be a key";
    }
    if (fault.empty()) return;
    diagnostics.error(Code::kBadKey, text.range(), std::move(fault),
                      info.name == "proc.aname" || info.name == "proc.apid"
                          ? "an index picks one: " + std::string(info.name) + "[1]; " +
                                std::string(kAncestry) + " ties descendants together"
                          : "");
}

}  // namespace

std::vector<KeyField> compile_key(const std::vector<LocatedText>& texts, EventStream stream,
                                  Workshop& workshop) {
    Diagnostics& diagnostics = workshop.diagnostics();
    std::vector<KeyField> key;
    if (texts.size() > kKeyFieldsMax) {
        diagnostics.error(Code::kBadKey, texts[kKeyFieldsMax].range(),
                          "a key has at most " + std::to_string(kKeyFieldsMax) + " fields");
        return key;
    }
    Scope scope;
    scope.stream = stream;
    for (const LocatedText& text : texts) {
        KeyField field;
        field.is_optional = text.text.starts_with('?');
        const LocatedText name = field.is_optional ? without_mark(text) : text;
        field.is_ancestry = name.text == kAncestry;
        if (field.is_ancestry &&
            std::any_of(key.begin(), key.end(), [](const auto& k) { return k.is_ancestry; })) {
            diagnostics.error(Code::kBadKey, text.range(),
                              "'" + std::string(kAncestry) + "' stands in a key once");
        }
        if (auto ref = workshop.compile_field(name, scope)) {
            field.field = std::move(*ref);
            check_field(field, text, diagnostics);
        }
        key.push_back(std::move(field));
    }
    return key;
}

}  // namespace sequitur::dsl
