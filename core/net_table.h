// Which nets of a set hold an address: one hash look-up per distinct prefix length.
#pragma once

#include "core/value.h"

#include <cstdint>
#include <span>
#include <unordered_map>
#include <vector>

namespace sequitur {

class NetTable {
public:
    struct Entry {
        IpNet net;
        std::uint32_t bit = 0;
    };

    NetTable() = default;
    explicit NetTable(std::span<const Entry> entries);

    bool empty() const { return starts_.empty(); }

    // Sets the bits of all nets that `net` lies in: the nets with `ip`, for an address.
    void match(const IpNet& net, std::span<std::uint64_t> bits) const;

private:
    struct Key {
        IpAddress address;  // bits behind the prefix are zero
        std::uint8_t prefix_bits = 0;
        friend bool operator==(const Key&, const Key&) = default;
    };
    struct KeyHash {
        std::size_t operator()(const Key& key) const;
    };
    static Key key_of(const IpNet& net, std::uint8_t prefix_bits);

    std::vector<std::uint8_t> lengths_v4_, lengths_v6_;       // ascending
    std::unordered_map<Key, std::uint32_t, KeyHash> starts_;  // into bits_, which ends by kEnd
    std::vector<std::uint32_t> bits_;
};

}  // namespace sequitur
