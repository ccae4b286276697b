#include "daemon/outputs/message.h"

namespace sequitur {
namespace {

std::size_t bytes_of_fields(const std::vector<OutputField>& fields) {
    std::size_t bytes = fields.size() * sizeof(OutputField);
    for (const OutputField& field : fields) bytes += field.name.size() + field.text.size();
    return bytes;
}

std::size_t bytes_of_texts(const std::vector<std::string>& texts) {
    std::size_t bytes = texts.size() * sizeof(std::string);
    for (const std::string& text : texts) bytes += text.size();
    return bytes;
}

}  // namespace

AlertFormat parse_alert_format(std::string_view name) {
    if (name == "ecs") return AlertFormat::kEcs;
    return name == "json" ? AlertFormat::kJson : AlertFormat::kText;
}

std::string render_alert(const Alert& alert, AlertFormat format) {
    switch (format) {
        case AlertFormat::kText: return to_text(alert);
        case AlertFormat::kJson: return to_json(alert);
        case AlertFormat::kEcs: return to_ecs(alert);
    }
    return {};
}

std::size_t bytes_of(const Alert& alert) {
    std::size_t bytes = sizeof(Alert) + alert.rule.size() + alert.source.size() +
                        alert.hostname.size() + alert.output.size() + bytes_of_texts(alert.tags) +
                        bytes_of_fields(alert.output_fields);
    if (!alert.sequence) return bytes;
    bytes += bytes_of_fields(alert.sequence->key);
    for (const AlertStep& step : alert.sequence->steps) {
        const AlertProcess& process = step.process;
        bytes += sizeof step + step.id.size() + step.event_type.size() + process.entity.size() +
                 process.name.size() + process.exepath.size() + process.cmdline.size() +
                 bytes_of_texts(process.ancestors) + bytes_of_fields(step.output_fields);
    }
    return bytes;
}

}  // namespace sequitur
