// What a container runtime tells, as captures and the event lines have it.
#include "core/container_json.h"
#include "core/state_families.h"

namespace sequitur {
namespace {

// The pod's address and labels are told with its sandbox, which is there first.
void add_pod(const StateTables& tables, ContainerInfo& container) {
    if (container.pod_network) return;
    const std::string_view id = container.sandbox_id.view().substr(0, kShortContainerId);
    const ContainerInfo* sandbox = tables.containers.find(tables.strings.find(id));
    if (sandbox == nullptr || sandbox->id.get() == container.id.get()) return;
    container.pod_ip = sandbox->ip;
    container.pod_network = sandbox->pod_network;
    container.pod_labels = sandbox->pod_labels;
}

}  // namespace

void apply_container(StateTables& tables, const Call& call) {
    std::string_view json;
    bool is_removed = false;
    if (call.event.type == EventType::kAsyncevent) {
        const std::string_view name = call.params.text(1);
        is_removed = name == "container_removed";
        if (name != "container" && !is_removed) return;
        json = call.params.list(2);
        json = json.substr(0, json.find('\0'));
    } else {
        json = call.params.text(0);
    }
    auto container = read_container(json, tables.json, tables.strings);
    if (!container) {
        ++tables.counters.malformed;
        return;
    }
    if (is_removed) {
        tables.containers.remove((*container)->id.get());
    } else {
        add_pod(tables, **container);
        tables.containers.add(Ref<ContainerInfo>(container->release()));
    }
    tables.processes.touch_all();
}

}  // namespace sequitur
