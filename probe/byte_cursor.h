// Walks over little-endian fields of untrusted bytes. What is not there reads as zero or empty, and
// is_short() remembers that something was not.
#pragma once

#include "core/record.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace sequitur::probe {

class ByteCursor {
public:
    explicit ByteCursor(std::span<const std::byte> bytes) : bytes_(bytes) {}

    template <typename T>
    T take() {
        if (bytes_.size() < sizeof(T)) {
            is_short_ = true;
            bytes_ = {};
            return T{};
        }
        const T value = load_le<T>(bytes_.data());
        bytes_ = bytes_.subspan(sizeof(T));
        return value;
    }
    // The same, but where it is not there, `fallback`, and nothing is remembered.
    template <typename T>
    T take_or(T fallback) {
        return bytes_.size() < sizeof(T) ? fallback : take<T>();
    }
    std::span<const std::byte> take_bytes(std::size_t size) {
        if (bytes_.size() < size) {
            is_short_ = true;
            size = bytes_.size();
        }
        const auto taken = bytes_.first(size);
        bytes_ = bytes_.subspan(size);
        return taken;
    }
    // A text behind its length in 16 bits.
    std::string_view take_text() {
        const auto text = take_bytes(take<std::uint16_t>());
        return {reinterpret_cast<const char*>(text.data()), text.size()};
    }

    std::size_t left() const { return bytes_.size(); }
    bool is_short() const { return is_short_; }

private:
    std::span<const std::byte> bytes_;
    bool is_short_ = false;
};

}  // namespace sequitur::probe
