#include "core/file_identity.h"

#include <array>
#include <cstring>
#include <string_view>

namespace sequitur {

namespace {

// "00", "01", ... "99", one behind the other.
constexpr auto kPairs = [] {
    std::array<char, 200> pairs{};
    for (std::size_t i = 0; i < pairs.size(); ++i) {
        pairs[i] = static_cast<char>('0' + (i % 2 == 0 ? i / 20 : i / 2 % 10));
    }
    return pairs;
}();

char* write_number(std::uint64_t number, char* to) {
    std::size_t count = 1;
    for (std::uint64_t rest = number; rest >= 10; rest /= 10) ++count;
    char* at = to + count;
    for (; number >= 100; number /= 100) {
        at -= 2;
        std::memcpy(at, &kPairs[number % 100 * 2], 2);
    }
    if (number >= 10) {
        std::memcpy(at - 2, &kPairs[number * 2], 2);
    } else {
        at[-1] = static_cast<char>('0' + number);
    }
    return to + count;
}

}  // namespace

std::string FileId::to_string() const {
    std::array<char, kTextMax> text;
    return {text.data(), write(text.data())};
}

char* FileId::write(char* to) const {
    switch (kind) {
        case Kind::kNone: return to;
        case Kind::kPath: return write_number(number, to + std::string_view("path/").copy(to, 5));
        case Kind::kInode: break;
    }
    // new_encode_dev: eight bits of minor, twelve of major, twelve more of minor.
    to = write_number(dev >> 8 & 0xfff, to);
    *to++ = ':';
    to = write_number((dev & 0xff) | (dev >> 12 & 0xfff00), to);
    *to++ = '/';
    to = write_number(number, to);
    if (generation == 0) return to;
    *to++ = '.';
    return write_number(generation, to);
}

}  // namespace sequitur
