#include "core/transform.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string>

namespace sequitur {
namespace {

bool is_textual(const Value& value) {
    return value.type == ValueType::kText || value.type == ValueType::kBytes;
}

Value with_text(const Value& like, std::string_view text) {
    return like.type == ValueType::kBytes ? Value::of_bytes(text) : Value::of_text(text);
}

template <typename Fold>
Value folded(const Value& value, ValueScratch& scratch, Fold fold) {
    char* text = scratch.allocate(value.text.size());
    std::ranges::transform(value.text, text, fold);
    return with_text(value, {text, value.text.size()});
}

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }
char upper(char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; }

Value base_name(const Value& value) {
    const std::size_t slash = value.text.rfind('/');
    if (slash == std::string_view::npos) return value;
    return with_text(value, value.text.substr(slash + 1));
}

std::optional<unsigned> base64_digit(char c) {
    if (c >= 'A' && c <= 'Z') return static_cast<unsigned>(c - 'A');
    if (c >= 'a' && c <= 'z') return static_cast<unsigned>(c - 'a' + 26);
    if (c >= '0' && c <= '9') return static_cast<unsigned>(c - '0' + 52);
    if (c == '+') return 62;
    if (c == '/') return 63;
    return std::nullopt;
}

// Padding may be left out, but not be wrong. RFC 4648 §4.
Value base64_decoded(const Value& value, ValueScratch& scratch) {
    std::string_view code = value.text;
    std::size_t padding = 0;
    while (padding < 2 && code.ends_with('=')) {
        code.remove_suffix(1);
        ++padding;
    }
    const bool is_padded = padding == 0 || (code.size() + padding) % 4 == 0;
    if (code.size() % 4 == 1 || !is_padded) return Value::missing();
    char* const text = scratch.allocate(code.size() / 4 * 3 + 3);
    std::size_t length = 0;
    unsigned bits = 0, held = 0;
    for (const char c : code) {
        const auto digit = base64_digit(c);
        if (!digit) return Value::missing();
        bits = bits << 6 | *digit;
        held += 6;
        if (held < 8) continue;
        held -= 8;
        text[length++] = static_cast<char>(bits >> held & 0xff);
        bits &= (1u << held) - 1;
    }
    return with_text(value, {text, length});
}

Value of_one(Transformer function, const Value& value, ValueScratch& scratch) {
    if (!is_textual(value)) return Value::missing();
    if (function == Transformer::kTolower) return folded(value, scratch, lower);
    if (function == Transformer::kToupper) return folded(value, scratch, upper);
    if (function == Transformer::kBasename) return base_name(value);
    return base64_decoded(value, scratch);
}

Value of_each(Transformer function, const Value& value, ValueScratch& scratch) {
    if (value.type != ValueType::kList) return of_one(function, value, scratch);
    Value* results = scratch.allocate_values(value.list.size());
    for (std::size_t i = 0; i < value.list.size(); ++i) {
        results[i] = of_one(function, value.list[i], scratch);
        if (!results[i]) return Value::missing();
    }
    return Value::of_list({results, value.list.size()});
}

Value length(const Value& value) {
    if (value.type == ValueType::kList) return Value::of_uint(value.list.size());
    return is_textual(value) ? Value::of_uint(value.text.size()) : Value::missing();
}

// The arguments with their lists opened up.
std::span<const Value> spliced(std::span<const Value> arguments, ValueScratch& scratch) {
    std::size_t count = 0;
    for (const Value& value : arguments) {
        count += value.type == ValueType::kList ? value.list.size() : 1;
    }
    Value* const values = scratch.allocate_values(count);
    Value* next = values;
    for (const Value& value : arguments) {
        if (value.type == ValueType::kList) {
            next = std::ranges::copy(value.list, next).out;
        } else {
            *next++ = value;
        }
    }
    return {values, count};
}

Value joined(std::span<const Value> values, std::string_view between, ValueScratch& scratch) {
    std::string& text = scratch.cleared_buffer(0);
    bool is_first = true;
    for (const Value& value : values) {
        if (!is_first) text += between;
        append_text(value, text);
        is_first = false;
    }
    return Value::of_text(scratch.copy(text));
}

// What an option string says about a letter.
struct Options {
    std::array<bool, 256> is_known{}, wants_value{};

