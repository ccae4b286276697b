#include "probe/json_text.h"

#include <array>
#include <charconv>

namespace sequitur {
namespace {

constexpr std::string_view kDigits = "0123456789abcdef";

// Length of the UTF-8 sequence at the start of `text`; 0 when there is none.
std::size_t sequence_length(std::string_view text) {
    const auto at = [&](std::size_t i) {
        return i < text.size() ? static_cast<unsigned char>(text[i]) : 0u;
    };
    const auto is_tail = [&](std::size_t i) { return (at(i) & 0xc0) == 0x80; };
    const unsigned first = at(0);
    if (first < 0x80) return 1;
    if (first >= 0xc2 && first <= 0xdf) return is_tail(1) ? 2 : 0;
    if (first >= 0xe0 && first <= 0xef) {
        if (first == 0xe0 && at(1) < 0xa0) return 0;  // overlong
        if (first == 0xed && at(1) > 0x9f) return 0;  // surrogates
        return is_tail(1) && is_tail(2) ? 3 : 0;
    }
    if (first >= 0xf0 && first <= 0xf4) {
        if (first == 0xf0 && at(1) < 0x90) return 0;
        if (first == 0xf4 && at(1) > 0x8f) return 0;  // beyond U+10FFFF
        return is_tail(1) && is_tail(2) && is_tail(3) ? 4 : 0;
    }
    return 0;
}

int digit_value(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

template <typename T>
void append_number(T number, std::string& out) {
    std::array<char, 24> text{};
    out.append(text.data(), std::to_chars(text.data(), text.data() + text.size(), number).ptr);
}

}  // namespace

void append_json_text(std::string_view text, std::string& out) {
    out += '"';
    for (const char c : text) {
        switch (c) {
            case '"': out += "\\\""; break;
            case '\\': out += "\\\\"; break;
            case '\n': out += "\\n"; break;
            case '\r': out += "\\r"; break;
            case '\t': out += "\\t"; break;
            default:
                if (static_cast<unsigned char>(c) >= 0x20) {
                    out += c;
                } else {
                    out += "\\u00";
                    out += kDigits[static_cast<unsigned char>(c) >> 4];
                    out += kDigits[static_cast<unsigned char>(c) & 15];
                }
        }
    }
    out += '"';
}

void append_json_number(std::int64_t number, std::string& out) { append_number(number, out); }
void append_json_number(std::uint64_t number, std::string& out) { append_number(number, out); }

bool is_utf8(std::string_view text) {
    while (!text.empty()) {
        const std::size_t length = sequence_length(text);
        if (length == 0) return false;
        text.remove_prefix(length);
    }
    return true;
}

void append_hex(std::span<const std::byte> bytes, std::string& out) {
    for (const std::byte byte : bytes) {
        out += kDigits[std::to_integer<std::size_t>(byte >> 4)];
        out += kDigits[std::to_integer<std::size_t>(byte & std::byte{15})];
    }
}

void append_json_bytes(std::span<const std::byte> bytes, std::string& out) {
    out += "{\"hex\":\"";
    append_hex(bytes, out);
    out += "\"}";
}

void append_json_text_or_bytes(std::string_view bytes, std::string& out) {
    if (is_utf8(bytes)) {
        append_json_text(bytes, out);
    } else {
        append_json_bytes(std::as_bytes(std::span(bytes.data(), bytes.size())), out);
    }
}

bool parse_hex(std::string_view digits, std::vector<std::byte>& out) {
    if (digits.size() % 2 != 0) return false;
    for (std::size_t i = 0; i < digits.size(); i += 2) {
        const int high = digit_value(digits[i]);
        const int low = digit_value(digits[i + 1]);
        if (high < 0 || low < 0) return false;
        out.push_back(static_cast<std::byte>(high << 4 | low));
    }
    return true;
}

}  // namespace sequitur
