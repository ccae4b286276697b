// What a container runtime told about one container: immutable, shared by the images of its
// processes (core/process.h). Made from the JSON of container records (core/container_json.h).
#pragma once

#include "core/interner.h"
#include "core/reference.h"

#include <cstddef>
#include <string_view>
#include <vector>

namespace sequitur {

inline constexpr std::size_t kShortContainerId = 12;  // characters by which a container is known

struct ContainerMount {
    SymbolRef source, destination, mode, propagation;
    bool is_writable = false;
};

struct ContainerLabel {
    SymbolRef name, value;
};

// Null texts are what nobody told.
struct ContainerInfo : Referenced<ContainerInfo> {
    SymbolRef id;  // short, as in the process image
    SymbolRef full_id, name, type, ip, network;
    SymbolRef image, image_id, image_repository, image_tag, image_digest;
    bool is_privileged = false, shares_pids = false, shares_network = false, shares_ipc = false;
    std::vector<ContainerMount> mounts;
    std::vector<ContainerLabel> labels;  // by name; Kubernetes' own among them

    // Its pod, whose address and labels are those of the sandbox.
    SymbolRef sandbox_id, pod_ip, pod_network;
    std::vector<ContainerLabel> pod_labels;
};

// The value of the label `name`, or null.
Symbol label_of(const std::vector<ContainerLabel>& labels, std::string_view name);

}  // namespace sequitur
