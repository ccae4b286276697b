// Writing JSON, and the escape form for bytes that JSON's text cannot hold.
#pragma once

#include <concepts>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace sequitur {

// `text` in quotes, appended. Precondition: is_utf8(text).
void append_json_text(std::string_view text, std::string& out);

void append_json_number(std::int64_t number, std::string& out);
void append_json_number(std::uint64_t number, std::string& out);

// Whether `text` is well-formed UTF-8 (RFC 3629: no surrogates, nothing overlong).
bool is_utf8(std::string_view text);

// Two hexadecimal digits per byte, appended.
void append_hex(std::span<const std::byte> bytes, std::string& out);

// {"hex":"0aff"}, appended: the form in which any bytes may stand for a value.
void append_json_bytes(std::span<const std::byte> bytes, std::string& out);

// `bytes` as a text where they are UTF-8, else as {"hex":...}.
void append_json_text_or_bytes(std::string_view bytes, std::string& out);

// Appends the bytes that hexadecimal digits say; false when they say none.
bool parse_hex(std::string_view digits, std::vector<std::byte>& out);

}  // namespace sequitur
