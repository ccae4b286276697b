#include "core/socket_value.h"

#include <gtest/gtest.h>

namespace sequitur {
namespace {

std::vector<std::byte> bytes_of(std::initializer_list<int> values) {
    std::vector<std::byte> bytes;
    for (const int value : values) bytes.push_back(static_cast<std::byte>(value));
    return bytes;
}

std::string through(const SocketAddress& address) {
    std::vector<std::byte> bytes;
    append_bytes(address, bytes);
    std::string text;
    if (const auto back = socket_address(bytes)) append_text(*back, text);
    return text;
}

std::string through(const SocketTuple& tuple) {
    std::vector<std::byte> bytes;
    append_bytes(tuple, bytes);
    std::string text;
    if (const auto back = socket_tuple(bytes)) append_text(*back, text);
    return text;
}

TEST(SocketValue, AddressBytes) {
    std::vector<std::byte> bytes;
    append_bytes(*parse_socket_address("1.2.3.4:258"), bytes);
    EXPECT_EQ(bytes, bytes_of({2, 1, 2, 3, 4, 2, 1}));
    bytes.clear();
    append_bytes(*parse_socket_address("/r"), bytes);
    EXPECT_EQ(bytes, bytes_of({1, '/', 'r', 0}));
    bytes.clear();
    append_bytes(*parse_socket_address("[::1]:80"), bytes);
    EXPECT_EQ(bytes.size(), 19u);
}

TEST(SocketValue, TextAndBackAgain) {
    for (const char* text : {"1.2.3.4:80", "255.255.255.255:65535", "::1:80", "2001:db8::1:443",
                             "/run/systemd/notify"}) {
        const auto address = parse_socket_address(text);
        ASSERT_TRUE(address) << text;
        EXPECT_EQ(through(*address), text);
    }
    EXPECT_EQ(through(*parse_socket_address("[::1]:80")), "::1:80");
    EXPECT_EQ(through(*parse_socket_address("@abstract")), "abstract");
    for (const char* text : {"1.2.3.4:1234->5.6.7.8:80", "::1:1->2001:db8::2:2",
                             "ffff8800aa->ffff8800bb /run/x", "0->1 "}) {
        const auto tuple = parse_socket_tuple(text);
        ASSERT_TRUE(tuple) << text;
        EXPECT_EQ(through(*tuple), text);
    }
}

TEST(SocketValue, WhatIsNoAddress) {
    for (const char* text : {"", ":", "80", "1.2.3.4", "1.2.3.4:", "1.2.3.4:65536", "1.2.3:80",
                             "::1", "[::1:80", "host:80", "/", "@", "1.2.3.4:8x"}) {
        EXPECT_FALSE(parse_socket_address(text)) << text;
    }
    for (const char* text : {"", "->", "1.2.3.4:1->", "->1.2.3.4:1", "1.2.3.4:1->::1:2", "x->y",
                             "1.2.3.4:1->1.2.3.4", "12->", "fffffffffffffffff->1 /a"}) {
        EXPECT_FALSE(parse_socket_tuple(text)) << text;
    }
    EXPECT_FALSE(parse_socket_address(std::string_view("/a\0b", 4)));
}

TEST(SocketValue, WrongLengthsAndFamiliesGiveNothing) {
    EXPECT_FALSE(socket_address({}));
    EXPECT_FALSE(socket_address(bytes_of({1})));
    EXPECT_FALSE(socket_address(bytes_of({2, 1, 2, 3, 4, 5})));
    EXPECT_FALSE(socket_address(bytes_of({16, 0, 0})));
    EXPECT_FALSE(socket_tuple({}));
    EXPECT_FALSE(socket_tuple(bytes_of({2, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11})));
    EXPECT_FALSE(socket_tuple(bytes_of({1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0})));
    std::vector<std::byte> bytes;
    append_bytes(SocketAddress{.family = 16, .endpoint = {}, .path = {}}, bytes);
    append_bytes(SocketTuple{.family = 16, .source = {}, .destination = {}, .path = {}}, bytes);
    EXPECT_TRUE(bytes.empty());
}

TEST(SocketValue, MappedAddressesAreInet) {
    EXPECT_EQ(through(*parse_socket_address("::ffff:1.2.3.4:80")), "1.2.3.4:80");
    EXPECT_EQ(through(*parse_socket_tuple("::ffff:1.2.3.4:80->::ffff:5.6.7.8:90")),
              "1.2.3.4:80->5.6.7.8:90");
    EXPECT_EQ(through(*parse_socket_tuple(":::80->::ffff:5.6.7.8:90")), "0.0.0.0:80->5.6.7.8:90");
    EXPECT_EQ(through(*parse_socket_tuple("::ffff:1.2.3.4:80->::1:90")),
              "::ffff:1.2.3.4:80->::1:90");
}

}  // namespace
}  // namespace sequitur
