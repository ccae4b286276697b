#include "core/dns_message.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace sequitur {
namespace {

using std::string_literals::operator""s;
using std::string_view_literals::operator""sv;

// A header with so many questions and answers; flags as an answer without an error has them.
std::string header(char questions, char answers, std::string_view flags = "\x81\x80"sv) {
    std::string text = "\0\1"s + std::string(flags);
    for (const char count : {questions, answers, char{0}, char{0}}) {
        text += '\0';
        text += count;
    }
    return text;
}

constexpr std::string_view kShop = "\4Shop\7example\0\0\1\0\1"sv;  // a question: A, IN
constexpr std::string_view kAddress = "\xc0\x0c\0\1\0\1\0\0\0\x1e\0\4\xcb\0\x71\x21"sv;
constexpr std::string_view kAlias = "\xc0\x0c\0\5\0\1\0\0\0\x1e\0\6\3www\xc0\x0c"sv;
constexpr std::string_view kAddress6 =
    "\3www\xc0\x0c\0\x1c\0\1\0\0\0\x1e\0\x10\x20\1\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\7"sv;

std::string question(std::string_view message) {
    DnsName room;
    const std::string_view name = dns_question(message, room);
    return name.data() == nullptr ? "none" : std::string(name);
}

std::vector<IpAddress> addresses(std::string_view message) {
    std::vector<IpAddress> found;
    dns_addresses(message, found);
    return found;
}

IpAddress v4(std::uint8_t a, std::uint8_t b, std::uint8_t c, std::uint8_t d) {
    IpAddress ip;
    ip.bytes = {a, b, c, d};
    return ip;
}

TEST(DnsMessage, SaysWhatIsAskedForInLowerCase) {
    EXPECT_EQ(question(header(1, 0) + std::string(kShop)), "shop.example");
    EXPECT_EQ(question(header(1, 0) + "\0\0\1\0\1"s), ".");
    EXPECT_EQ(question(header(0, 0)), "none");
    EXPECT_EQ(question(""), "none");
}

TEST(DnsMessage, SaysTheAddressesOfAnAnswer) {
    const std::string message = header(1, 3) + std::string(kShop) + std::string(kAlias) +
                                std::string(kAddress) + std::string(kAddress6);
    const auto found = addresses(message);
    ASSERT_EQ(found.size(), 2u);
    EXPECT_EQ(found[0], v4(203, 0, 113, 33));
    EXPECT_TRUE(found[1].is_v6);
    EXPECT_EQ(found[1].bytes[15], 7);
}

TEST(DnsMessage, AQuestionAndARefusalHaveNone) {
    const std::string body = std::string(kShop) + std::string(kAddress);
    EXPECT_TRUE(addresses(header(1, 1, "\1\0"sv) + body).empty());
    EXPECT_TRUE(addresses(header(1, 1, "\x81\x83"sv) + body).empty());
    EXPECT_EQ(addresses(header(1, 1) + body).size(), 1u);
}

TEST(DnsMessage, AnyCutGivesWhatStandsBeforeIt) {
    const std::string message = header(1, 3) + std::string(kShop) + std::string(kAlias) +
                                std::string(kAddress) + std::string(kAddress6);
    std::size_t before = 0;
    for (std::size_t size = 0; size <= message.size(); ++size) {
        const std::size_t now = addresses(std::string_view(message).substr(0, size)).size();
        EXPECT_GE(now, before) << size;
        before = now;
        question(message.substr(0, size));
    }
    EXPECT_EQ(before, 2u);
}

TEST(DnsMessage, NamesThatLeadAstrayEndTheMessage) {
    EXPECT_EQ(question(header(1, 0) + "\xc0\x0c\0\1\0\1"s), "none");
    EXPECT_EQ(question(header(1, 0) + "\x7fshort\0"s), "none");
    std::string endless;
    for (int i = 0; i < 100; ++i) endless += "\4abcd";
    EXPECT_EQ(question(header(1, 0) + endless + '\0'), "none");
    EXPECT_TRUE(
        addresses(header(1, 9) + std::string(kShop) + "\xc0\x0c\0\1\0\1\0\0\0\0\xff\xff"s).empty());
}

}  // namespace
}  // namespace sequitur
