#include "core/glob.h"

#include <array>
#include <cctype>
#include <optional>

namespace sequitur {
namespace {

unsigned char fold(char c, bool ignore_case) {
    const auto byte = static_cast<unsigned char>(c);
    return ignore_case && byte >= 'A' && byte <= 'Z' ? static_cast<unsigned char>(byte + 32) : byte;
}

struct NamedClass {
    std::string_view name;
    int (*contains)(int);
};
constexpr std::array<NamedClass, 12> kClasses{{{"alnum", std::isalnum},
                                               {"alpha", std::isalpha},
                                               {"blank", std::isblank},
                                               {"cntrl", std::iscntrl},
                                               {"digit", std::isdigit},
                                               {"graph", std::isgraph},
                                               {"lower", std::islower},
                                               {"print", std::isprint},
                                               {"punct", std::ispunct},
                                               {"space", std::isspace},
                                               {"upper", std::isupper},
                                               {"xdigit", std::isxdigit}}};

// What a bracket expression says of one byte, and where it ends.
struct Bracket {
    std::size_t length = 0;
    bool matches = false;
};

// "[:alpha:]" at the start of `rest`: its length and whether it holds `byte`.
std::optional<Bracket> named_class(std::string_view rest, unsigned char byte, bool ignore_case) {
    if (!rest.starts_with("[:")) return std::nullopt;
    const std::size_t end = rest.find(":]", 2);
    if (end == std::string_view::npos) return std::nullopt;
    for (const NamedClass& known : kClasses) {
        if (known.name != rest.substr(2, end - 2)) continue;
        bool holds = known.contains(byte) != 0;
        if (ignore_case) holds = holds || known.contains(std::toupper(byte)) != 0;
        return Bracket{end + 2, holds};
    }
    return std::nullopt;
}

// The bracket expression at the start of `glob`; nothing when it does not close, and then '[' is
// itself.
std::optional<Bracket> bracket(std::string_view glob, unsigned char byte, bool ignore_case) {
    std::size_t i = 1;
    const bool is_negated = i < glob.size() && (glob[i] == '!' || glob[i] == '^');
    if (is_negated) ++i;
    bool found = false;
    for (bool is_first = true; i < glob.size(); is_first = false) {
        if (glob[i] == ']' && !is_first) return Bracket{i + 1, found != is_negated};
        if (const auto known = named_class(glob.substr(i), byte, ignore_case)) {
            found = found || known->matches;
            i += known->length;
            continue;
        }
        if (glob[i] == '\\' && i + 1 < glob.size()) ++i;
        const unsigned char low = fold(glob[i], ignore_case);
        unsigned char high = low;
        ++i;
        if (i + 1 < glob.size() && glob[i] == '-' && glob[i + 1] != ']') {
            ++i;
            if (glob[i] == '\\' && i + 1 < glob.size()) ++i;
            high = fold(glob[i], ignore_case);
            ++i;
        }
        found = found || (low <= byte && byte <= high);
    }
    return std::nullopt;
}

// Bytes of `glob` that match `byte` at its start; 0 when they don't.
std::size_t match_one(std::string_view glob, char c, bool ignore_case) {
    const unsigned char byte = fold(c, ignore_case);
    if (glob.front() == '?') return 1;
    if (glob.front() == '[') {
        if (const auto set = bracket(glob, byte, ignore_case))
            return set->matches ? set->length : 0;
    }
    const std::size_t escape = glob.front() == '\\' && glob.size() > 1 ? 1 : 0;
    if (glob == "\\") return 0;  // escapes nothing, matches nothing
    return fold(glob[escape], ignore_case) == byte ? escape + 1 : 0;
}

}  // namespace

bool glob_matches(std::string_view glob, std::string_view text, bool ignore_case) {
    std::size_t g = 0, t = 0;
    // The last star, and the text that it was last tried to reach up to.
    std::size_t star = std::string_view::npos, reached = 0;
    while (t < text.size() || g < glob.size()) {
        if (g < glob.size() && glob[g] == '*') {
            star = ++g;
            reached = t;
            continue;
        }
        if (g < glob.size() && t < text.size()) {
            if (const std::size_t used = match_one(glob.substr(g), text[t], ignore_case)) {
                g += used;
                ++t;
                continue;
            }
        }
        if (star == std::string_view::npos || reached >= text.size()) return false;
        g = star;
        t = ++reached;
    }
    return true;
}

}  // namespace sequitur
