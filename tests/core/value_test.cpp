#include "core/value.h"

#include "core/time.h"

#include <gtest/gtest.h>

#include <vector>

namespace sequitur {
namespace {

std::string text_of(const Value& value) {
    std::string out;
    append_text(value, out);
    return out;
}

std::string key_of(const Value& value) {
    std::string out;
    append_key_bytes(value, out);
    return out;
}

IpAddress ipv4(std::uint8_t a, std::uint8_t b, std::uint8_t c, std::uint8_t d) {
    IpAddress ip;
    ip.bytes = {a, b, c, d};
    return ip;
}

IpAddress ipv6(std::initializer_list<std::uint8_t> bytes) {
    IpAddress ip;
    ip.is_v6 = true;
    std::copy(bytes.begin(), bytes.end(), ip.bytes.begin());
    return ip;
}

TEST(Value, IsMissingUntilMade) {
    EXPECT_FALSE(Value());
    EXPECT_FALSE(Value::missing());
    EXPECT_FALSE(Value::of_symbol(nullptr));
    EXPECT_TRUE(Value::of(false));
    EXPECT_TRUE(Value::of_text(""));
    EXPECT_TRUE(Value::of_list({}));
}

TEST(Value, PrintsAsOutputsDo) {
    EXPECT_EQ(text_of(Value::missing()), "<NA>");
    EXPECT_EQ(text_of(Value::of(true)), "true");
    EXPECT_EQ(text_of(Value::of_int(-7)), "-7");
    EXPECT_EQ(text_of(Value::of_uint(18446744073709551615u)), "18446744073709551615");
    EXPECT_EQ(text_of(Value::of_double(0.5)), "0.5");
    EXPECT_EQ(text_of(Value::of_text("a b")), "a b");
    EXPECT_EQ(text_of(Value::of_bytes(std::string_view("a\0b", 3))), std::string("a\0b", 3));
    EXPECT_EQ(text_of(Value::of_ip(ipv4(127, 0, 0, 1))), "127.0.0.1");
    EXPECT_EQ(text_of(Value::of_net({ipv4(10, 0, 0, 0), 8})), "10.0.0.0/8");
    const std::vector<Value> list = {Value::of_text("a"), Value::of_int(2)};
    EXPECT_EQ(text_of(Value::of_list(list)), "(a,2)");
    EXPECT_EQ(text_of(Value::of_list({})), "()");
}

TEST(Value, PrintsNumbersInTheirFormat) {
    constexpr std::uint64_t kMoment = 1767323045000000006;  // 2026-01-02 03:04:05.000000006
    EXPECT_EQ(text_of(Value::of_uint(2049, NumberFormat::kHex)), "801");
    EXPECT_EQ(text_of(Value::of_uint(255, NumberFormat::kHex)), "FF");
    EXPECT_EQ(text_of(Value::of_uint(0755, NumberFormat::kOctal)), "0755");
    EXPECT_EQ(text_of(Value::of_uint(0, NumberFormat::kOctal)), "0");
    EXPECT_EQ(text_of(Value::of_uint(6, NumberFormat::kPadded)), "000000006");
    EXPECT_EQ(text_of(Value::of_uint(kMoment, NumberFormat::kTime)), "03:04:05.000000006");
    EXPECT_EQ(text_of(Value::of_uint(kMoment, NumberFormat::kTimeSeconds)), "03:04:05");
    EXPECT_EQ(text_of(Value::of_uint(kMoment, NumberFormat::kDateTime)),
              "2026-01-02 03:04:05.000000006");
    EXPECT_EQ(text_of(Value::of_uint(kMoment, NumberFormat::kDateTimeSeconds)),
              "2026-01-02 03:04:05");
    EXPECT_EQ(text_of(Value::of_uint(kMoment, NumberFormat::kIso8601)),
              "2026-01-02T03:04:05.000000006+0000");
    EXPECT_EQ(text_of(Value::of_int(2'500'000'000, NumberFormat::kDuration)), "2.5s");
    EXPECT_EQ(text_of(Value::of_int(340'000, NumberFormat::kDuration)), "340us");
    EXPECT_EQ(text_of(Value::of_int(0, NumberFormat::kDuration)), "0s");
}

TEST(Value, HasOneKeyForOneNumber) {
    EXPECT_EQ(key_of(Value::of_int(3)), key_of(Value::of_uint(3)));
    EXPECT_EQ(key_of(Value::of_int(3)), key_of(Value::of_double(3.0)));
    EXPECT_EQ(key_of(Value::of_int(443)), key_of(Value::of_text("443")));
    EXPECT_EQ(key_of(Value::of_int(-7)), key_of(Value::of_text("-7")));
    for (const std::string_view text : {"0443", "+443", "443 ", "-0", "4e2", ""}) {
        EXPECT_NE(key_of(Value::of_int(443)), key_of(Value::of_text(text))) << text;
        EXPECT_NE(key_of(Value::of_int(0)), key_of(Value::of_text(text))) << text;
    }
    EXPECT_EQ(key_of(Value::of_int(-3)), key_of(Value::of_double(-3.0)));
    EXPECT_EQ(key_of(Value::of_uint(3, NumberFormat::kHex)), key_of(Value::of_uint(3)));
    EXPECT_EQ(key_of(Value::of_uint(1ull << 63)), key_of(Value::of_double(9223372036854775808.0)));
    EXPECT_NE(key_of(Value::of_int(-1)), key_of(Value::of_uint(18446744073709551615u)));
    EXPECT_NE(key_of(Value::of_double(3.5)), key_of(Value::of_int(3)));
    EXPECT_EQ(key_of(Value::of_double(0.0)), key_of(Value::of_double(-0.0)));
}

TEST(Value, HasDifferentKeysForDifferentValues) {
    const std::vector<Value> split = {Value::of_text("a"), Value::of_text("b")};
    const std::vector<Value> values = {
        Value::missing(),
        Value::of(false),
        Value::of(true),
        Value::of_int(0),
        Value::of_int(1),
        Value::of_int(-1),
        Value::of_double(0.25),
        Value::of_text(""),
        Value::of_text("00"),
        Value::of_text("1.0"),
        Value::of_text("ab"),
        Value::of_bytes("ab"),
        Value::of_ip(ipv4(1, 2, 3, 4)),
        Value::of_net({ipv4(1, 2, 3, 4), 8}),
        Value::of_ip(ipv6({1, 2, 3, 4})),
        Value::of_list({}),
        Value::of_list(split),
        Value::of_list(std::span(split).first(1)),
    };
    for (std::size_t i = 0; i < values.size(); ++i) {
        for (std::size_t j = 0; j < values.size(); ++j) {
            EXPECT_EQ(key_of(values[i]) == key_of(values[j]), i == j) << i << " and " << j;
        }
    }
}

TEST(Value, KeysOfTuplesDoNotRunTogether) {
    EXPECT_NE(key_of(Value::of_text("ab")) + key_of(Value::of_text("c")),
              key_of(Value::of_text("a")) + key_of(Value::of_text("bc")));
}

TEST(IpNet, HoldsTheAddressesOfItsPrefix) {
    struct Case {
        IpNet net;
        IpAddress ip;
        bool holds;
    };
    const Case cases[] = {
        {{ipv4(10, 0, 0, 0), 8}, ipv4(10, 255, 1, 2), true},
        {{ipv4(10, 0, 0, 0), 8}, ipv4(11, 0, 0, 0), false},
        {{ipv4(10, 1, 2, 128), 25}, ipv4(10, 1, 2, 129), true},
        {{ipv4(10, 1, 2, 128), 25}, ipv4(10, 1, 2, 127), false},
        {{ipv4(10, 1, 2, 3), 32}, ipv4(10, 1, 2, 3), true},
        {{ipv4(10, 1, 2, 3), 32}, ipv4(10, 1, 2, 2), false},
        {{ipv4(9, 9, 9, 9), 0}, ipv4(1, 2, 3, 4), true},
        {{ipv6({0xfe, 0x80}), 10}, ipv6({0xfe, 0xbf, 1}), true},
        {{ipv6({0xfe, 0x80}), 10}, ipv6({0xfe, 0xc0}), false},
        {{ipv6({0xfe, 0x80}), 128}, ipv6({0xfe, 0x80}), true},
        {{ipv4(10, 0, 0, 0), 8}, ipv6({10, 0, 0, 0}), false},
        {{ipv4(0, 0, 0, 0), 0}, ipv6({}), false},
    };
    for (const Case& c : cases) {
        EXPECT_EQ(c.net.contains(c.ip), c.holds)
            << text_of(Value::of_net(c.net)) << " " << text_of(Value::of_ip(c.ip));
    }
}

TEST(ValueScratch, GivesMemoryThatStaysUntilReset) {
    ValueScratch scratch;
    std::vector<std::string_view> texts;
    const auto text = [](std::size_t i) { return std::to_string(i) + std::string(37, 'x'); };
    for (std::size_t i = 0; i < 1000; ++i) texts.push_back(scratch.copy(text(i)));
    for (std::size_t i = 0; i < 1000; ++i) EXPECT_EQ(texts[i], text(i));
    Value* values = scratch.allocate_values(3);
    EXPECT_EQ(reinterpret_cast<std::uintptr_t>(values) % alignof(Value), 0u);
    for (int i = 0; i < 3; ++i) EXPECT_FALSE(values[i]);
}

TEST(ValueScratch, UsesTheSameMemoryAgain) {
    ValueScratch scratch;
    const char* first = scratch.allocate(100);
    scratch.allocate(100'000);
    scratch.reset();
    EXPECT_EQ(scratch.allocate(100), first);
    const char* large = scratch.allocate(100'000);
    scratch.reset();
    scratch.allocate(100);
    EXPECT_EQ(scratch.allocate(100'000), large);
}

}  // namespace
}  // namespace sequitur
