// Alerts in the terms of the Elastic Common Schema 8.
#include "core/json_text.h"
#include "daemon/outputs/message.h"

#include <algorithm>
#include <span>

namespace sequitur {
namespace {

// ECS knows no scale of its own; this is syslog's, most urgent highest, as SIEMs sort it.
int severity_of(Priority priority) { return 100 - static_cast<int>(priority) * 14; }

void write_texts(std::string_view name, std::span<const std::string> texts, JsonWriter& json) {
    json.key(name);
    json.open('[');
    for (const std::string& text : texts) {
        json.next();
        append_json_string(text, json.out());
    }
    json.close(']');
}

// "T1105", "T1059.004": a technique of MITRE ATT&CK.
bool is_technique(std::string_view tag) {
    constexpr std::string_view kDigits = "0123456789";
    if (tag.size() < 5 || (tag[0] != 'T' && tag[0] != 't')) return false;
    const std::string_view number = tag.substr(1, 4);
    if (number.find_first_not_of(kDigits) != std::string_view::npos) return false;
    if (tag.size() == 5) return true;
    return tag.size() == 9 && tag[5] == '.' &&
           tag.substr(6).find_first_not_of(kDigits) == std::string_view::npos;
}

void write_event(const Alert& alert, JsonWriter& json) {
    json.key("event");
    json.open('{');
    json.text("kind", "alert");
    json.text("module", "sequitur");
    json.text("dataset", "sequitur.alerts");
    json.text("provider", alert.source);
    json.number("severity", severity_of(alert.priority));
    if (alert.sequence) {
        json.text("start", to_rfc3339(alert.sequence->start));
        json.text("end", to_rfc3339(alert.time));
        json.number("duration", alert.sequence->duration.count());
    }
    json.close('}');
}

void write_techniques(const Alert& alert, JsonWriter& json) {
    std::vector<std::string> techniques;
    std::copy_if(alert.tags.begin(), alert.tags.end(), std::back_inserter(techniques),
                 is_technique);
    if (techniques.empty()) return;
    json.key("threat");
    json.open('{');
    json.text("framework", "MITRE ATT&CK");
    json.key("technique");
    json.open('{');
    write_texts("id", techniques, json);
    json.close('}');
    json.close('}');
}

void write_process(const AlertProcess& process, JsonWriter& json) {
    json.key("process");
    json.open('{');
    json.number("pid", process.pid);
    json.text("entity_id", process.entity);
    json.text("name", process.name);
    json.text("executable", process.exepath);
    json.text("command_line", process.cmdline);
    if (!process.ancestors.empty()) {
        json.key("parent");
        json.open('{');
        json.text("name", process.ancestors.front());
        json.close('}');
    }
    json.close('}');
}

}  // namespace

std::string to_ecs(const Alert& alert) {
    std::string out;
    JsonWriter json(out);
    json.open('{');
    json.text("@timestamp", to_rfc3339(alert.time));
    json.text("message", alert.output);
    write_texts("tags", alert.tags, json);
    json.key("ecs");
    out += R"({"version":"8.11.0"})";
    json.key("host");
    json.open('{');
    json.text("hostname", alert.hostname);
    json.close('}');
    json.key("log");
    json.open('{');
    std::string level(name_of(alert.priority));
    level[0] = static_cast<char>(level[0] | 0x20);
    json.text("level", level);
    json.close('}');
    json.key("rule");
    json.open('{');
    json.text("name", alert.rule);
    json.close('}');
    write_event(alert, json);
    write_techniques(alert, json);
    const bool has_process = alert.sequence && !alert.sequence->steps.empty() &&
                             alert.sequence->steps.back().process.pid >= 0;
    if (has_process) write_process(alert.sequence->steps.back().process, json);
    // What ECS has no names for, as the JSON form has it.
    json.key("sequitur");
    out += to_json(alert);
    json.close('}');
    return out;
}

}  // namespace sequitur
