#include "core/path.h"

namespace sequitur {
namespace {

// Appends `name`, one part of a path, to the normal path in `out`.
void append_part(std::string_view name, std::size_t root_size, std::string& out) {
    if (name.empty() || name == ".") return;
    if (name == "..") {
        const std::size_t cut = out.rfind('/');
        if (cut == std::string::npos) {
            out.clear();  // a relative path with one name left: nothing above it is known
        } else {
            out.resize(cut < root_size ? root_size : cut);
        }
        return;
    }
    if (!out.empty() && out.back() != '/') out += '/';
    out += name;
}

void append_parts(std::string_view path, std::size_t root_size, std::string& out) {
    while (!path.empty()) {
        const std::size_t end = path.find('/');
        append_part(path.substr(0, end), root_size, out);
        if (end == std::string_view::npos) return;
        path.remove_prefix(end + 1);
    }
}

}  // namespace

void join_path(std::string_view base, std::string_view path, std::string& out) {
    out.clear();
    const bool uses_base = path.empty() || path.front() != '/';
    const std::string_view first = uses_base && !base.empty() ? base : path;
    if (!first.empty() && first.front() == '/') out = "/";
    const std::size_t root_size = out.size();
    if (uses_base) append_parts(base, root_size, out);
    append_parts(path, root_size, out);
}

bool is_normal_path(std::string_view path) {
    if (path.empty() || path.front() != '/') return false;
    if (path.size() == 1) return true;
    if (path.back() == '/') return false;
    // Every part, from just behind its slash: not empty, not ".", not "..".
    for (std::size_t slash = 0; slash != std::string_view::npos;
         slash = path.find('/', slash + 1)) {
        const std::string_view rest = path.substr(slash + 1);
        if (rest.front() == '/') return false;
        if (rest.front() != '.') continue;
        const std::size_t dots = rest.size() > 1 && rest[1] == '.' ? 2 : 1;
        if (rest.size() == dots || rest[dots] == '/') return false;
    }
    return true;
}

std::string_view directory_of(std::string_view path) {
    const std::size_t slash = path.rfind('/');
    if (slash == std::string_view::npos) return {};
    return slash == 0 ? path.substr(0, 1) : path.substr(0, slash);
}

std::string_view filename_of(std::string_view path) {
    const std::size_t slash = path.rfind('/');
    return slash == std::string_view::npos ? path : path.substr(slash + 1);
}

}  // namespace sequitur
