#include "dsl/duration.h"

#include <array>

namespace sequitur::dsl {

namespace {

struct Unit {
    std::string_view name;
    std::int64_t ns;
};
constexpr std::array kUnits{
    Unit{"d", 86'400'000'000'000},
    Unit{"h", 3'600'000'000'000},
    Unit{"m", 60'000'000'000},
    Unit{"s", 1'000'000'000},
    Unit{"ms", 1'000'000},
    Unit{"us", 1'000},
    Unit{"ns", 1},
};

bool is_digit(char c) { return c >= '0' && c <= '9'; }

}  // namespace

std::optional<Duration> parse_duration(std::string_view text) {
    std::size_t at = 0;
    std::int64_t whole = 0;
    for (; at < text.size() && is_digit(text[at]); ++at) {
        whole = whole * 10 + (text[at] - '0');
        if (whole > kDurationMax.count()) return std::nullopt;
    }
    if (at == 0) return std::nullopt;
    std::string_view fraction;
    if (at < text.size() && text[at] == '.') {
        const std::size_t begin = ++at;
        while (at < text.size() && is_digit(text[at])) ++at;
        fraction = text.substr(begin, at - begin);
        if (fraction.empty()) return std::nullopt;
    }
    while (at < text.size() && text[at] == ' ') ++at;
    const std::string_view name = text.substr(at);
    for (const Unit& unit : kUnits) {
        if (unit.name != name) continue;
        if (whole > kDurationMax.count() / unit.ns) return std::nullopt;
        std::int64_t ns = whole * unit.ns;
        std::int64_t place = unit.ns;
        for (const char digit : fraction) {
            if (place % 10 != 0) return std::nullopt;  // Finer than a nanosecond.
            place /= 10;
            ns += place * (digit - '0');
        }
        return ns <= kDurationMax.count() ? std::optional(Duration(ns)) : std::nullopt;
    }
    return std::nullopt;
}

std::string to_text(Duration duration) {
    if (duration == kUnbounded) return "unbounded";
    for (const Unit& unit : kUnits) {
        if (duration.count() % unit.ns == 0 && duration.count() != 0) {
            return std::to_string(duration.count() / unit.ns) + std::string(unit.name);
        }
    }
    return "0s";
}

}  // namespace sequitur::dsl
