// What is known of the containers on the host: id to ContainerInfo.
//
// Filled by container records (CONTAINER_JSON, and ASYNCEVENT named "container" and
// "container_removed"), which captures have and event lines write; read when a process image is
// made, so that fields find the container in the image.
// Limits: containers_max; further ones are refused and counted.
// Thread: the state stage's.
#pragma once

#include "core/container_info.h"

#include <cstddef>
#include <cstdint>
#include <unordered_map>

namespace sequitur {

class ContainerTable {
public:
    explicit ContainerTable(std::size_t containers_max = 16384) : containers_max_(containers_max) {}

    // Adding one again replaces it.
    void add(Ref<ContainerInfo> container);
    void remove(Symbol id);
    // Null for the host and for what nobody told about.
    const ContainerInfo* find(Symbol id) const;

    std::size_t size() const { return containers_.size(); }
    std::uint64_t refused() const { return refused_; }

private:
    std::size_t containers_max_;
    std::unordered_map<std::uint64_t, Ref<ContainerInfo>> containers_;  // by the id's serial
    std::uint64_t refused_ = 0;
};

}  // namespace sequitur
