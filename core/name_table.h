// Names of addresses: what the DNS answers that passed by said.
//
// A program asks for a name and connects to the address that it is told; so the address's name on
// this host, as far as anybody here knows it, stands in the answer. Nothing is ever looked up.
// Limits: the addresses_max addresses that were last told, names_max names for each, newest first.
// Whoever can make answers here can make names: they are hints, not proof.
// Thread: the state stage's; the lists may be read and dropped on any.
#pragma once

#include "core/descriptor.h"
#include "core/interner.h"

#include <array>
#include <cstddef>
#include <unordered_map>
#include <vector>

namespace sequitur {

class NameTable {
public:
    static constexpr std::size_t kNamesMax = 8;

    explicit NameTable(std::size_t addresses_max = 16384);

    void add(const IpAddress& address, Symbol name);
    // Null where no answer spoke of it. Immutable; the next add() makes another list.
    const AddressNames* find(const IpAddress& address) const;

    std::size_t size() const { return names_.size(); }

private:
    struct Hash {
        std::size_t operator()(const IpAddress& address) const;
    };
    std::vector<IpAddress> told_;  // a ring, in the order of being told first
    std::size_t next_ = 0, addresses_max_;
    std::unordered_map<IpAddress, Ref<AddressNames>, Hash> names_;
};

}  // namespace sequitur
