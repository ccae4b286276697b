#include "core/json_text.h"

#include <array>
#include <charconv>
#include <cmath>

namespace sequitur {
namespace {

bool is_continuation(std::string_view text, std::size_t at) {
    return at < text.size() && (static_cast<unsigned char>(text[at]) & 0xc0) == 0x80;
}

// Bytes of the character at text[at]; 0 where none begins that is well-formed (shortest form, no
// surrogates, at most U+10FFFF).
std::size_t character_length(std::string_view text, std::size_t at) {
    const auto lead = static_cast<unsigned char>(text[at]);
    if (lead < 0x80) return 1;
    if (lead < 0xc2 || lead > 0xf4 || !is_continuation(text, at + 1)) return 0;
    if (lead < 0xe0) return 2;
    const auto second = static_cast<unsigned char>(text[at + 1]);
    if (!is_continuation(text, at + 2)) return 0;
    if (lead < 0xf0) {
        const bool is_overlong = lead == 0xe0 && second < 0xa0;
        const bool is_surrogate = lead == 0xed && second >= 0xa0;
        return is_overlong || is_surrogate ? 0 : 3;
    }
    const bool is_overlong = lead == 0xf0 && second < 0x90;
    const bool is_too_high = lead == 0xf4 && second >= 0x90;
    return is_overlong || is_too_high || !is_continuation(text, at + 3) ? 0 : 4;
}

void append_escaped(char c, std::string& out) {
    constexpr std::string_view kDigits = "0123456789abcdef";
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
        const std::size_t length = character_length(text, at);
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
    std::array<char, 32> text;
    const auto end = std::to_chars(text.begin(), text.end(), number).ptr;
    out.append(text.begin(), end);
}

}  // namespace sequitur
