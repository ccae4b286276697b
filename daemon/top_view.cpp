#include "daemon/top_view.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <cstdarg>
#include <cstdio>
#include <vector>

namespace sequitur {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kRows = 8;

[[gnu::format(printf, 1, 2)]] std::string line(const char* format, ...) {
    std::array<char, 256> text{};
    va_list arguments;
    va_start(arguments, format);
    std::vsnprintf(text.data(), text.size(), format, arguments);
    va_end(arguments);
    return std::string(text.data()) + "\033[K\n";
}

// What comes from processes and rules must not drive the terminal.
std::string printable(const std::string& text, std::size_t width) {
    std::string out;
    for (const char c : text.substr(0, width)) {
        const auto byte = static_cast<unsigned char>(c);
        out += byte < 0x20 || byte == 0x7f ? '?' : c;
    }
    return out;
}

struct Row {
    std::string name;
    double value = 0;
};

// The largest of `now` - `before`, by name.
std::vector<Row> growth(const Json& now, const Json& before, double seconds) {
    std::vector<Row> rows;
    for (const auto& [name, count] : now.items()) {
        const double old = before.is_object() ? before.value(name, 0.0) : 0.0;
        const double grown = count.get<double>() - old;
        if (grown > 0) rows.push_back({name, grown / seconds});
    }
    std::sort(rows.begin(), rows.end(),
              [](const Row& a, const Row& b) { return a.value > b.value; });
    if (rows.size() > kRows) rows.resize(kRows);
    return rows;
}

std::string table(const char* title, const char* unit, const std::vector<Row>& rows) {
    std::string out = line("\033[1m%-44s %12s\033[0m", title, unit);
    for (const Row& row : rows) {
        out += line("%-44s %12.1f", printable(row.name, 44).c_str(), row.value);
    }
    return out + line("%s", "");
}

}  // namespace

struct TopView::Impl {
    Json before;

    std::string frame(const Json& now) {
        const double uptime = now.at("uptime_seconds").get<double>();
        const bool is_first = before.is_null() || uptime <= before.at("uptime_seconds");
        if (is_first) before = Json::object();
        const double seconds =
            std::max(uptime - (is_first ? 0.0 : before.at("uptime_seconds").get<double>()), 0.001);
        const auto rate = [&](const char* key) {
            return (now.at(key).get<double>() - before.value(key, 0.0)) / seconds;
        };
        const Json& matches = now.at("partial_matches");
        std::string out = line(
            "sequitur  pid %d  up %.0f s  %.1f MB  %zu rules  %zu sequences",
            now.at("pid").get<int>(), uptime, now.at("resident_bytes").get<double>() / 1048576.0,
            now.at("rules").get<std::size_t>(), now.at("sequences").get<std::size_t>());
        out += line("events/s %.0f  dropped/s %.0f  late/s %.0f  alerts/s %.1f", rate("events"),
                    rate("dropped"), rate("late"), rate("alerts"));
        out += line("partial matches: %.0f open, %.0f completed, %.0f expired, %.0f evicted",
                    matches.at("live").get<double>(), matches.at("completed").get<double>(),
                    matches.at("expired").get<double>(), matches.at("evicted").get<double>());
        out += line("%s", "");
        std::vector<Row> busiest;
        const double span = std::max(now.at("busiest_seconds").get<double>(), 0.001);
        for (const Json& each : now.at("busiest")) {
            if (busiest.size() == kRows) break;
            busiest.push_back({std::to_string(each.at("pid").get<std::int64_t>()) + ' ' +
                                   each.at("name").get<std::string>(),
                               each.at("events").get<double>() / span});
        }
        out += table("BUSIEST PROCESSES", "events/s", busiest);
        out += table(
            "EVENT TYPES", "events/s",
            growth(now.at("events_by_type"), before.value("events_by_type", Json()), seconds));
        out += table(
            "HOTTEST RULES", "alerts/s",
            growth(now.at("alerts_by_rule"), before.value("alerts_by_rule", Json()), seconds));
        out += table("OPEN PARTIAL MATCHES", "open",
                     growth(now.at("partial_matches_by_sequence"), Json(), 1.0));
        out += line("\033[1m%-20s %12s %10s %10s %10s\033[0m", "OUTPUTS", "delivered", "queued",
                    "spooled", "lost");
        for (const Json& each : now.at("outputs")) {
            out += line("%-20s %12.0f %10.0f %10.0f %10.0f",
                        printable(each.at("name").get<std::string>(), 20).c_str(),
                        each.at("delivered").get<double>(), each.at("queued").get<double>(),
                        each.at("spooled").get<double>(), each.at("lost").get<double>());
        }
        before = now;
        return out;
    }
};

TopView::TopView() : impl_(std::make_unique<Impl>()) {}
TopView::~TopView() = default;

Result<std::string> TopView::render(const std::string& status) {
    // The library throws for what is missing or of another type.
    try {
        return impl_->frame(Json::parse(status));
    } catch (const Json::exception& error) {
        return fail(Error::Code::kBadInput,
                    std::string("the status cannot be read: ") + error.what());
    }
}

}  // namespace sequitur
