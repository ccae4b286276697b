#include "core/file_identity.h"

namespace sequitur {

std::string FileId::to_string() const {
    switch (kind) {
        case Kind::kNone: return {};
        case Kind::kPath: return "path/" + std::to_string(number);
        case Kind::kInode: break;
    }
    // new_encode_dev: eight bits of minor, twelve of major, twelve more of minor.
    const std::uint32_t major = (dev >> 8) & 0xfff;
    const std::uint32_t minor = (dev & 0xff) | ((dev >> 12) & 0xfff00);
    std::string text =
        std::to_string(major) + ':' + std::to_string(minor) + '/' + std::to_string(number);
    if (generation != 0) text += '.' + std::to_string(generation);
    return text;
}

}  // namespace sequitur
