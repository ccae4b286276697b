#include "core/container_table.h"

#include <utility>

namespace sequitur {

void ContainerTable::add(Ref<ContainerInfo> container) {
    const std::uint64_t key = container->id.get()->serial;
    if (!containers_.contains(key) && containers_.size() >= containers_max_) {
        ++refused_;
        return;
    }
    containers_[key] = std::move(container);
}

void ContainerTable::remove(Symbol id) {
    if (id != nullptr) containers_.erase(id->serial);
}

const ContainerInfo* ContainerTable::find(Symbol id) const {
    if (id == nullptr) return nullptr;
    const auto found = containers_.find(id->serial);
    return found != containers_.end() ? found->second.get() : nullptr;
}

}  // namespace sequitur
