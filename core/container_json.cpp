#include "core/container_json.h"

#include <algorithm>
#include <iterator>
#include <string>
#include <vector>

namespace sequitur {
namespace {

// Falco's numbers of runtimes.
constexpr std::string_view kTypes[] = {"docker", "lxc",   "libvirt-lxc", "mesos", "rkt",
                                       "",       "cri",   "containerd",  "cri-o", "bpm",
                                       "",       "podman"};

struct Reader {
    Interner& strings;

    SymbolRef text(const JsonValue& object, std::string_view key) const {
        const JsonValue* value = object.find(key);
        const bool is_text = value != nullptr && value->kind == JsonValue::Kind::kText;
        return is_text ? SymbolRef(strings.intern(value->text)) : SymbolRef();
    }

    static bool flag(const JsonValue& object, std::string_view key) {
        const JsonValue* value = object.find(key);
        return value != nullptr && value->kind == JsonValue::Kind::kBool && value->b;
    }

    // A number of Falco's, or the runtime's name.
    SymbolRef type(const JsonValue& container) const {
        const JsonValue* value = container.find("type");
        if (value == nullptr || value->kind != JsonValue::Kind::kInt) {
            return text(container, "type");
        }
        const bool is_known = value->i >= 0 && value->i < std::int64_t{std::size(kTypes)};
        return SymbolRef(
            strings.intern(is_known ? kTypes[static_cast<std::size_t>(value->i)] : ""));
    }

    std::vector<ContainerLabel> labels(const JsonValue& container, std::string_view key) const {
        std::vector<ContainerLabel> labels;
        const JsonValue* object = container.find(key);
        if (object == nullptr || object->kind != JsonValue::Kind::kObject) return labels;
        for (const JsonValue& member : object->items) {
            if (member.kind != JsonValue::Kind::kText) continue;
            labels.push_back(ContainerLabel{SymbolRef(strings.intern(member.key)),
                                            SymbolRef(strings.intern(member.text))});
        }
        std::ranges::sort(labels, {},
                          [](const ContainerLabel& label) { return label.name.view(); });
        return labels;
    }

    std::vector<ContainerMount> mounts(const JsonValue& container) const {
        std::vector<ContainerMount> mounts;
        const JsonValue* list = container.find("Mounts");
        if (list == nullptr || list->kind != JsonValue::Kind::kList) return mounts;
        for (const JsonValue& item : list->items) {
            if (item.kind != JsonValue::Kind::kObject) continue;
            mounts.push_back(ContainerMount{text(item, "Source"), text(item, "Destination"),
                                            text(item, "Mode"), text(item, "Propagation"),
                                            flag(item, "RW")});
        }
        return mounts;
    }

    // Repository and tag out of "registry:5000/shop/cart:1.2@sha256:..", where they are not told.
    void split_image(ContainerInfo& info) const {
        std::string_view image = info.image.view().substr(0, info.image.view().find('@'));
        if (image.empty()) return;
        const std::size_t colon = image.rfind(':');
        const std::size_t slash = image.rfind('/');
        const bool has_tag = colon != image.npos && (slash == image.npos || slash < colon);
        if (!info.image_repository) {
            info.image_repository =
                SymbolRef(strings.intern(has_tag ? image.substr(0, colon) : image));
        }
        if (!info.image_tag && has_tag) {
            info.image_tag = SymbolRef(strings.intern(image.substr(colon + 1)));
        }
    }
};

}  // namespace

Symbol label_of(const std::vector<ContainerLabel>& labels, std::string_view name) {
    for (const ContainerLabel& label : labels) {
        if (label.name.view() == name) return label.value.get();
    }
    return nullptr;
}

Result<std::unique_ptr<ContainerInfo>> read_container(std::string_view json, JsonReader& reader,
                                                      Interner& strings) {
    std::string padded(json);
    padded.append(JsonReader::kPadding, '\0');
    const Result<const JsonValue*> root =
        reader.parse(std::string_view(padded).substr(0, json.size()));
    if (!root) return tl::unexpected(root.error());
    const JsonValue* container = (*root)->find("container");
    if (container == nullptr || container->kind != JsonValue::Kind::kObject) {
        return fail(Error::Code::kBadInput, "no \"container\" in it");
    }
    const Reader read{strings};
    auto info = std::make_unique<ContainerInfo>();
    const JsonValue* id = container->find("id");
    if (id != nullptr && id->kind == JsonValue::Kind::kText) {
        info->id = SymbolRef(strings.intern(id->text.substr(0, kShortContainerId)));
    }
    if (info->id.view().empty()) return fail(Error::Code::kBadInput, "the container has no id");
    info->full_id = read.text(*container, "full_id");
    info->name = read.text(*container, "name");
    info->type = read.type(*container);
    info->ip = read.text(*container, "ip");
    info->network = read.text(*container, "cni_json");
    info->image = read.text(*container, "image");
    info->image_id = read.text(*container, "imageid");
    info->image_repository = read.text(*container, "imagerepo");
    info->image_tag = read.text(*container, "imagetag");
    info->image_digest = read.text(*container, "imagedigest");
    info->pod_ip = info->network.view().empty() ? SymbolRef() : info->ip;
    info->pod_network = info->network;
    info->sandbox_id = read.text(*container, "pod_sandbox_id");
    info->is_privileged = Reader::flag(*container, "privileged");
    info->shares_pids = Reader::flag(*container, "host_pid");
    info->shares_network = Reader::flag(*container, "host_network");
    info->shares_ipc = Reader::flag(*container, "host_ipc");
    info->mounts = read.mounts(*container);
    info->labels = read.labels(*container, "labels");
    info->pod_labels = read.labels(*container, "pod_sandbox_labels");
    read.split_image(*info);
    return info;
}

}  // namespace sequitur
