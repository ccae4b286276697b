#include "core/name_table.h"

#include <gtest/gtest.h>

#include <array>
#include <string>
#include <vector>

namespace sequitur {
namespace {

IpAddress ip(std::uint8_t last) {
    IpAddress address;
    address.bytes = {192, 0, 2, last};
    return address;
}

class NameTableTest : public testing::Test {
protected:
    void tell(std::uint8_t last, std::string_view name) {
        table.add(ip(last), strings.intern(name));
    }
    std::vector<std::string> names(std::uint8_t last) {
        std::vector<std::string> names;
        if (const AddressNames* known = table.find(ip(last))) {
            for (const SymbolRef& name : known->names) names.emplace_back(name.view());
        }
        return names;
    }
    Interner strings;
    NameTable table{3};
};

TEST_F(NameTableTest, AnAddressHasTheNamesThatItWasToldBy) {
    tell(1, "a.example");
    EXPECT_EQ(names(1), std::vector<std::string>{"a.example"});
    EXPECT_EQ(table.find(ip(2)), nullptr);
}

TEST_F(NameTableTest, TheLastToldStandsFirst) {
    tell(1, "a.example");
    tell(1, "b.example");
    EXPECT_EQ(names(1), (std::vector<std::string>{"b.example", "a.example"}));
    tell(1, "a.example");
    EXPECT_EQ(names(1), (std::vector<std::string>{"a.example", "b.example"}));
}

TEST_F(NameTableTest, KeepsSoManyNamesOfOneAddress) {
    for (int i = 0; i < 20; ++i) tell(1, "n" + std::to_string(i));
    ASSERT_EQ(names(1).size(), NameTable::kNamesMax);
    EXPECT_EQ(names(1).front(), "n19");
}

TEST_F(NameTableTest, TheAddressThatWasToldFirstGoesFirst) {
    for (const std::uint8_t last : std::to_array<std::uint8_t>({1, 2, 3, 1, 4}))
        tell(last, "a.example");
    EXPECT_EQ(table.size(), 3u);
    EXPECT_TRUE(names(1).empty());
    EXPECT_EQ(names(2).size(), 1u);
    EXPECT_EQ(names(4).size(), 1u);
    tell(5, "a.example");
    EXPECT_TRUE(names(2).empty());
}

TEST_F(NameTableTest, TheTwoFamiliesAreToldApart) {
    IpAddress six = ip(1);
    six.is_v6 = true;
    tell(1, "a.example");
    EXPECT_EQ(table.find(six), nullptr);
}

TEST_F(NameTableTest, AListOutlivesWhatReplacesIt) {
    tell(1, "a.example");
    const Ref<AddressNames> before(table.find(ip(1)));
    tell(1, "b.example");
    EXPECT_EQ(before->names.size(), 1u);
}

}  // namespace
}  // namespace sequitur
