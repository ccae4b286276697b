// Writing JSON: the little that alerts need. Bytes that are not UTF-8 become U+FFFD.
#pragma once

#include <concepts>
#include <string>
#include <string_view>

namespace sequitur {

// `text` in quotes, escaped.
void append_json_string(std::string_view text, std::string& out);

// A finite number as it reads back; JSON has no others, they become null.
void append_json_double(double number, std::string& out);

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
