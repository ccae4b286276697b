// Names of addresses, from the DNS answers of a history to fd.sip.name.
#include "core/field.h"
#include "tests/support/host.h"

#include <gtest/gtest.h>

#include <string>

namespace sequitur::test {
namespace {

using std::string_view_literals::operator""sv;

// "shop.example is 203.0.113.33", with the question.
constexpr std::string_view kAnswer =
    "\0\1\x81\x80\0\1\0\1\0\0\0\0\4shop\7example\0\0\1\0\1"
    "\xc0\x0c\0\1\0\1\0\0\0\x1e\0\4\xcb\0\x71\x21"sv;

class AddressNameTest : public testing::Test {
protected:
    AddressNameTest() {
        log.at(at_ms(1)).by(10);
        log.socket(2, 2, 17, 4);
        log.connect(4, "192.0.2.1:40053", "192.0.2.53:53");
    }
    // What comes in on descriptor 4 by a call that has its bytes at `before` parameters.
    void receive(EventType type, std::string_view bytes, int before = 1) {
        log.record(type, [&](RecordBuilder& builder) {
            builder.add_int(static_cast<std::int64_t>(bytes.size()));
            for (int i = 1; i < before; ++i) builder.add_missing();
            builder.add_bytes(std::as_bytes(std::span(bytes.data(), bytes.size())));
            if (type == EventType::kRecvfrom || type == EventType::kRecvmsg) builder.add_missing();
            if (type == EventType::kRecvmsg) builder.add_missing();
            builder.add_int(4);
        });
    }
    std::string connect(std::string_view destination) {
        log.socket(2, 1, 6, 3);
        log.connect(3, "192.0.2.1:50000", destination);
        host.run();
        ValueScratch scratch;
        std::string out;
        append_text(extract(*resolve_field("fd.sip.name"), host.events.back(), scratch), out);
        return out;
    }
    Host host;
    RecordLog& log = host.log;
};

TEST_F(AddressNameTest, AnAnswerNamesTheAddressesOfLaterConnections) {
    receive(EventType::kRecvfrom, kAnswer);
    EXPECT_EQ(connect("203.0.113.33:80"), "(shop.example)");
    EXPECT_EQ(connect("203.0.113.34:80"), "<NA>");
}

TEST_F(AddressNameTest, TheOtherCallsThatReceiveWillDo) {
    receive(EventType::kRead, kAnswer);
    EXPECT_EQ(connect("203.0.113.33:80"), "(shop.example)");
}

TEST_F(AddressNameTest, OverTcpALengthStandsBeforeIt) {
    log.socket(2, 1, 6, 4);
    log.connect(4, "192.0.2.1:40054", "192.0.2.53:53");
    receive(EventType::kRead, std::string("\0\x2e"sv) + std::string(kAnswer));
    EXPECT_EQ(connect("203.0.113.33:80"), "(shop.example)");
}

TEST_F(AddressNameTest, OverTcpTheLengthMayComeBefore) {
    log.socket(2, 1, 6, 4);
    log.connect(4, "192.0.2.1:40054", "192.0.2.53:53");
    receive(EventType::kRead, "\0\x2e"sv);
    receive(EventType::kRead, kAnswer);
    EXPECT_EQ(connect("203.0.113.33:80"), "(shop.example)");
}

TEST_F(AddressNameTest, OnlyPort53Answers) {
    log.connect(4, "192.0.2.1:40053", "192.0.2.53:5353");
    receive(EventType::kRecvfrom, kAnswer);
    EXPECT_EQ(connect("203.0.113.33:80"), "<NA>");
}

TEST_F(AddressNameTest, AConnectionKeepsTheNamesItWasMadeWith) {
    EXPECT_EQ(connect("203.0.113.33:80"), "<NA>");
    receive(EventType::kRecvfrom, kAnswer);
    log.write(3);
    host.run();
    EXPECT_FALSE(host.events.back().fd->server_names);
}

}  // namespace
}  // namespace sequitur::test
