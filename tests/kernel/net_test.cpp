// Sockets: addresses as given and as the kernel has them.
#include "tests/kernel/observer.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <unistd.h>

namespace sequitur {
namespace {

class NetTest : public KernelTest {};

sockaddr_in loopback(std::uint16_t port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return address;
}

std::string ip_bytes() { return {"\x7f\0\0\1", 4}; }
std::string port_bytes(std::uint16_t port) { return {reinterpret_cast<const char*>(&port), 2}; }

TEST_F(NetTest, ConnectionOverLoopback) {
    const int listener = socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address = loopback(0);
    ASSERT_EQ(bind(listener, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
    ASSERT_EQ(listen(listener, 5), 0);
    socklen_t size = sizeof address;
    getsockname(listener, reinterpret_cast<sockaddr*>(&address), &size);
    const std::uint16_t port = ntohs(address.sin_port);
    const auto record = run_one(EventType::kConnect, [&] {
        const int fd =
            static_cast<int>(syscall(SYS_socket, AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 6));
        syscall(SYS_connect, fd, &address, sizeof address);
        syscall(SYS_accept4, listener, nullptr, nullptr, SOCK_NONBLOCK);
    });
    const auto socket = only(EventType::kSocket);
    EXPECT_EQ(socket.number(1), AF_INET);
    EXPECT_EQ(socket.number(2) & 0xff, SOCK_STREAM);
    EXPECT_EQ(socket.number(3), 6);
    EXPECT_EQ(socket.number(4), 0x1000);
    EXPECT_EQ(record.number(0), 0);
    EXPECT_EQ(record.number(2), socket.number(0));
    EXPECT_EQ(record.bytes(3), std::string("\2", 1) + ip_bytes() + port_bytes(port));
    const std::string tuple = record.bytes(1);
    ASSERT_EQ(tuple.size(), 13U);
    EXPECT_EQ(tuple.substr(0, 5), std::string("\2", 1) + ip_bytes());
    EXPECT_EQ(tuple.substr(7), ip_bytes() + port_bytes(port));
    const auto accept = only(EventType::kAccept4);
    EXPECT_GE(accept.number(0), 0);
    EXPECT_EQ(accept.bytes(1), tuple);  // the far end first: the same as the near end of the other
    EXPECT_EQ(accept.number(4), 5);
    close(listener);
}

TEST_F(NetTest, BindListenAccept) {
    run([] {
        sockaddr_in address = loopback(0);
        const int fd =
            static_cast<int>(syscall(SYS_socket, AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0));
        syscall(SYS_bind, fd, &address, sizeof address);
        syscall(SYS_listen, fd, 7);
        syscall(SYS_accept, fd, nullptr, nullptr);
    });
    EXPECT_EQ(only(EventType::kBind).bytes(1), std::string("\2", 1) + ip_bytes() + port_bytes(0));
    EXPECT_EQ(only(EventType::kListen).number(2), 7);
    EXPECT_EQ(only(EventType::kAccept).number(0), -EAGAIN);
    EXPECT_TRUE(only(EventType::kAccept).bytes(1).empty());
}

TEST_F(NetTest, UnixSockets) {
    ScratchFolder folder;
    const std::string path = folder / "socket";
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    path.copy(address.sun_path, sizeof address.sun_path - 1);
    const int listener = socket(AF_UNIX, SOCK_STREAM, 0);
    ASSERT_EQ(bind(listener, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
    ASSERT_EQ(listen(listener, 5), 0);
    const auto record = run_one(EventType::kConnect, [&] {
        const int fd = socket(AF_UNIX, SOCK_STREAM, 0);
        syscall(SYS_connect, fd, &address, sizeof address);
    });
    EXPECT_EQ(record.bytes(3), "\1" + path + '\0');
    const std::string tuple = record.bytes(1);
    ASSERT_GT(tuple.size(), 17U);
    EXPECT_EQ(tuple.substr(17), path + '\0');
    close(listener);
}

TEST_F(NetTest, SixthVersion) {
    const auto record = run_one(EventType::kConnect, [] {
        sockaddr_in6 address{};
        address.sin6_family = AF_INET6;
        address.sin6_port = htons(9);
        address.sin6_addr = in6addr_loopback;
        const int fd = socket(AF_INET6, SOCK_DGRAM, 0);
        syscall(SYS_connect, fd, &address, sizeof address);
    });
    if (record.number(0) != 0) GTEST_SKIP() << "no IPv6 here";
    std::string there(16, '\0');
    there[15] = 1;
    EXPECT_EQ(record.bytes(3), "\n" + there + port_bytes(9));
    ASSERT_EQ(record.bytes(1).size(), 37U);
    EXPECT_EQ(record.bytes(1).substr(19), there + port_bytes(9));
}

}  // namespace
}  // namespace sequitur
