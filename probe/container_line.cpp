#include "probe/container_line.h"

#include "core/event_type.h"
#include "core/json_text.h"
#include "probe/json_number.h"
#include "probe/line_options.h"

#include <array>
#include <string>
#include <string_view>

namespace sequitur {
namespace {

// What container runtimes and Falco's captures tell, in their words.
constexpr std::array<std::string_view, 36> kKeys = {"id",
                                                    "full_id",
                                                    "name",
                                                    "type",
                                                    "image",
                                                    "imageid",
                                                    "imagerepo",
                                                    "imagetag",
                                                    "imagedigest",
                                                    "privileged",
                                                    "host_pid",
                                                    "host_network",
                                                    "host_ipc",
                                                    "Mounts",
                                                    "labels",
                                                    "ip",
                                                    "cni_json",
                                                    "is_pod_sandbox",
                                                    "pod_sandbox_id",
                                                    "pod_sandbox_labels",
                                                    "User",
                                                    "env",
                                                    "created_time",
                                                    "lookup_state",
                                                    "port_mappings",
                                                    "cpu_period",
                                                    "cpu_quota",
                                                    "cpu_shares",
                                                    "cpuset_cpu_count",
                                                    "memory_limit",
                                                    "swap_limit",
                                                    "metadata_deadline",
                                                    "size",
                                                    "Healthcheck",
                                                    "LivenessProbe",
                                                    "ReadinessProbe"};
constexpr std::array<std::string_view, 5> kMountKeys = {"Source", "Destination", "Mode", "RW",
                                                        "Propagation"};

tl::unexpected<Error> bad(std::string message) {
    return fail(Error::Code::kBadInput, std::move(message));
}

void append_value(const JsonValue& value, std::string& out) {
    switch (value.kind) {
        case JsonValue::Kind::kNull: out += "null"; return;
        case JsonValue::Kind::kBool: out += value.b ? "true" : "false"; return;
        case JsonValue::Kind::kInt: append_json_number(value.i, out); return;
        case JsonValue::Kind::kUint: append_json_number(value.u, out); return;
        case JsonValue::Kind::kDouble: out += std::to_string(value.d); return;
        case JsonValue::Kind::kText: append_json_string(value.text, out); return;
        case JsonValue::Kind::kList:
        case JsonValue::Kind::kObject: break;
    }
    const bool is_object = value.kind == JsonValue::Kind::kObject;
    out += is_object ? '{' : '[';
    for (const JsonValue& item : value.items) {
        if (&item != value.items.data()) out += ',';
        if (is_object) {
            append_json_string(item.key, out);
            out += ':';
        }
        append_value(item, out);
    }
    out += is_object ? '}' : ']';
}

Result<void> check(const JsonValue& container) {
    if (container.kind != JsonValue::Kind::kObject) return wrong_kind("an object", container);
    if (auto known = check_keys(container, kKeys); !known) return known;
    const JsonValue* id = container.find("id");
    if (id == nullptr || id->kind != JsonValue::Kind::kText || id->text.empty()) {
        return bad("id is missing");
    }
    const JsonValue* mounts = container.find("Mounts");
    if (mounts == nullptr || mounts->kind == JsonValue::Kind::kNull) return {};
    if (mounts->kind != JsonValue::Kind::kList) {
        return fail_with_context(wrong_kind("a list", *mounts).value(), "Mounts");
    }
    for (const JsonValue& mount : mounts->items) {
        if (mount.kind != JsonValue::Kind::kObject) {
            return fail_with_context(wrong_kind("objects in its list", mount).value(), "Mounts");
        }
        if (auto known = check_keys(mount, kMountKeys); !known) {
            return fail_with_context(known.error(), "Mounts");
        }
    }
    return {};
}

}  // namespace

Result<RecordView> encode_container_line(const JsonValue& line, RecordBuilder& builder) {
    static constexpr std::array<std::string_view, 1> kLineKeys = {"container"};
    if (auto known = check_keys(line, kLineKeys); !known) return tl::unexpected(known.error());
    const JsonValue& container = *line.find("container");
    if (auto fine = check(container); !fine) {
        return fail_with_context(fine.error(), "container");
    }
    std::string json;
    append_value(line, json);
    if (json.find('\0') != std::string::npos)
        return bad("container: a text here cannot hold \\u0000");
    builder.begin(0, ~std::uint64_t{0}, EventType::kContainer, 0);
    builder.add_text(json);
    return builder.finish_exact();
}

}  // namespace sequitur
