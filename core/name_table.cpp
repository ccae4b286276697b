#include "core/name_table.h"

#include <algorithm>
#include <string_view>
#include <utility>

namespace sequitur {

NameTable::NameTable(std::size_t addresses_max)
    : addresses_max_(std::max<std::size_t>(addresses_max, 1)) {}

std::size_t NameTable::Hash::operator()(const IpAddress& address) const {
    const auto* bytes = reinterpret_cast<const char*>(address.bytes.data());
    return std::hash<std::string_view>()({bytes, address.is_v6 ? 16U : 4U});
}

void NameTable::add(const IpAddress& address, Symbol name) {
    Ref<AddressNames>& known = names_[address];
    if (known && known->names.front().get() == name) return;
    auto* list = new AddressNames;
    list->names.emplace_back(name);
    if (known) {
        for (const SymbolRef& other : known->names) {
            if (other.get() != name && list->names.size() < kNamesMax) list->names.push_back(other);
        }
        known = Ref<AddressNames>(list);
        return;
    }
    known = Ref<AddressNames>(list);
    if (told_.size() < addresses_max_) {
        told_.push_back(address);
        return;
    }
    names_.erase(std::exchange(told_[next_], address));
    next_ = (next_ + 1) % told_.size();
}

const AddressNames* NameTable::find(const IpAddress& address) const {
    const auto found = names_.find(address);
    return found != names_.end() ? found->second.get() : nullptr;
}

}  // namespace sequitur
