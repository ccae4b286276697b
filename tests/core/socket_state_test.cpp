// Sockets: names, ends and roles.
#include "core/descriptor_name.h"
#include "tests/support/host.h"

#include <gtest/gtest.h>

namespace sequitur::test {
namespace {

class SocketStateTest : public testing::Test {
protected:
    SocketStateTest() { log.at(at_ms(1)).by(10); }
    Host host;
    RecordLog& log = host.log;
};

TEST_F(SocketStateTest, AConnectionReadsClientToServer) {
    log.socket(2, 1, 0, 3);
    const Event& made = host.run();
    EXPECT_EQ(made.fd_number, 3);
    EXPECT_EQ(made.fd->type, DescriptorType::kIpv4Socket);
    EXPECT_EQ(made.fd->l4proto, 2);
    EXPECT_EQ(made.fd->name.view(), "");
    log.connect(3, "10.0.0.1:50000", "1.2.3.4:443");
    const Event& connected = host.run();
    EXPECT_EQ(connected.fd->name.view(), "10.0.0.1:50000->1.2.3.4:443");
    EXPECT_EQ(connected.fd->role, SocketRole::kClient);
    EXPECT_EQ(connected.fd->server_port, 443);
    EXPECT_EQ(connected.fd->client_port, 50000);
    EXPECT_TRUE(connected.fd->is_connected);
    EXPECT_TRUE(connected.fd->name_changed);
    log.write(3);
    EXPECT_FALSE(host.run().fd->name_changed);
}

TEST_F(SocketStateTest, AConnectUnderWayCountsAndAFailedOneDoesNot) {
    log.socket(2, 1, 0, 3);
    log.connect(3, "10.0.0.1:50000", "1.2.3.4:443", -111);
    EXPECT_EQ(host.run().fd->name.view(), "");
    log.connect(3, "10.0.0.1:50001", "1.2.3.4:443", kInProgress);
    EXPECT_EQ(host.run().fd->name.view(), "10.0.0.1:50001->1.2.3.4:443");
    EXPECT_FALSE(host.events.back().fd->is_connected);
}

TEST_F(SocketStateTest, AnAcceptedConnectionIsTheServersEnd) {
    log.socket(2, 1, 6, 3);
    log.bind(3, "0.0.0.0:80");
    const Event& bound = host.run();
    EXPECT_EQ(bound.fd->name.view(), "0.0.0.0:80");
    EXPECT_EQ(bound.fd->type, DescriptorType::kIpv4Server);
    EXPECT_EQ(bound.fd->role, SocketRole::kServer);
    log.accept("9.9.9.9:1234", "10.0.0.1:80", 4);
    const Event& accepted = host.run();
    EXPECT_EQ(accepted.fd_number, 4);
    EXPECT_EQ(accepted.fd->name.view(), "9.9.9.9:1234->10.0.0.1:80");
    EXPECT_EQ(accepted.fd->role, SocketRole::kServer);
    EXPECT_EQ(accepted.fd->l4proto, 2);
    EXPECT_EQ(accepted.fd->server_port, 80);
}

TEST_F(SocketStateTest, ADatagramClientIsNamedByItsFirstMessage) {
    log.socket(2, 2, 0, 3);
    log.sendto(3, "10.0.0.1:40000", "8.8.8.8:53");
    const Event& sent = host.run();
    EXPECT_EQ(sent.fd->name.view(), "10.0.0.1:40000->8.8.8.8:53");
    EXPECT_EQ(sent.fd->role, SocketRole::kClient);
    EXPECT_EQ(sent.fd->l4proto, 3);
    const Descriptor* before = sent.fd;
    log.recvfrom(3, "8.8.8.8:53", "10.0.0.1:40000");
    log.recvfrom(3, "8.8.8.8:53", "10.0.0.1:40000");
    const Event& received = host.run();
    EXPECT_NE(before, nullptr);
    EXPECT_EQ(received.fd->name.view(), "10.0.0.1:40000->8.8.8.8:53");
    EXPECT_EQ(host.events[0].fd, host.events[1].fd);  // nothing new: nothing made
}

TEST_F(SocketStateTest, ADatagramServerIsNamedByWhoAsks) {
    log.socket(2, 2, 0, 3);
    log.bind(3, "0.0.0.0:53");
    log.recvfrom(3, "9.9.9.9:1111", "10.0.0.1:53");
    const Event& asked = host.run();
    EXPECT_EQ(asked.fd->name.view(), "9.9.9.9:1111->10.0.0.1:53");
    EXPECT_EQ(asked.fd->role, SocketRole::kServer);
    log.sendto(3, "10.0.0.1:53", "9.9.9.9:1111");
    EXPECT_EQ(host.run().fd->name.view(), "9.9.9.9:1111->10.0.0.1:53");
}

TEST_F(SocketStateTest, AMessageOnAnUnknownDescriptorMakesASocket) {
    log.sendto(7, "10.0.0.1:40000", "8.8.8.8:53");
    EXPECT_EQ(host.run().fd->type, DescriptorType::kIpv4Socket);
    log.write(7);
    EXPECT_EQ(host.run().fd->name.view(), "10.0.0.1:40000->8.8.8.8:53");
}

TEST_F(SocketStateTest, Ipv6AndMappedAddresses) {
    log.socket(10, 1, 0, 3);
    log.connect(3, "[fe80::1]:1", "[2001:db8::2]:2");
    EXPECT_EQ(host.run().fd->name.view(), "fe80::1:1->2001:db8::2:2");
    EXPECT_EQ(host.events.back().fd->type, DescriptorType::kIpv6Socket);
    log.connect(3, "[::ffff:1.2.3.4]:1", "[::ffff:5.6.7.8]:2");
    EXPECT_EQ(host.run().fd->name.view(), "1.2.3.4:1->5.6.7.8:2");
    EXPECT_EQ(host.events.back().fd->type, DescriptorType::kIpv4Socket);
}

TEST(DescriptorName, UnixTuplesAreInHexadecimal) {
    std::vector<std::byte> bytes(17);
    bytes[0] = std::byte{1};
    bytes[1] = std::byte{0xab};
    bytes[9] = std::byte{0xcd};
    for (const char c : std::string_view("/run/x\n")) bytes.push_back(static_cast<std::byte>(c));
    bytes.push_back({});
    const auto tuple = parse_tuple(bytes);
    ASSERT_TRUE(tuple);
    std::string name;
    append_tuple(*tuple, name);
    EXPECT_EQ(name, "ab->cd /run/x");
}

TEST(DescriptorName, ShortBytesAreNoTuple) {
    std::vector<std::byte> bytes;
    for (const int family : {0, 1, 2, 10, 77}) {
        bytes.assign(1, static_cast<std::byte>(family));
        EXPECT_FALSE(parse_tuple(bytes));
        EXPECT_FALSE(parse_address(bytes));
    }
    EXPECT_FALSE(parse_tuple({}));
    EXPECT_FALSE(parse_address({}));
}

}  // namespace
}  // namespace sequitur::test
