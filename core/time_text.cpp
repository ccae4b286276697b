#include "core/time_text.h"

#include <array>
#include <charconv>

namespace sequitur {
namespace {

struct Clock {
    std::uint64_t hours, minutes, seconds, ns;
};

Clock clock_of(Timestamp time) {
    const auto day = std::chrono::floor<std::chrono::days>(time);
    const auto ns = static_cast<std::uint64_t>((time - day).count());
    const std::uint64_t seconds = ns / 1'000'000'000;
    return {seconds / 3600, seconds / 60 % 60, seconds % 60, ns % 1'000'000'000};
}

void append_date(Timestamp time, std::string& out) {
    const auto day = std::chrono::floor<std::chrono::days>(time).time_since_epoch();
    const std::chrono::year_month_day date{
        std::chrono::sys_days(std::chrono::duration_cast<std::chrono::days>(day))};
    append_padded(static_cast<std::uint64_t>(static_cast<int>(date.year())), 4, out);
    out.push_back('-');
    append_padded(static_cast<unsigned>(date.month()), 2, out);
    out.push_back('-');
    append_padded(static_cast<unsigned>(date.day()), 2, out);
}

}  // namespace

void append_padded(std::uint64_t number, int digits, std::string& out) {
    std::array<char, 24> text;
    const auto end = std::to_chars(text.begin(), text.end(), number).ptr;
    for (auto length = end - text.begin(); length < digits; ++length) out.push_back('0');
    out.append(text.begin(), end);
}

void append_time_of_day(Timestamp time, bool with_ns, std::string& out) {
    const Clock clock = clock_of(time);
    append_padded(clock.hours, 2, out);
    out.push_back(':');
    append_padded(clock.minutes, 2, out);
    out.push_back(':');
    append_padded(clock.seconds, 2, out);
    if (!with_ns) return;
    out.push_back('.');
    append_padded(clock.ns, 9, out);
}

void append_date_time(Timestamp time, bool with_ns, std::string& out) {
    append_date(time, out);
    out.push_back(' ');
    append_time_of_day(time, with_ns, out);
}

void append_iso8601(Timestamp time, std::string& out) {
    append_date(time, out);
    out.push_back('T');
    append_time_of_day(time, true, out);
    out += "+0000";
}

void append_rfc3339(Timestamp time, std::string& out) {
    append_date(time, out);
    out.push_back('T');
    append_time_of_day(time, true, out);
    out.push_back('Z');
}

void append_duration(Duration duration, std::string& out) {
    struct Unit {
        std::uint64_t ns;
        int digits;
        const char* name;
    };
    static constexpr std::array<Unit, 4> kUnits{
        {{1'000'000'000, 9, "s"}, {1'000'000, 6, "ms"}, {1000, 3, "us"}, {1, 0, "ns"}}};
    auto ns = static_cast<std::uint64_t>(duration.count());
    if (duration < Duration::zero()) {
        out.push_back('-');
        ns = 0 - ns;
    }
    if (ns == 0) {
        out += "0s";
        return;
    }
    for (const Unit& unit : kUnits) {
        if (ns < unit.ns) continue;
        append_padded(ns / unit.ns, 1, out);
        if (std::uint64_t rest = ns % unit.ns; rest != 0) {
            int digits = unit.digits;
            for (; rest % 10 == 0; rest /= 10) --digits;
            out.push_back('.');
            append_padded(rest, digits, out);
        }
        out += unit.name;
        return;
    }
}

}  // namespace sequitur
