// Walks the options behind a record (core/record_option.h). Bytes come from outside: a cut or
// overlong option ends the walk, and whoever reads a value checks its length.
#pragma once

#include "core/record.h"
#include "core/record_option.h"

#include <algorithm>
#include <cstring>
#include <optional>
#include <span>
#include <string_view>

namespace sequitur {

struct RecordOption {
    std::uint16_t code = 0;
    std::span<const std::byte> value;
};

class RecordOptionReader {
public:
    explicit RecordOptionReader(std::span<const std::byte> options) : rest_(options) {}

    // Takes the next option; false at the end. The value is a view into the bytes given.
    bool next(RecordOption& option) {
        if (rest_.size() < 4) return false;
        option.code = load_le<std::uint16_t>(rest_.data());
        const std::size_t length = load_le<std::uint16_t>(rest_.data() + 2);
        if (option.code == 0 || rest_.size() - 4 < length) return false;  // 0: pcapng's end mark
        option.value = rest_.subspan(4, length);
        const std::size_t padded = (length + 3) & ~std::size_t{3};
        rest_ = rest_.subspan(std::min(4 + padded, rest_.size()));
        return true;
    }

private:
    std::span<const std::byte> rest_;
};

// A fixed-size option's value, or nothing when it has another length.
template <typename Option>
std::optional<Option> option_as(const RecordOption& option) {
    if (option.value.size() != sizeof(Option)) return std::nullopt;
    Option value;
    std::memcpy(&value, option.value.data(), sizeof value);
    return value;
}

// SEQUITUR_OPTION_PATH.
struct PathOption {
    std::uint8_t role = 0;   // SEQUITUR_ROLE_*
    std::uint8_t flags = 0;  // SEQUITUR_PATH_*
    std::string_view path;
};

inline std::optional<PathOption> path_option(const RecordOption& option) {
    if (option.value.size() < 2) return std::nullopt;
    const auto* text = reinterpret_cast<const char*>(option.value.data());
    return PathOption{std::to_integer<std::uint8_t>(option.value[0]),
                      std::to_integer<std::uint8_t>(option.value[1]),
                      std::string_view(text + 2, option.value.size() - 2)};
}

}  // namespace sequitur
