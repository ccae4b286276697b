#include "probe/path_prefix.h"

#include <algorithm>
#include <cstddef>

namespace sequitur::probe {

sequitur_prefix prefix_of(std::string_view path) {
    sequitur_prefix prefix{};
    for (sequitur_prefix_part& part : prefix.parts) {
        if (path.empty() || path.front() != '/') break;
        path.remove_prefix(1);
        const std::size_t end = path.find('/');
        const std::string_view name = path.substr(0, end);
        const std::size_t size = std::min<std::size_t>(name.size(), SEQUITUR_PART_BYTES);
        for (std::size_t i = 0; i < size; ++i) {
            part.bytes[i] = static_cast<std::uint8_t>(name[i]);
            part.mask[i] = 0xff;
        }
        if (end == std::string_view::npos) break;
        part.length = static_cast<std::uint32_t>(name.size());
        path.remove_prefix(end);
    }
    return prefix;
}

}  // namespace sequitur::probe
