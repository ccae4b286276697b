// Diagnostics as a person reads them.
#include "dsl/diagnostic.h"
#include "dsl/limits.h"

#include <algorithm>

namespace sequitur::dsl {

namespace {

bool is_continuation(char c) { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; }

std::string heading(const Sources& sources, const Range& range) {
    if (range.file >= sources.size()) return {};
    const Place place = sources.begin_of(range);
    return sources.file(range.file).name() + ':' + std::to_string(place.line) + ':' +
           std::to_string(place.column) + ": ";
}

// What a terminal would act on becomes '?'; a tab stays for the caret line to repeat.
char shown(char c) {
    const auto byte = static_cast<unsigned char>(c);
    return (byte < 0x20 && c != '\t') || byte == 0x7F ? '?' : c;
}

// The line of the range's beginning and the caret line. Of a very long line, what is near.
void append_excerpt(const Sources& sources, const Range& range, std::string& out) {
    if (range.file >= sources.size()) return;
    const SourceFile& file = sources.file(range.file);
    const Place place = file.place_of(range.begin);
    const std::string_view line = file.line_text(place.line);
    const std::size_t line_begin = file.line_begin(place.line);
    const std::size_t caret = std::min<std::size_t>(range.begin - line_begin, line.size());
    const std::size_t caret_end =
        std::clamp<std::size_t>(range.end - line_begin, caret, line.size());
    std::size_t begin = 0;
    std::size_t end = line.size();
    if (line.size() > kExcerptColumnsMax) {
        begin = caret > kExcerptColumnsMax / 2 ? caret - kExcerptColumnsMax / 2 : 0;
        while (begin > 0 && is_continuation(line[begin])) --begin;
        end = std::min(line.size(), begin + kExcerptColumnsMax);
        while (end < line.size() && is_continuation(line[end])) ++end;
    }
    const std::string_view lead = begin > 0 ? "..." : "";
    out += "    ";
    out += lead;
    for (std::size_t i = begin; i < end; ++i) out += shown(line[i]);
    out += end < line.size() ? "...\n    " : "\n    ";
    out.append(lead.size(), ' ');
    for (std::size_t i = begin; i < caret; ++i) {
        if (!is_continuation(line[i])) out += line[i] == '\t' ? '\t' : ' ';
    }
    out += '^';
    for (std::size_t i = caret + 1; i < std::min(caret_end, end); ++i) {
        if (!is_continuation(line[i])) out += '~';
    }
    out += '\n';
}

}  // namespace

std::string Diagnostics::to_text() const {
    std::string out;
    for (const Diagnostic& diagnostic : sorted()) {
        out += heading(sources_, diagnostic.range);
        out += diagnostic.severity == Severity::kError ? "error: " : "warning: ";
        out += diagnostic.message;
        if (is_warning(diagnostic.code)) {
            out += " [-W";
            out += name_of(diagnostic.code);
            out += ']';
        }
        out += '\n';
        append_excerpt(sources_, diagnostic.range, out);
        if (!diagnostic.hint.empty()) out += "    hint: " + diagnostic.hint + '\n';
        for (const Note& note : diagnostic.notes) {
            out += heading(sources_, note.range) + "note: " + note.message + '\n';
            append_excerpt(sources_, note.range, out);
        }
    }
    if (omitted_count() > 0) {
        out += "and " + std::to_string(omitted_count()) + " more\n";
    }
    return out;
}

}  // namespace sequitur::dsl
