// Numbers and texts to bytes and back: little-endian, nothing aligned.
//
// A reader never looks beyond its bytes: what is not there reads as zero and has_failed() says so.
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>

namespace sequitur {

class ByteWriter {
public:
    template <std::integral T>
    void number(T value) {
        const auto bits = static_cast<std::uint64_t>(value);
        for (std::size_t i = 0; i < sizeof(T); ++i) {
            bytes_.push_back(static_cast<char>(bits >> (8 * i) & 0xff));
        }
    }
    void text(std::string_view text) {
        number(static_cast<std::uint32_t>(text.size()));
        bytes_ += text;
    }
    void raw(std::string_view bytes) { bytes_ += bytes; }
    const std::string& bytes() const { return bytes_; }
    std::string take() { return std::move(bytes_); }

private:
    std::string bytes_;
};

class ByteReader {
public:
    explicit ByteReader(std::string_view bytes) : rest_(bytes) {}

    template <std::integral T>
    T number() {
        std::uint64_t bits = 0;
        const std::string_view own = piece(sizeof(T));
        for (std::size_t i = 0; i < own.size(); ++i) {
            bits |= std::uint64_t{static_cast<unsigned char>(own[i])} << (8 * i);
        }
        return static_cast<T>(bits);
    }
    template <std::integral T>
    void number(T& value) {
        value = number<T>();
    }
    std::string_view text() { return piece(number<std::uint32_t>()); }
    // How many things follow that take at least `least` bytes each; 0 if there is no room for them.
    std::uint32_t count(std::size_t least) {
        const auto found = number<std::uint32_t>();
        if (std::uint64_t{found} * least <= rest_.size()) return found;
        has_failed_ = true;
        return 0;
    }
    // Notes what only the caller can see to be wrong.
    void fail() { has_failed_ = true; }
    bool has_failed() const { return has_failed_; }
    bool at_end() const { return rest_.empty(); }

private:
    std::string_view piece(std::size_t size) {
        if (size > rest_.size()) {
            has_failed_ = true;
            rest_ = {};
            return {};
        }
        const std::string_view own = rest_.substr(0, size);
        rest_.remove_prefix(size);
        return own;
    }

    std::string_view rest_;
    bool has_failed_ = false;
};

}  // namespace sequitur
