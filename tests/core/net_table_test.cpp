#include "core/net_table.h"

#include <gtest/gtest.h>

#include <random>

namespace sequitur {
namespace {

IpNet v4(std::array<std::uint8_t, 4> bytes, std::uint8_t prefix_bits = 32) {
    IpNet net{.address = {}, .prefix_bits = prefix_bits};
    std::copy(bytes.begin(), bytes.end(), net.address.bytes.begin());
    return net;
}

std::uint64_t match(const NetTable& table, const IpNet& net) {
    std::vector<std::uint64_t> bits(1);
    table.match(net, bits);
    return bits[0];
}

TEST(NetTable, FindsEveryNetAroundAnAddress) {
    IpNet any_v6;
    any_v6.address.is_v6 = true;
    const NetTable table(std::vector<NetTable::Entry>{{v4({10, 0, 0, 0}, 8), 0},
                                                      {v4({10, 1, 0, 0}, 16), 1},
                                                      {v4({10, 1, 2, 3}), 2},
                                                      {v4({0, 0, 0, 0}, 0), 3},
                                                      {v4({10, 1, 2, 2}, 31), 4},
                                                      {any_v6, 5}});
    EXPECT_EQ(match(table, v4({10, 1, 2, 3})), 0b011111u);
    EXPECT_EQ(match(table, v4({10, 2, 0, 0})), 0b001001u);
    EXPECT_EQ(match(table, v4({11, 2, 0, 0})), 0b001000u);
    IpNet v6;
    v6.address.is_v6 = true;
    v6.prefix_bits = 128;
    EXPECT_EQ(match(table, v6), 0b100000u);
    EXPECT_EQ(match(NetTable(), v6), 0u);
}

TEST(NetTable, RandomNetsAgreeWithContains) {
    std::mt19937 random(23);  // NOLINT(cert-msc51-cpp): the same run every time
    for (int round = 0; round < 200; ++round) {
        const auto address = [&](bool is_v6) {
            IpAddress ip{.is_v6 = is_v6};
            for (std::size_t i = 0; i < (is_v6 ? 16u : 4u); ++i) {
                ip.bytes[i] = static_cast<std::uint8_t>(random() % 2 == 0 ? 0 : 0x81);
            }
            return ip;
        };
        std::vector<NetTable::Entry> entries;
        for (std::uint32_t i = 0; i < 40; ++i) {
            const bool is_v6 = random() % 2 == 0;
            const auto bits = static_cast<std::uint8_t>(random() % (is_v6 ? 129 : 33));
            entries.push_back({{address(is_v6), bits}, i});
        }
        const NetTable table(entries);
        for (int i = 0; i < 40; ++i) {
            const bool is_v6 = random() % 2 == 0;
            const IpNet ip{address(is_v6), static_cast<std::uint8_t>(is_v6 ? 128 : 32)};
            std::uint64_t expected = 0;
            for (const auto& entry : entries) {
                if (entry.net.contains(ip.address)) expected |= std::uint64_t{1} << entry.bit;
            }
            EXPECT_EQ(match(table, ip), expected);
        }
    }
}

}  // namespace
}  // namespace sequitur
