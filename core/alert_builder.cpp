#include "core/alert_builder.h"

namespace sequitur {

namespace {
constexpr std::size_t kAncestorsShown = 16;
}

AlertProcess describe(const ProcessImage& process) {
    AlertProcess shown;
    shown.entity = process.entity.to_string();
    shown.pid = process.pid;
    shown.name = process.name.view();
    shown.exepath = process.exepath.view();
    shown.cmdline = process.cmdline.view();
    for (const ProcessImage* ancestor = process.parent.get();
         ancestor && shown.ancestors.size() < kAncestorsShown; ancestor = ancestor->parent.get()) {
        shown.ancestors.emplace_back(ancestor->name.view());
    }
    return shown;
}

Alert alert_shell(const DetectionInfo& info, const std::string& hostname) {
    Alert alert;
    alert.rule = info.name;
    alert.priority = info.priority;
    alert.source = info.source;
    alert.tags = info.tags;
    alert.hostname = hostname;
    return alert;
}

Alert alert_of(const Rule& rule, const Event& event, const std::string& hostname) {
    Alert alert = alert_shell(rule.info, hostname);
    alert.time = event.time;
    alert.event_number = event.number;
    alert.output = render(rule.info.output, event, {}, {});
    alert.output_fields = fields_of(rule.info.output, event, {}, {});
    return alert;
}

}  // namespace sequitur
