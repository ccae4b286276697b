// A cursor walks over the text. Strings are skipped to their closing quote, everything else by
// counting brackets, so that depth costs no stack. What it does not understand ends the walk.
#include "core/json_view.h"

#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>

namespace sequitur {
namespace {

class Cursor {
public:
    explicit Cursor(std::string_view text) : text_(text) {}

    bool at_end() const { return at_ >= text_.size(); }
    char peek() const { return at_end() ? '\0' : text_[at_]; }
    void skip_space() {
        while (!at_end() && (peek() == ' ' || peek() == '\t' || peek() == '\n' || peek() == '\r')) {
            ++at_;
        }
    }
    bool take(char wanted) {
        skip_space();
        if (peek() != wanted || at_end()) return false;
        ++at_;
        return true;
    }

    // The next value's text.
    std::string_view take_value() {
        skip_space();
        const std::size_t begin = at_;
        std::size_t depth = 0;
        while (!at_end()) {
            const char c = text_[at_];
            if (c == '"') {
                skip_string();
            } else if (c == '{' || c == '[') {
                ++depth;
                ++at_;
                continue;
            } else if (c == '}' || c == ']') {
                if (depth == 0) break;
                --depth;
                ++at_;
            } else if (depth == 0 &&
                       (c == ',' || c == ':' || c == ' ' || c == '\t' || c == '\r' || c == '\n')) {
                break;
            } else {
                ++at_;
                if (depth == 0) continue;
            }
            if (depth == 0) break;
        }
        return text_.substr(begin, at_ - begin);
    }

private:
    void skip_string() {
        for (++at_; !at_end(); ++at_) {
            if (text_[at_] == '\\') {
                ++at_;
            } else if (text_[at_] == '"') {
                ++at_;
                return;
            }
        }
        at_ = text_.size();
    }

    std::string_view text_;
    std::size_t at_ = 0;
};

bool is_string(std::string_view json) {
    return json.size() >= 2 && json.front() == '"' && json.back() == '"';
}

std::string_view inside(std::string_view json) { return json.substr(1, json.size() - 2); }

std::uint32_t hex_number(std::string_view digits) {
    std::uint32_t number = 0;
    std::from_chars(digits.data(), digits.data() + digits.size(), number, 16);
    return number;
}

// The characters that a string's inside stands for, as UTF-8, one at a time.
class Unescaper {
public:
    explicit Unescaper(std::string_view text) : text_(text) {}

    // Puts the next character's bytes into `out`; how many, 0 at the end.
    std::size_t next(std::array<char, 4>& out) {
        if (at_ >= text_.size()) return 0;
        const char c = text_[at_++];
        out[0] = c;
        if (c != '\\' || at_ >= text_.size()) return 1;
        switch (const char escaped = text_[at_++]) {
            case 'b': out[0] = '\b'; return 1;
            case 'f': out[0] = '\f'; return 1;
            case 'n': out[0] = '\n'; return 1;
            case 'r': out[0] = '\r'; return 1;
            case 't': out[0] = '\t'; return 1;
            case 'u': return encode(code_point(), out);
            default: out[0] = escaped; return 1;
        }
    }

private:
    // Behind "\u"; of a pair of surrogates, both.
    std::uint32_t code_point() {
        const std::uint32_t first = hex_number(text_.substr(at_, 4));
        at_ += 4;
        if (first < 0xd800 || first > 0xdbff || at_ + 6 > text_.size() ||
            text_.substr(at_, 2) != "\\u") {
            return first;
        }
        const std::uint32_t second = hex_number(text_.substr(at_ + 2, 4));
        if (second < 0xdc00 || second > 0xdfff) return first;
        at_ += 6;
        return 0x10000 + ((first - 0xd800) << 10) + (second - 0xdc00);
    }

    static std::size_t encode(std::uint32_t code, std::array<char, 4>& out) {
        const auto tail = [code](unsigned shift) {
            return static_cast<char>(0x80 | (code >> shift & 0x3f));
        };
        if (code < 0x80) {
            out[0] = static_cast<char>(code);
            return 1;
        }
        if (code < 0x800) {
            out = {static_cast<char>(0xc0 | code >> 6), tail(0)};
            return 2;
        }
        if (code < 0x10000) {
            out = {static_cast<char>(0xe0 | code >> 12), tail(6), tail(0)};
            return 3;
        }
        out = {static_cast<char>(0xf0 | (code >> 18 & 7)), tail(12), tail(6), tail(0)};
        return 4;
    }

