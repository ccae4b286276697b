// Writing JSON, and the escape form for bytes that JSON's text cannot hold.
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace sequitur {

// `text` in quotes, escaped, appended. Bytes that are not UTF-8 become U+FFFD.
void append_json_string(std::string_view text, std::string& out);
std::string json_string(std::string_view text);

void append_json_number(std::int64_t number, std::string& out);
void append_json_number(std::uint64_t number, std::string& out);

// A finite number as it reads back; JSON has no others, they become null.
void append_json_double(double number, std::string& out);

// Two hexadecimal digits per byte, appended.
void append_hex(std::span<const std::byte> bytes, std::string& out);

// Appends the bytes that hexadecimal digits say; false when they say none.
bool parse_hex(std::string_view digits, std::vector<std::byte>& out);

// {"hex":"0aff"}, appended: the form in which any bytes may stand for a value.
void append_json_bytes(std::span<const std::byte> bytes, std::string& out);

// `bytes` as a text where they are UTF-8, else as {"hex":...}.
void append_json_text_or_bytes(std::string_view bytes, std::string& out);

// Commas and brackets of one object or array. Values are appended to out() by the caller.
class JsonWriter {
public:
    explicit JsonWriter(std::string& out) : out_(out) {}

    void open(char bracket) {  // '{' or '['
        out_.push_back(bracket);
        is_first_ = true;
    }
    void close(char bracket) {
        out_.push_back(bracket);
        is_first_ = false;
    }
    // Before each element of an array.
    void next() {
        if (!is_first_) out_.push_back(',');
        is_first_ = false;
    }
    // Before each value of an object.
    void key(std::string_view name) {
        next();
        append_json_string(name, out_);
        out_.push_back(':');
    }
    void text(std::string_view name, std::string_view value) {
        key(name);
        append_json_string(value, out_);
    }
    void number(std::string_view name, std::integral auto value) {
        key(name);
        out_ += std::to_string(value);
    }
    std::string& out() { return out_; }

private:
    std::string& out_;
    bool is_first_ = true;
};

}  // namespace sequitur
