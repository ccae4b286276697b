#include "core/net_table.h"

#include <algorithm>
#include <cstring>

namespace sequitur {
namespace {

constexpr std::uint32_t kEnd = 0xffffffff;

}  // namespace

std::size_t NetTable::KeyHash::operator()(const Key& key) const {
    std::uint64_t words[2];
    std::memcpy(words, key.address.bytes.data(), sizeof words);
    std::uint64_t hash = words[0] * 0x9e3779b97f4a7c15ULL ^ words[1];
    hash = (hash ^ hash >> 32U ^ key.prefix_bits) * 0xff51afd7ed558ccdULL;
    return static_cast<std::size_t>(hash ^ hash >> 29U);
}

NetTable::Key NetTable::key_of(const IpNet& net, std::uint8_t prefix_bits) {
    Key key{.address = net.address, .prefix_bits = prefix_bits};
    for (std::size_t i = 0; i < key.address.bytes.size(); ++i) {
        const std::size_t kept = std::clamp<std::size_t>(prefix_bits, 8 * i, 8 * i + 8) - 8 * i;
        key.address.bytes[i] &= static_cast<std::uint8_t>(0xff00U >> kept);
    }
    return key;
}

NetTable::NetTable(std::span<const Entry> entries) {
    for (const Entry& entry : entries) {
        auto& lengths = entry.net.address.is_v6 ? lengths_v6_ : lengths_v4_;
        lengths.push_back(entry.net.prefix_bits);
    }
    for (auto* lengths : {&lengths_v4_, &lengths_v6_}) {
        std::ranges::sort(*lengths);
        lengths->erase(std::unique(lengths->begin(), lengths->end()), lengths->end());
    }
    std::unordered_map<Key, std::vector<std::uint32_t>, KeyHash> by_key;
    for (const Entry& entry : entries) {
        by_key[key_of(entry.net, entry.net.prefix_bits)].push_back(entry.bit);
    }
    for (const auto& [key, bits] : by_key) {
        starts_.emplace(key, static_cast<std::uint32_t>(bits_.size()));
        bits_.insert(bits_.end(), bits.begin(), bits.end());
        bits_.push_back(kEnd);
    }
}

void NetTable::match(const IpNet& net, std::span<std::uint64_t> bits) const {
    for (const std::uint8_t length : net.address.is_v6 ? lengths_v6_ : lengths_v4_) {
        if (length > net.prefix_bits) return;
        const auto found = starts_.find(key_of(net, length));
        if (found == starts_.end()) continue;
        for (std::uint32_t i = found->second; bits_[i] != kEnd; ++i) {
            bits[bits_[i] / 64] |= std::uint64_t{1} << (bits_[i] % 64);
        }
    }
}

}  // namespace sequitur
