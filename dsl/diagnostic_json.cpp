// Diagnostics as programs read them: JSON lines for editors, SARIF 2.1.0 for code scanning.
#include "core/json_text.h"
#include "dsl/diagnostic.h"

#include <algorithm>
#include <set>

namespace sequitur::dsl {

namespace {

std::string file_name(const Sources& sources, const Range& range) {
    return range.file < sources.size() ? sources.file(range.file).name() : std::string();
}

std::string place_json(const Place& place, std::uint32_t offset) {
    return "{\"line\":" + std::to_string(place.line) +
           ",\"column\":" + std::to_string(place.column) + ",\"offset\":" + std::to_string(offset) +
           '}';
}

std::string range_json(const Sources& sources, const Range& range) {
    return "{\"start\":" + place_json(sources.begin_of(range), range.begin) +
           ",\"end\":" + place_json(sources.end_of(range), range.end) + '}';
}

std::string_view severity_name(const Diagnostic& diagnostic) {
    return diagnostic.severity == Severity::kError ? "error" : "warning";
}

std::string sarif_location(const Sources& sources, const Range& range, std::string_view message) {
    const Place begin = sources.begin_of(range);
    const Place end = sources.end_of(range);
    std::string out = "{\"physicalLocation\":{\"artifactLocation\":{\"uri\":";
    append_json_string(file_name(sources, range), out);
    out += "},\"region\":{\"startLine\":" + std::to_string(begin.line) +
           ",\"startColumn\":" + std::to_string(begin.column) +
           ",\"endLine\":" + std::to_string(end.line) +
           ",\"endColumn\":" + std::to_string(end.column) + "}}";
    if (!message.empty()) out += ",\"message\":{\"text\":" + json_string(message) + '}';
    return out + '}';
}

std::string sarif_result(const Sources& sources, const Diagnostic& diagnostic) {
    std::string text = diagnostic.message;
    if (!diagnostic.hint.empty()) text += " (" + diagnostic.hint + ')';
    std::string out = "{\"ruleId\":" + json_string(name_of(diagnostic.code)) + ",\"level\":\"" +
                      std::string(severity_name(diagnostic)) +
                      "\",\"message\":{\"text\":" + json_string(text) + "},\"locations\":[" +
                      sarif_location(sources, diagnostic.range, {}) + ']';
    if (!diagnostic.notes.empty()) {
        out += ",\"relatedLocations\":[";
        for (std::size_t i = 0; i < diagnostic.notes.size(); ++i) {
            if (i > 0) out += ',';
            out += sarif_location(sources, diagnostic.notes[i].range, diagnostic.notes[i].message);
        }
        out += ']';
    }
    return out + '}';
}

}  // namespace

std::string Diagnostics::to_json() const {
    std::string out;
    for (const Diagnostic& diagnostic : sorted()) {
        out += "{\"file\":";
        append_json_string(file_name(sources_, diagnostic.range), out);
        out += ",\"range\":" + range_json(sources_, diagnostic.range);
        out += ",\"severity\":\"" + std::string(severity_name(diagnostic)) + "\",\"code\":";
        append_json_string(name_of(diagnostic.code), out);
        out += ",\"message\":";
        append_json_string(diagnostic.message, out);
        out += ",\"hint\":";
        append_json_string(diagnostic.hint, out);
        out += ",\"notes\":[";
        for (std::size_t i = 0; i < diagnostic.notes.size(); ++i) {
            const Note& note = diagnostic.notes[i];
            out += i > 0 ? ",{\"file\":" : "{\"file\":";
            append_json_string(file_name(sources_, note.range), out);
            out += ",\"range\":" + range_json(sources_, note.range) + ",\"message\":";
            append_json_string(note.message, out);
            out += '}';
        }
        out += "]}\n";
    }
    return out;
}

std::string Diagnostics::to_sarif() const {
    const std::vector<Diagnostic> all = sorted();
    std::set<Code> used;
    for (const Diagnostic& diagnostic : all) used.insert(diagnostic.code);
    std::string out =
        "{\"$schema\":\"https://json.schemastore.org/sarif-2.1.0.json\",\"version\":\"2.1.0\","
        "\"runs\":[{\"columnKind\":\"unicodeCodePoints\",\"tool\":{\"driver\":{\"name\":"
        "\"sequitur\","
        "\"rules\":[";
    bool is_first = true;
    for (const Code code : used) {
        if (!is_first) out += ',';
        is_first = false;
        out += "{\"id\":" + json_string(name_of(code)) +
               ",\"shortDescription\":{\"text\":" + json_string(meaning_of(code)) + "}}";
    }
    out += "]}},\"results\":[";
    for (std::size_t i = 0; i < all.size(); ++i) {
        if (i > 0) out += ',';
        out += sarif_result(sources_, all[i]);
    }
    return out + "]}]}\n";
}

}  // namespace sequitur::dsl