    std::string_view text_;
    std::size_t at_ = 0;
};

// The first token of a pointer, which is cut off it. Precondition: it starts with '/'.
std::string_view take_token(std::string_view& pointer) {
    pointer.remove_prefix(1);
    const std::string_view token = pointer.substr(0, pointer.find('/'));
    pointer.remove_prefix(token.size());
    return token;
}

// Whether the inside of a JSON string is what a token means: ~0 is '~', ~1 is '/'.
bool is_key(std::string_view key, std::string_view token) {
    if (key.find('\\') == std::string_view::npos && token.find('~') == std::string_view::npos) {
        return key == token;
    }
    Unescaper characters(key);
    std::array<char, 4> bytes{};
    std::size_t at = 0;
    while (const std::size_t count = characters.next(bytes)) {
        for (std::size_t i = 0; i < count; ++i) {
            if (at >= token.size()) return false;
            char wanted = token[at++];
            if (wanted == '~' && at < token.size()) wanted = token[at++] == '1' ? '/' : '~';
            if (wanted != bytes[i]) return false;
        }
    }
    return at == token.size();
}

std::optional<std::string_view> find_member(std::string_view object, std::string_view token) {
    Cursor cursor(object);
    if (!cursor.take('{')) return std::nullopt;
    do {
        const std::string_view key = cursor.take_value();
        if (!is_string(key) || !cursor.take(':')) return std::nullopt;
        const std::string_view value = cursor.take_value();
        if (is_key(inside(key), token)) return value;
    } while (cursor.take(','));
    return std::nullopt;
}

std::optional<std::string_view> find_element(std::string_view array, std::string_view token) {
    std::size_t index = 0;
    const char* const end = token.data() + token.size();
    const auto [rest, fault] = std::from_chars(token.data(), end, index);
    if (fault != std::errc() || rest != end || (token.size() > 1 && token.front() == '0')) {
        return std::nullopt;
    }
    Cursor cursor(array);
    if (!cursor.take('[')) return std::nullopt;
    do {
        const std::string_view value = cursor.take_value();
        if (value.empty()) return std::nullopt;
        if (index-- == 0) return value;
    } while (cursor.take(','));
    return std::nullopt;
}

std::string_view unescaped(std::string_view text, ValueScratch& scratch) {
    if (text.find('\\') == std::string_view::npos) return text;
    char* const memory = scratch.allocate(text.size());  // An escape is longer than what it means.
    std::size_t size = 0;
    Unescaper characters(text);
    std::array<char, 4> bytes{};
    while (const std::size_t count = characters.next(bytes)) {
        for (std::size_t i = 0; i < count && size < text.size(); ++i) memory[size++] = bytes[i];
    }
    return {memory, size};
}

// Whole numbers stand as they are; others in the shortest form that reads back as the same.
std::string_view number_text(std::string_view json, ValueScratch& scratch) {
    if (json.find_first_of(".eE") == std::string_view::npos) return json == "-0" ? "0" : json;
    double number = 0;
    const char* const end = json.data() + json.size();
    const auto [rest, fault] = std::from_chars(json.data(), end, number);
    if (fault != std::errc() || rest != end) return json;
    constexpr double kExact = 9007199254740992.0;  // 2^53: every whole number up to it
    constexpr std::size_t kLongest = 32;
    char* const memory = scratch.allocate(kLongest);
    const char* const last =
        number == std::trunc(number) && std::abs(number) <= kExact
            ? std::to_chars(memory, memory + kLongest, static_cast<std::int64_t>(number)).ptr
            : std::to_chars(memory, memory + kLongest, number).ptr;
    return {memory, static_cast<std::size_t>(last - memory)};
}

Value single_value(std::string_view json, ValueScratch& scratch) {
    if (json.empty() || json == "null") return Value::missing();
    if (is_string(json)) return Value::of_text(unescaped(inside(json), scratch));
    const bool is_number = json.front() == '-' || (json.front() >= '0' && json.front() <= '9');
    return Value::of_text(is_number ? number_text(json, scratch) : json);
}

template <typename Take>
void for_each_element(std::string_view array, Take take) {
    Cursor cursor(array);
    if (!cursor.take('[')) return;
    do {
        const std::string_view element = cursor.take_value();
        if (element.empty()) return;
        if (element != "null") take(element);
    } while (cursor.take(','));
}

}  // namespace

std::optional<std::string_view> find_json(std::string_view text, std::string_view pointer) {
    std::string_view value = Cursor(text).take_value();
    while (!pointer.empty()) {
        if (pointer.front() != '/') return std::nullopt;
        const std::string_view token = take_token(pointer);
        const auto inner =
            value.starts_with('{') ? find_member(value, token) : find_element(value, token);
        if (!inner) return std::nullopt;
        value = *inner;
    }
    if (value.empty()) return std::nullopt;
    return value;
}

Value json_value(std::string_view json, ValueScratch& scratch) {
    if (!json.starts_with('[')) return single_value(json, scratch);
    std::size_t count = 0;
    for_each_element(json, [&count](std::string_view) { ++count; });
    Value* const elements = scratch.allocate_values(count);
    std::size_t filled = 0;
    for_each_element(json, [&](std::string_view element) {
        elements[filled++] = single_value(element, scratch);
    });
    return Value::of_list({elements, count});
}

}  // namespace sequitur
