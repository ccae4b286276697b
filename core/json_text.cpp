#include "core/json_text.h"

#include "core/hex_digit.h"
#include "core/utf8.h"

#include <array>
#include <charconv>
#include <cmath>

namespace sequitur {
namespace {

constexpr std::string_view kDigits = "0123456789abcdef";

template <typename T>
void append_number(T number, std::string& out) {
    std::array<char, 32> text;
    out.append(text.data(), std::to_chars(text.data(), text.data() + text.size(), number).ptr);
}

void append_escaped(char c, std::string& out) {
    const auto byte = static_cast<unsigned char>(c);
    switch (c) {
        case '"': out += "\\\""; return;
        case '\\': out += "\\\\"; return;
        case '\n': out += "\\n"; return;
        case '\r': out += "\\r"; return;
        case '\t': out += "\\t"; return;
        default: break;
    }
    if (byte >= 0x20 && byte != 0x7f) {
        out.push_back(c);
        return;
    }
    out += "\\u00";
    out.push_back(kDigits[byte >> 4]);
    out.push_back(kDigits[byte & 15]);
}

}  // namespace

void append_json_string(std::string_view text, std::string& out) {
    constexpr std::string_view kReplacement = "\xef\xbf\xbd";
    out.push_back('"');
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t length = utf8_length(text, at);
        if (length == 1) {
            append_escaped(text[at], out);
        } else {
            out += length == 0 ? kReplacement : text.substr(at, length);
        }
        at += length == 0 ? 1 : length;
    }
    out.push_back('"');
}

void append_json_double(double number, std::string& out) {
    if (!std::isfinite(number)) {
        out += "null";
        return;
    }
    append_number(number, out);
}

std::string json_string(std::string_view text) {
    std::string out;
    append_json_string(text, out);
    return out;
}

void append_json_number(std::int64_t number, std::string& out) { append_number(number, out); }
void append_json_number(std::uint64_t number, std::string& out) { append_number(number, out); }

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
        append_json_string(bytes, out);
    } else {
        append_json_bytes(std::as_bytes(std::span(bytes.data(), bytes.size())), out);
    }
}

bool parse_hex(std::string_view digits, std::vector<std::byte>& out) {
    if (digits.size() % 2 != 0) return false;
    for (std::size_t i = 0; i < digits.size(); i += 2) {
        const int high = hex_digit(digits[i]);
        const int low = hex_digit(digits[i + 1]);
        if (high < 0 || low < 0) return false;
        out.push_back(static_cast<std::byte>(high << 4 | low));
    }
    return true;
}

}  // namespace sequitur
