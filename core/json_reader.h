// One line of JSON as a tree of plain values. The door to simdjson.
#pragma once

#include "core/result.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>

namespace sequitur {

// A value and, for a member of an object, its key. Trivial; all it points to is borrowed.
struct JsonValue {
    enum class Kind : std::uint8_t { kNull, kBool, kInt, kUint, kDouble, kText, kList, kObject };

    Kind kind = Kind::kNull;
    std::string_view key;
    std::string_view text;  // kText: unescaped UTF-8
    union {
        std::int64_t i = 0;  // kInt
        std::uint64_t u;     // kUint: only what exceeds kInt
        double d;            // kDouble
        bool b;              // kBool
    };
    std::span<const JsonValue> items;  // kList: elements; kObject: members in their order

    // The member `name`, or nullptr; the first when it stands there twice.
    const JsonValue* find(std::string_view name) const;
};

// "null", "a truth value", "a number", "a text", "a list", "an object": for messages.
std::string_view kind_name(JsonValue::Kind kind);

class JsonReader {
public:
    // What must be readable (of any content) behind a text that is parsed.
    static constexpr std::size_t kPadding = 64;
    static constexpr std::size_t kDepthMax = 16;
    static constexpr std::size_t kValuesMax = 65536;

    JsonReader();
    ~JsonReader();
    JsonReader(JsonReader&&) noexcept;
    JsonReader& operator=(JsonReader&&) noexcept;

    // The value that is `text`. It lives until the next call. kBadInput says why it is none, or
    // that it is nested deeper than kDepthMax or has more than kValuesMax values.
    Result<const JsonValue*> parse(std::string_view text);

    // Whether `text` is an object, without making a tree of it: of any number of values, and of
    // numbers of any size, at most kObjectDepthMax deep. kBadInput says why not. Not to be mixed
    // with parse() on one reader.
    static constexpr std::size_t kObjectDepthMax = 256;
    Result<void> check_object(std::string_view text);

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace sequitur
