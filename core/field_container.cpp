// Fields of containers and Kubernetes objects: container.*, k8s.*.
//
// The container's id comes with every process, from its control groups. Everything else has to be
// asked from a container runtime, which nothing does so far; those fields exist, so that rules that
// name them load, and have no value.
#include "core/field_row.h"

namespace sequitur {
namespace {

using enum FieldScope;
using enum ValueType;

constexpr std::string_view kHost = "host";  // as Falco names the container of no container

Value id(const FieldRef&, const Event& event, ValueScratch&) {
    return symbol_or(event.process->container_id.get(), kHost);
}

Value name(const FieldRef&, const Event& event, ValueScratch&) {
    return event.process->container_id ? Value::missing() : Value::of_text(kHost);
}

constexpr FieldRow unknown(std::string_view field, ValueType type, std::string_view meaning) {
    return field_row(field, type, kProcess, no_value, meaning);
}

constexpr FieldRow unknown_by_key(std::string_view field, std::string_view meaning) {
    return unknown(field, kText, meaning).with_arg(FieldArg::kRequiredText);
}

constexpr FieldRow kRows[] = {
    field_row("container.id", kText, kProcess, id,
              "First twelve characters of the container's id; \"host\" outside of containers.")
        .as_key("one container, or the host"),
    field_row("container.name", kText, kProcess, name,
              "Name of the container; \"host\" outside of containers."),
    unknown("container.full_id", kText, "The container's whole id."),
    unknown("container.image", kText, "Name of the container's image, with its tag."),
    unknown("container.image.id", kText, "Id of the container's image."),
    unknown("container.image.repository", kText, "Name of the container's image, without its tag."),
    unknown("container.image.tag", kText, "Tag of the container's image."),
    unknown("container.image.digest", kText, "Digest of the container's image in its registry."),
    unknown("container.type", kText, "Which runtime the container belongs to."),
    unknown("container.privileged", kBool, "Whether the container runs without confinement."),
    unknown("container.mounts", kText,
            "All mounts of the container as source:dest:mode:rdrw:propagation, blank-separated."),
    unknown_by_key("container.mount", "One mount, by number or by its source, a glob allowed."),
    unknown_by_key("container.mount.source", "Source of a mount, by number or destination."),
    unknown_by_key("container.mount.dest", "Destination of a mount, by number or source."),
    unknown_by_key("container.mount.mode", "Mode of a mount, by number or source."),
    unknown_by_key("container.mount.rdwr", "Whether a mount may be written, by number or source."),
    unknown_by_key("container.mount.propagation", "How a mount propagates, by number or source."),
    unknown("container.healthcheck", kText, "Command line of the container's health check."),
    unknown("container.liveness_probe", kText, "Command line of the container's liveness probe."),
    unknown("container.readiness_probe", kText, "Command line of the container's readiness probe."),
    unknown("container.start_ts", kUint,
            "When the container started, in nanoseconds since the epoch."),
    unknown("container.duration", kUint, "Nanoseconds from the container's start to the event."),
    unknown("container.ip", kText, "The container's own IP address."),
    unknown("container.cni.json", kText, "Network results of the container or its pod, as JSON."),
    unknown("container.host_pid", kBool, "Whether the container shares the host's pid namespace."),
    unknown("container.host_network", kBool, "Whether the container shares the host's network."),
    unknown("container.host_ipc", kBool, "Whether the container shares the host's IPC namespace."),
    unknown_by_key("container.label", "One label of the container, by name."),
    unknown_by_key("container.label.", "One label of the container, by name."),
    unknown("container.labels", kText, "All labels of the container."),
    unknown("k8s.pod.name", kText, "Name of the pod."),
    unknown("k8s.pod.id", kText, "Identity of the pod (its uid)."),
    unknown("k8s.pod.uid", kText, "Identity of the pod (its uid)."),
    unknown("k8s.pod.sandbox_id", kText, "First twelve characters of the pod's sandbox id."),
    unknown("k8s.pod.full_sandbox_id", kText, "The pod's whole sandbox id."),
    unknown_by_key("k8s.pod.label", "One label of the pod, by name."),
    unknown_by_key("k8s.pod.label.", "One label of the pod, by name."),
    unknown("k8s.pod.labels", kText, "All labels of the pod."),
    unknown("k8s.pod.ip", kText, "The pod's IP address."),
    unknown("k8s.pod.cni.json", kText, "Network results of the pod, as JSON."),
    unknown("k8s.ns.name", kText, "Name of the pod's namespace."),
    unknown("k8s.ns.id", kText, "Identity of the pod's namespace."),
    unknown_by_key("k8s.ns.label", "One label of the pod's namespace, by name."),
    unknown_by_key("k8s.ns.label.", "One label of the pod's namespace, by name."),
    unknown("k8s.ns.labels", kText, "All labels of the pod's namespace."),
    unknown("k8s.rc.name", kText, "Name of the pod's replication controller."),
    unknown("k8s.rc.id", kText, "Identity of the pod's replication controller."),
    unknown_by_key("k8s.rc.label", "One label of the pod's replication controller, by name."),
    unknown_by_key("k8s.rc.label.", "One label of the pod's replication controller, by name."),
    unknown("k8s.rc.labels", kText, "All labels of the pod's replication controller."),
    unknown("k8s.rs.name", kText, "Name of the pod's replica set."),
    unknown("k8s.rs.id", kText, "Identity of the pod's replica set."),
    unknown_by_key("k8s.rs.label", "One label of the pod's replica set, by name."),
    unknown_by_key("k8s.rs.label.", "One label of the pod's replica set, by name."),
    unknown("k8s.rs.labels", kText, "All labels of the pod's replica set."),
    unknown("k8s.svc.name", kText, "Names of the services that lead to the pod."),
    unknown("k8s.svc.id", kText, "Identities of the services that lead to the pod."),
    unknown_by_key("k8s.svc.label", "One label of the pod's service, by name."),
    unknown_by_key("k8s.svc.label.", "One label of the pod's service, by name."),
    unknown("k8s.svc.labels", kText, "All labels of the pod's service."),
    unknown("k8s.deployment.name", kText, "Name of the pod's deployment."),
    unknown("k8s.deployment.id", kText, "Identity of the pod's deployment."),
    unknown_by_key("k8s.deployment.label", "One label of the pod's deployment, by name."),
    unknown_by_key("k8s.deployment.label.", "One label of the pod's deployment, by name."),
    unknown("k8s.deployment.labels", kText, "All labels of the pod's deployment."),
};

}  // namespace

std::span<const FieldRow> container_fields() { return kRows; }

}  // namespace sequitur