    explicit Options(std::string_view text) {
        for (std::size_t i = text.starts_with(':') ? 1 : 0; i < text.size(); ++i) {
            if (text[i] == ':') continue;
            const auto letter = static_cast<unsigned char>(text[i]);
            is_known[letter] = true;
            if (i + 1 < text.size() && text[i + 1] == ':') wants_value[letter] = true;
        }
    }
};

// Reads short options off a command line up to the first word that is none; long ones are skipped.
class OptionReader {
public:
    OptionReader(std::span<const Value> words, std::string_view options)
        : words_(words), options_(options) {}

    // Calls take(option, value) for each; take(nullopt, "") for one that is not known. An option
    // whose value is not there has an empty one.
    template <typename Take>
    void read(Take take) {
        for (at_ = 0; at_ < words_.size(); ++at_) {
            const std::string_view word = words_[at_].text;
            if (word == "--" || word.size() < 2 || word.front() != '-') return;
            if (word[1] != '-') read_word(word, take);
        }
    }

private:
    template <typename Take>
    void read_word(std::string_view word, Take take) {
        for (std::size_t i = 1; i < word.size(); ++i) {
            const auto letter = static_cast<unsigned char>(word[i]);
            if (word[i] == ':' || !options_.is_known[letter]) {
                take(std::string_view(), std::optional<std::string_view>());
            } else if (!options_.wants_value[letter]) {
                take(word.substr(i, 1), std::optional<std::string_view>());
            } else {
                take(word.substr(i, 1), std::optional(value_behind(word.substr(i + 1))));
                return;
            }
        }
    }

    std::string_view value_behind(std::string_view rest) {
        if (!rest.empty() || at_ + 1 >= words_.size()) return rest;
        return words_[++at_].text;
    }

    std::span<const Value> words_;
    Options options_;
    std::size_t at_ = 0;
};

Value selected_option(OptionReader& reader, std::string_view wanted) {
    Value found = Value::missing();
    reader.read([&](std::string_view option, std::optional<std::string_view> value) {
        if (!option.empty() && option == wanted) found = Value::of_text(value.value_or(option));
    });
    return found;
}

Value all_options(OptionReader& reader, ValueScratch& scratch) {
    std::size_t count = 0;
    reader.read(
        [&](std::string_view, std::optional<std::string_view> value) { count += value ? 2u : 1u; });
    Value* const list = scratch.allocate_values(count);
    Value* next = list;
    reader.read([&](std::string_view option, std::optional<std::string_view> value) {
        *next++ = Value::of_text(option.empty() ? "?" : option);
        if (value) *next++ = Value::of_text(*value);
    });
    return Value::of_list({list, count});
}

Value options_of(std::span<const Value> arguments, std::string_view option, ValueScratch& scratch) {
    if (arguments.size() < 2 || !is_textual(arguments.back())) return Value::missing();
    const auto words = spliced(arguments.first(arguments.size() - 1), scratch);
    if (!std::ranges::all_of(words, is_textual)) return Value::missing();
    OptionReader reader(words, arguments.back().text);
    return option.empty() ? all_options(reader, scratch) : selected_option(reader, option);
}

}  // namespace

Value transform(Transformer function, std::span<const Value> arguments, std::string_view option,
                ValueScratch& scratch) {
    if (arguments.empty()) return Value::missing();
    if (!std::ranges::all_of(arguments, [](const Value& value) { return bool(value); })) {
        return Value::missing();
    }
    switch (function) {
        case Transformer::kTolower:
        case Transformer::kToupper:
        case Transformer::kB64:
        case Transformer::kBasename: return of_each(function, arguments.front(), scratch);
        case Transformer::kLen: return length(arguments.front());
        case Transformer::kConcat: return joined(spliced(arguments, scratch), {}, scratch);
        case Transformer::kJoin:
            if (!is_textual(arguments.front())) return Value::missing();
            return joined(spliced(arguments.subspan(1), scratch), arguments.front().text, scratch);
        case Transformer::kGetopt: return options_of(arguments, option, scratch);
    }
    return Value::missing();
}

std::string_view name_of(Transformer function) {
    switch (function) {
        case Transformer::kTolower: return "tolower";
        case Transformer::kToupper: return "toupper";
        case Transformer::kB64: return "b64";
        case Transformer::kBasename: return "basename";
        case Transformer::kLen: return "len";
        case Transformer::kJoin: return "join";
        case Transformer::kConcat: return "concat";
        case Transformer::kGetopt: return "getopt";
    }
    return {};
}

ValueType type_of(Transformer function, std::string_view option) {
    if (function == Transformer::kLen) return ValueType::kUint;
    if (function == Transformer::kGetopt && option.empty()) return ValueType::kList;
    return ValueType::kText;
}

}  // namespace sequitur
