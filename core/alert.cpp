#include "core/alert.h"

#include "core/json_text.h"
#include "core/time_text.h"
#include "core/utf8.h"

#include <algorithm>

namespace sequitur {
namespace {

void append_value(const OutputField& field, std::string& out) {
    switch (field.kind) {
        case OutputField::Kind::kNull: out += "null"; return;
        case OutputField::Kind::kInt: out += std::to_string(field.i); return;
        case OutputField::Kind::kUint: out += std::to_string(field.u); return;
        case OutputField::Kind::kDouble: append_json_double(field.d, out); return;
        case OutputField::Kind::kBool: out += field.u != 0 ? "true" : "false"; return;
        case OutputField::Kind::kText: append_json_string(field.text, out); return;
    }
}

void write_fields(std::string_view name, const std::vector<OutputField>& fields, JsonWriter& json) {
    json.key(name);
    json.open('{');
    for (const OutputField& field : fields) {
        json.key(field.name);
        append_value(field, json.out());
    }
    json.close('}');
}

void write_texts(std::string_view name, const std::vector<std::string>& texts, JsonWriter& json) {
    json.key(name);
    json.open('[');
    for (const std::string& text : texts) {
        json.next();
        append_json_string(text, json.out());
    }
    json.close(']');
}

void write_process(const AlertProcess& process, JsonWriter& json) {
    json.key("proc");
    json.open('{');
    json.text("entity", process.entity);
    json.number("pid", process.pid);
    json.text("name", process.name);
    json.text("exepath", process.exepath);
    json.text("cmdline", process.cmdline);
    write_texts("ancestors", process.ancestors, json);
    json.close('}');
}

void write_step(const AlertStep& step, JsonWriter& json) {
    json.next();
    json.open('{');
    json.text("id", step.id);
    json.text("time", to_rfc3339(step.time));
    json.number("evt.num", step.event_number);
    json.text("evt.type", step.event_type);
    const bool has_process = step.process.pid >= 0 || !step.process.entity.empty();
    if (has_process) write_process(step.process, json);  // Events of other streams have none.
    write_fields("output_fields", step.output_fields, json);
    if (step.count > 0) {
        json.number("count", step.count);
        json.text("last", to_rfc3339(step.last));
    }
    json.close('}');
}

void write_losses(const AlertLosses& losses, JsonWriter& json) {
    json.key("losses");
    json.open('{');
    json.number("events_lost", losses.events_lost);
    json.number("params_truncated", losses.params_truncated);
    json.number("matches_evicted", losses.matches_evicted);
    if (!losses.gaps.empty()) {
        json.key("unwatched");
        json.open('[');
        for (const AlertGap& gap : losses.gaps) {
            json.next();
            json.open('{');
            json.text("from", to_rfc3339(gap.first));
            json.text("to", to_rfc3339(gap.last));
            json.close('}');
        }
        json.close(']');
    }
    json.close('}');
}

void write_sequence(const AlertSequence& sequence, JsonWriter& json) {
    json.key("sequence");
    json.open('{');
    write_fields("key", sequence.key, json);
    json.text("start", to_rfc3339(sequence.start));
    json.number("duration_ns", sequence.duration.count());
    json.key("steps");
    json.open('[');
    for (const AlertStep& step : sequence.steps) write_step(step, json);
    json.close(']');
    json.key("complete");
    json.out() += sequence.losses.complete() ? "true" : "false";
    if (!sequence.losses.complete()) write_losses(sequence.losses, json);
    json.close('}');
}

// Falco's alerts always have the event's time among their fields.
std::vector<OutputField> with_time(std::vector<OutputField> fields, Timestamp time) {
    constexpr std::string_view kName = "evt.time";
    if (std::ranges::find(fields, kName, &OutputField::name) != fields.end()) return fields;
    OutputField field;
    field.name = kName;
    field.kind = OutputField::Kind::kUint;
    field.u = ns_of(time);
    fields.push_back(std::move(field));
    return fields;
}

// What a terminal may take for a command is escaped: the control characters of ASCII and those of
// Latin 1 (U+0080 to U+009F), of which U+009B alone begins one.
void append_printable(std::string_view text, std::string& out) {
    constexpr std::string_view kDigits = "0123456789abcdef";
    constexpr std::string_view kReplacement = "\xef\xbf\xbd";  // U+FFFD
    for (std::size_t at = 0, length = 0; at < text.size(); at += std::max<std::size_t>(length, 1)) {
        length = utf8_length(text, at);
        const char c = length == 2 && text[at] == '\xc2' ? text[at + 1] : text[at];
        const auto byte = static_cast<unsigned char>(c);
        const bool is_control = byte < 0x20 || (byte >= 0x7f && byte < 0xa0 && length != 0);
        if (length == 0) {
            out += kReplacement;
        } else if (length > 2 || !is_control) {
            out += text.substr(at, length);
        } else if (c == '\n') {
            out += "\\n";
        } else if (c == '\t') {
            out += "\\t";
        } else if (c == '\r') {
            out += "\\r";
        } else {
            out += "\\x";
            out.push_back(kDigits[byte >> 4]);
            out.push_back(kDigits[byte & 15]);
        }
    }
}

}  // namespace

std::string to_json(const Alert& alert) {
    std::string out;
    JsonWriter json(out);
    json.open('{');
    json.text("hostname", alert.hostname);
    json.text("output", alert.output);
    write_fields("output_fields", with_time(alert.output_fields, alert.time), json);
    json.text("priority", name_of(alert.priority));
    json.text("rule", alert.rule);
    json.text("source", alert.source);
    write_texts("tags", alert.tags, json);
    json.text("time", to_rfc3339(alert.time));
    if (alert.sequence) write_sequence(*alert.sequence, json);
    json.close('}');
    return out;
}

std::string to_text(const Alert& alert) {
    std::string out;
    append_time_of_day(alert.time, true, out);
    out += ": ";
    out += name_of(alert.priority);
    out.push_back(' ');
    append_printable(alert.output, out);
    return out;
}

std::string to_rfc3339(Timestamp time) {
    std::string out;
    append_rfc3339(time, out);
    return out;
}

}  // namespace sequitur
