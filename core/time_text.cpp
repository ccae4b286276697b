#include "core/time_text.h"

#include <array>
#include <charconv>
#include <limits>

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

// Reads the fixed columns of an RFC 3339 text, one after the other.
class TimeReader {
public:
    explicit TimeReader(std::string_view text) : text_(text) {}

    bool has_failed() const { return has_failed_; }
    bool at_end() const { return text_.empty(); }

    // A number of exactly `digits` digits, from `least` to `most`.
    unsigned number(std::size_t digits, unsigned least, unsigned most) {
        unsigned value = 0;
        const std::string_view part = text_.substr(0, digits);
        for (const char c : part) {
            if (c < '0' || c > '9') has_failed_ = true;
            value = value * 10 + static_cast<unsigned>(c - '0');
        }
        has_failed_ = has_failed_ || part.size() < digits || value < least || value > most;
        text_.remove_prefix(part.size());
        return value;
    }
    // The next character, which has to be one of `wanted`.
    char one_of(std::string_view wanted) {
        const bool is_there = !text_.empty() && wanted.find(text_.front()) != wanted.npos;
        has_failed_ = has_failed_ || !is_there;
        if (!is_there) return '\0';
        const char c = text_.front();
        text_.remove_prefix(1);
        return c;
    }
    // ".5" in nanoseconds; 0 where there is no fraction.
    std::int64_t fraction() {
        if (text_.empty() || text_.front() != '.') return 0;
        text_.remove_prefix(1);
        std::int64_t ns = 0, unit = 100'000'000;
        has_failed_ = has_failed_ || text_.empty() || text_.front() < '0' || text_.front() > '9';
        for (; !text_.empty() && text_.front() >= '0' && text_.front() <= '9'; unit /= 10) {
            ns += unit * (text_.front() - '0');
            text_.remove_prefix(1);
        }
        return ns;
    }

private:
    std::string_view text_;
    bool has_failed_ = false;
};

}  // namespace

std::optional<Timestamp> parse_rfc3339(std::string_view text) {
    TimeReader reader(text);
    const unsigned year = reader.number(4, 0, 9999);
    reader.one_of("-");
    const unsigned month = reader.number(2, 1, 12);
    reader.one_of("-");
    const unsigned day = reader.number(2, 1, 31);
    reader.one_of("Tt ");
    const unsigned hours = reader.number(2, 0, 23);
    reader.one_of(":");
    const unsigned minutes = reader.number(2, 0, 59);
    reader.one_of(":");
    const unsigned seconds = reader.number(2, 0, 60);  // 60: a leap second
    const std::int64_t ns = reader.fraction();
    const char zone = reader.one_of("Zz+-");
    std::int64_t ahead_minutes = 0;
    if (zone == '+' || zone == '-') {
        ahead_minutes = reader.number(2, 0, 23) * 60;
        reader.one_of(":");
        ahead_minutes += reader.number(2, 0, 59);
        if (zone == '-') ahead_minutes = -ahead_minutes;
    }
    const std::chrono::year_month_day date{std::chrono::year(static_cast<int>(year)),
                                           std::chrono::month(month), std::chrono::day(day)};
    if (reader.has_failed() || !reader.at_end() || !date.ok()) return std::nullopt;
    const std::int64_t days = std::chrono::sys_days(date).time_since_epoch().count();
    const std::int64_t whole =
        ((days * 24 + hours) * 60 + minutes - ahead_minutes) * 60 + static_cast<int>(seconds);
    constexpr std::int64_t kNsPerSecond = 1'000'000'000;
    constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max() / kNsPerSecond - 1;
    if (whole < -kMost) return Timestamp::min();
    if (whole > kMost) return Timestamp::max();
    return Timestamp(Duration(whole * kNsPerSecond + ns));
}

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
