#include "core/dns_message.h"

#include <algorithm>
#include <cstring>

namespace sequitur {
namespace {

constexpr std::size_t kHeaderSize = 12, kLabelMax = 63, kNameMax = 253;
constexpr std::size_t kQuestionTail = 4, kRecordHead = 10;  // behind the name
constexpr std::uint8_t kPointer = 0xc0;
constexpr std::uint16_t kTypeA = 1, kTypeAaaa = 28, kClassIn = 1;

std::uint8_t byte_at(std::string_view message, std::size_t at) {
    return static_cast<std::uint8_t>(message[at]);
}

// Precondition: both bytes are there.
std::uint16_t number_at(std::string_view message, std::size_t at) {
    return static_cast<std::uint16_t>(byte_at(message, at) << 8 | byte_at(message, at + 1));
}

// The place behind the name at `at`; beyond the message when it was cut.
std::size_t behind_name(std::string_view message, std::size_t at) {
    while (at < message.size()) {
        const std::uint8_t length = byte_at(message, at);
        if (length == 0) return at + 1;
        if (length >= kPointer) return at + 2;
        at += 1 + std::size_t{length};
    }
    return message.size() + 1;
}

char to_lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

}  // namespace

std::string_view dns_over_tcp(std::string_view bytes) {
    const bool has_length = bytes.size() >= 2 && number_at(bytes, 0) == bytes.size() - 2;
    return has_length ? bytes.substr(2) : bytes;
}

std::string_view dns_question(std::string_view message, DnsName& room) {
    if (message.size() <= kHeaderSize || number_at(message, 4) == 0) return {};
    message.remove_prefix(kHeaderSize);
    std::size_t length = 0;
    while (!message.empty()) {
        const std::size_t label = byte_at(message, 0);
        message.remove_prefix(1);
        if (label == 0) {
            return length == 0 ? std::string_view(".") : std::string_view(room.data(), length - 1);
        }
        if (label > kLabelMax || label > message.size() || length + label > kNameMax) break;
        std::ranges::transform(message.substr(0, label), room.data() + length, to_lower);
        length += label;
        room[length++] = '.';
        message.remove_prefix(label);
    }
    return {};
}

void dns_addresses(std::string_view message, std::vector<IpAddress>& addresses) {
    if (message.size() <= kHeaderSize) return;
    const bool is_answer = (byte_at(message, 2) & 0x80) != 0;
    const bool is_error = (byte_at(message, 3) & 0x0f) != 0;
    if (!is_answer || is_error) return;
    std::size_t at = kHeaderSize;
    for (unsigned left = number_at(message, 4); left > 0 && at < message.size(); --left) {
        at = behind_name(message, at) + kQuestionTail;
    }
    for (unsigned left = number_at(message, 6); left > 0; --left) {
        at = behind_name(message, at);
        if (at + kRecordHead > message.size()) return;
        const std::uint16_t type = number_at(message, at), kind = number_at(message, at + 2);
        const std::size_t size = number_at(message, at + 8);
        at += kRecordHead;
        if (at + size > message.size()) return;
        const bool is_v6 = type == kTypeAaaa;
        if (kind == kClassIn && (type == kTypeA || is_v6) && size == (is_v6 ? 16U : 4U)) {
            IpAddress& address = addresses.emplace_back();
            std::memcpy(address.bytes.data(), message.data() + at, size);
            address.is_v6 = is_v6;
        }
        at += size;
    }
}

}  // namespace sequitur
