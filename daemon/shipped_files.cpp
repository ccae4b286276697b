#include "daemon/shipped_files.h"

#include <filesystem>
#include <initializer_list>
#include <system_error>

namespace sequitur {

std::optional<std::string> find_shipped(const std::string& name) {
    namespace fs = std::filesystem;
    std::error_code error;
    const fs::path program = fs::read_symlink("/proc/self/exe", error);
    const fs::path folder = program.parent_path();
    const std::initializer_list<fs::path> places = {
        folder / "../../.." / name,  // build/<preset>/bin/ in a checkout
        fs::path("/etc/sequitur") / name,
        folder / "../share/sequitur" / name,
    };
    for (const fs::path& place : places) {
        // A checkout is recognised by its own file, so that an unrelated folder is not taken.
        const bool is_checkout = place == *places.begin();
        if (is_checkout && !fs::exists(folder / "../../../CMakePresets.json", error)) continue;
        if (fs::exists(place, error)) return place.lexically_normal().string();
    }
    return std::nullopt;
}

}  // namespace sequitur
