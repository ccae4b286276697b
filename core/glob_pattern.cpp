#include "core/glob_pattern.h"

#include <algorithm>

namespace sequitur {
namespace {

constexpr std::string_view kSpecial = "*?[\\";

void append_byte(char c, std::string& out) {
    constexpr std::string_view kHex = "0123456789abcdef";
    const auto byte = static_cast<unsigned char>(c);
    out += "\\x";
    out += kHex[byte >> 4U];
    out += kHex[byte & 15U];
}

// Where globs stand: in a component of a path no wildcard matches a slash, because a component has
// none.
enum class Place : std::uint8_t { kText, kComponent };

// A range whose members are the same whether case is ignored before or after it is applied.
bool is_plain_range(char low, char high) {
    const auto both_in = [&](char first, char last) { return first <= low && high <= last; };
    return low <= high && (both_in('a', 'z') || both_in('A', 'Z') || both_in('0', '9'));
}

// Appends the bracket expression at the start of `glob` and tells its length; 0 when its meaning
// is not plain.
std::size_t append_bracket(std::string_view glob, Place place, std::string& out) {
    std::size_t i = 1;
    std::string set = "[";
    if (i < glob.size() && (glob[i] == '!' || glob[i] == '^')) {
        set += place == Place::kComponent ? "^/" : "^";
        ++i;
    }
    const std::size_t first = i;
    while (i < glob.size() && (glob[i] != ']' || i == first)) {
        if (glob[i] == '[' || glob[i] == '\\') return 0;
        const bool is_range = i + 2 < glob.size() && glob[i + 1] == '-' && glob[i + 2] != ']';
        if (is_range) {
            if (!is_plain_range(glob[i], glob[i + 2])) return 0;
            append_byte(glob[i], set);
            set += '-';
            append_byte(glob[i + 2], set);
            i += 3;
        } else {
            append_byte(glob[i], set);
            ++i;
        }
    }
    if (i >= glob.size()) return 0;
    out += set + "]";
    return i + 1;
}

// Appends `glob` as a regular expression; false when its meaning is not plain.
bool append_expression(std::string_view glob, Place place, std::string& out) {
    const std::string_view any = place == Place::kComponent ? "[^/]" : "(?s:.)";
    for (std::size_t i = 0; i < glob.size(); ++i) {
        switch (glob[i]) {
            case '*':
                out += any;
                out += '*';
                break;
            case '?': out += any; break;
            case '[': {
                const std::size_t length = append_bracket(glob.substr(i), place, out);
                if (length == 0) return false;
                i += length - 1;
                break;
            }
            case '\\':
                if (++i == glob.size()) return false;
                append_byte(glob[i], out);
                break;
            default: append_byte(glob[i], out);
        }
    }
    return true;
}

}  // namespace

bool has_glob(std::string_view path) { return path.find_first_of(kSpecial) != path.npos; }

std::optional<Pattern> pattern_of_glob(std::string_view glob, bool ignore_case) {
    Pattern pattern{.kind = Pattern::Kind::kRegex, .ignore_case = ignore_case, .text = {}};
    // Most globs are a literal with stars at its ends; those match faster as what they are.
    const std::size_t begin = std::min(glob.find_first_not_of('*'), glob.size());
    const std::size_t end = glob.find_last_not_of('*') + 1;
    const std::string_view core = glob.substr(begin, end > begin ? end - begin : 0);
    if (!has_glob(core)) {
        const bool starts = begin == 0, ends = end == glob.size();
        using enum Pattern::Kind;
        pattern.text = core;
        pattern.kind = starts ? (ends ? kExact : kPrefix) : (ends ? kSuffix : kContains);
        return pattern;
    }
    if (!append_expression(glob, Place::kText, pattern.text)) return std::nullopt;
    return pattern;
}

std::optional<Pattern> pattern_of_path_glob(std::string_view path) {
    Pattern pattern{.kind = Pattern::Kind::kRegex, .text = {}};
    bool is_first = true;
    while (!path.empty()) {
        const std::size_t end = std::min(path.find('/'), path.size());
        if (end > 0) {
            pattern.text += is_first ? "/*" : "/+";
            is_first = false;
            const std::string_view component = path.substr(0, end);
            if (!append_expression(component, Place::kComponent, pattern.text)) return std::nullopt;
            // Stars alone could match an empty component, and there is none.
            if (component.find_first_not_of('*') == component.npos) pattern.text += "[^/]";
        }
        path.remove_prefix(std::min(end + 1, path.size()));
    }
    pattern.text += is_first ? "(?s:.)*" : "(?:/(?s:.)*)?";
    return pattern;
}

}  // namespace sequitur
