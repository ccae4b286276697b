// Fields of containers and Kubernetes objects: container.*, k8s.*.
//
// The container's id comes with every process, from its control groups. Everything else is what a
// container runtime told (core/container_info.h); where nobody did, there is no value. On the host
// they have values too, as in Falco: texts are "host" or empty, the rest is false.
#include "core/field_process.h"
#include "core/field_row.h"
#include "core/glob.h"

#include <charconv>

namespace sequitur {
namespace {

using enum FieldScope;
using enum ValueType;

constexpr std::string_view kHost = "host";  // as Falco names the container of no container

// Labels that a runtime or Kubernetes sets for itself do not stand among the labels of a container.
constexpr std::string_view kInnerLabels[] = {"annotation.", "io.kubernetes."};
constexpr std::string_view kPodName = "io.kubernetes.pod.name",
                           kPodNamespace = "io.kubernetes.pod.namespace",
                           kPodUid = "io.kubernetes.pod.uid";

Value id(const FieldRef&, const Event& event, ValueScratch&) {
    return symbol_or(event.process->container_id.get(), kHost);
}

// The text that the runtime told, `on_host` where there is no container.
Value told(const Event& event, SymbolRef ContainerInfo::*member, std::string_view on_host) {
    const ProcessImage& process = *event.process;
    if (process.container) return symbol_or((process.container.get()->*member).get(), {});
    return process.container_id ? Value::missing() : Value::of_text(on_host);
}

template <SymbolRef ContainerInfo::*member>
Value text(const FieldRef&, const Event& event, ValueScratch&) {
    return told(event, member, {});
}

template <SymbolRef ContainerInfo::*member>
Value text_or_host(const FieldRef&, const Event& event, ValueScratch&) {
    return told(event, member, kHost);
}

template <bool ContainerInfo::*member>
Value flag(const FieldRef&, const Event& event, ValueScratch&) {
    const ProcessImage& process = *event.process;
    if (process.container) return Value::of(process.container.get()->*member);
    return process.container_id ? Value::missing() : Value::of(false);
}

Value start_time(const FieldRef&, const Event& event, ValueScratch&) {
    const std::uint64_t start = event.process->pidns_start_ns;
    return start == 0 ? Value::missing() : Value::of_uint(start);
}

Value duration(const FieldRef&, const Event& event, ValueScratch&) {
    const std::uint64_t start = event.process->pidns_start_ns;
    if (start == 0) return Value::missing();
    return Value::of_int(static_cast<std::int64_t>(ns_of(event.time) - start));
}

// Mounts.

void append_mount(const ContainerMount& mount, std::string& out) {
    out.append(mount.source.view()).append(":").append(mount.destination.view());
    out.append(":").append(mount.mode.view()).append(":");
    out.append(mount.is_writable ? "true:" : "false:").append(mount.propagation.view());
}

Value mounts(const FieldRef&, const Event& event, ValueScratch& scratch) {
    const ContainerInfo* container = event.process->container.get();
    if (container == nullptr) {
        return event.process->container_id ? Value::missing() : Value::of_text({});
    }
    std::string& out = scratch.cleared_buffer(0);
    for (const ContainerMount& mount : container->mounts) {
        if (!out.empty()) out += ',';
        append_mount(mount, out);
    }
    return Value::of_text(scratch.copy(out));
}

// The mount that the field's argument means: its number, or a glob for one of its ends.
const ContainerMount* mount_of(const FieldRef& field, const Event& event,
                               SymbolRef ContainerMount::*end) {
    const ContainerInfo* container = event.process->container.get();
    if (container == nullptr) return nullptr;
    const char* const last = field.arg.data() + field.arg.size();
    std::size_t number = 0;
    const auto read = std::from_chars(field.arg.data(), last, number);
    if (read.ec == std::errc() && read.ptr == last) {
        return number < container->mounts.size() ? &container->mounts[number] : nullptr;
    }
    for (const ContainerMount& mount : container->mounts) {
        if (glob_matches(field.arg, (mount.*end).view())) return &mount;
    }
    return nullptr;
}

Value mount(const FieldRef& field, const Event& event, ValueScratch& scratch) {
    const ContainerMount* found = mount_of(field, event, &ContainerMount::source);
    if (found == nullptr) return Value::missing();
    std::string& out = scratch.cleared_buffer(0);
    append_mount(*found, out);
    return Value::of_text(scratch.copy(out));
}

template <SymbolRef ContainerMount::*member, SymbolRef ContainerMount::*by>
Value mount_text(const FieldRef& field, const Event& event, ValueScratch&) {
    const ContainerMount* found = mount_of(field, event, by);
    return found ? symbol_or((found->*member).get(), {}) : Value::missing();
}

Value mount_is_writable(const FieldRef& field, const Event& event, ValueScratch&) {
    const ContainerMount* found = mount_of(field, event, &ContainerMount::source);
    if (found == nullptr) return Value::missing();
    return Value::of_text(found->is_writable ? "true" : "false");
}

// Labels.

using Labels = std::vector<ContainerLabel> ContainerInfo::*;

template <Labels labels>
Value label(const FieldRef& field, const Event& event, ValueScratch&) {
    const ContainerInfo* container = event.process->container.get();
    if (container == nullptr) return Value::missing();
    return Value::of_symbol(label_of(container->*labels, field.arg));
}

template <Labels labels>
Value all_labels(const FieldRef&, const Event& event, ValueScratch& scratch) {
    const ContainerInfo* container = event.process->container.get();
    if (container == nullptr) {
        return event.process->container_id ? Value::missing() : Value::of_text({});
    }
    std::string& out = scratch.cleared_buffer(0);
    for (const ContainerLabel& label : container->*labels) {
        const std::string_view name = label.name.view();
        if (name.starts_with(kInnerLabels[0]) || name.starts_with(kInnerLabels[1])) continue;
        if (!out.empty()) out += ", ";
        out += name;
        if (!label.value.view().empty()) out.append(":").append(label.value.view());
    }
    return Value::of_text(scratch.copy(out));
}

// Kubernetes: what it writes on the container when it has it made.
template <const std::string_view& name>
Value inner_label(const FieldRef&, const Event& event, ValueScratch&) {
    const ContainerInfo* container = event.process->container.get();
    return container ? Value::of_symbol(label_of(container->labels, name)) : Value::missing();
}

Value sandbox_id(const FieldRef& field, const Event& event, ValueScratch& scratch) {
    Value whole = text<&ContainerInfo::sandbox_id>(field, event, scratch);
    if (!whole || whole.text.size() <= kShortContainerId) return whole;
    return Value::of_text(whole.text.substr(0, kShortContainerId));
}

constexpr FieldRow row(std::string_view name, ValueType type, Extractor extract,
                       std::string_view meaning) {
    return field_row(name, type, kProcess, extract, meaning);
}

constexpr FieldRow row_by_key(std::string_view name, Extractor extract, std::string_view meaning) {
    return row(name, kText, extract, meaning).with_arg(FieldArg::kRequiredText);
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
    field_row("container.name", kText, kProcess, text_or_host<&ContainerInfo::name>,
              "Name of the container; \"host\" outside of containers."),
    row("container.full_id", kText, text_or_host<&ContainerInfo::full_id>,
        "The container's whole id."),
    row("container.image", kText, text<&ContainerInfo::image>,
        "Name of the container's image, with its tag."),
    row("container.image.id", kText, text<&ContainerInfo::image_id>,
        "Id of the container's image."),
    row("container.image.repository", kText, text<&ContainerInfo::image_repository>,
        "Name of the container's image, without its tag."),
    row("container.image.tag", kText, text<&ContainerInfo::image_tag>,
        "Tag of the container's image."),
    row("container.image.digest", kText, text<&ContainerInfo::image_digest>,
        "Digest of the container's image in its registry."),
    row("container.type", kText, text_or_host<&ContainerInfo::type>,
        "Which runtime the container belongs to."),
    row("container.privileged", kBool, flag<&ContainerInfo::is_privileged>,
        "Whether the container runs without confinement."),
    row("container.mounts", kText, mounts,
        "All mounts of the container as source:dest:mode:rdwr:propagation, comma-separated."),
    row_by_key("container.mount", mount, "One mount, by number or by its source, a glob allowed."),
    row_by_key("container.mount.source",
               mount_text<&ContainerMount::source, &ContainerMount::destination>,
               "Source of a mount, by number or destination."),
    row_by_key("container.mount.dest",
               mount_text<&ContainerMount::destination, &ContainerMount::source>,
               "Destination of a mount, by number or source."),
    row_by_key("container.mount.mode", mount_text<&ContainerMount::mode, &ContainerMount::source>,
               "Mode of a mount, by number or source."),
    row_by_key("container.mount.rdwr", mount_is_writable,
               "Whether a mount may be written, by number or source."),
    row_by_key("container.mount.propagation",
               mount_text<&ContainerMount::propagation, &ContainerMount::source>,
               "How a mount propagates, by number or source."),
    unknown("container.healthcheck", kText, "Command line of the container's health check."),
    unknown("container.liveness_probe", kText, "Command line of the container's liveness probe."),
    unknown("container.readiness_probe", kText, "Command line of the container's readiness probe."),
    row("container.start_ts", kUint, start_time,
        "When the container started, in nanoseconds since the epoch."),
    field_row("container.duration", kInt, kEvent, duration,
              "Nanoseconds from the container's start to the event."),
    row("container.ip", kText, text<&ContainerInfo::ip>, "The container's own IP address."),
    row("container.cni.json", kText, text<&ContainerInfo::network>,
        "Network results of the container or its pod, as JSON."),
    row("container.host_pid", kBool, flag<&ContainerInfo::shares_pids>,
        "Whether the container shares the host's pid namespace."),
    row("container.host_network", kBool, flag<&ContainerInfo::shares_network>,
        "Whether the container shares the host's network."),
    row("container.host_ipc", kBool, flag<&ContainerInfo::shares_ipc>,
        "Whether the container shares the host's IPC namespace."),
    row_by_key("container.label", label<&ContainerInfo::labels>,
               "One label of the container, by name."),
    row_by_key("container.label.", label<&ContainerInfo::labels>,
               "One label of the container, by name."),
    row("container.labels", kText, all_labels<&ContainerInfo::labels>,
        "All labels of the container."),
    row("k8s.pod.name", kText, inner_label<kPodName>, "Name of the pod."),
    row("k8s.pod.id", kText, inner_label<kPodUid>, "Identity of the pod (its uid)."),
    row("k8s.pod.uid", kText, inner_label<kPodUid>, "Identity of the pod (its uid)."),
    row("k8s.pod.sandbox_id", kText, sandbox_id,
        "First twelve characters of the pod's sandbox id."),
    row("k8s.pod.full_sandbox_id", kText, text<&ContainerInfo::sandbox_id>,
        "The pod's whole sandbox id."),
    row_by_key("k8s.pod.label", label<&ContainerInfo::pod_labels>,
               "One label of the pod, by name."),
    row_by_key("k8s.pod.label.", label<&ContainerInfo::pod_labels>,
               "One label of the pod, by name."),
    row("k8s.pod.labels", kText, all_labels<&ContainerInfo::pod_labels>, "All labels of the pod."),
    row("k8s.pod.ip", kText, text<&ContainerInfo::pod_ip>, "The pod's IP address."),
    row("k8s.pod.cni.json", kText, text<&ContainerInfo::pod_network>,
        "Network results of the pod, as JSON."),
    row("k8s.ns.name", kText, inner_label<kPodNamespace>, "Name of the pod's namespace."),
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
