// replay: the same engine over captures, alerts on stdout.

#include "core/limits.h"
#include "daemon/alert_printer.h"
#include "daemon/exit_status.h"
#include "daemon/report.h"
#include "daemon/rule_loader.h"
#include "daemon/stats.h"
#include "daemon/street.h"
#include "daemon/verbs.h"
#include "probe/capture.h"
#include "sequences/near_match.h"

#include <atomic>
#include <cstdio>
#include <memory>
#include <span>
#include <string>

namespace sequitur {
namespace {

void print_why(const std::string& name, const NearMatch& near) {
    const EventPlace place = [](std::uint64_t number, Timestamp time) {
        return "event " + std::to_string(number) + " at " + to_rfc3339(time);
    };
    std::fprintf(stderr, "'%s':\n", name.c_str());
    for (const std::string& line : near.verdict(place)) {
        std::fprintf(stderr, "  %s\n", line.c_str());
    }
}

}  // namespace

int replay(const ReplayOptions& options) {
    const bool is_json = options.source == "json";
    if (is_json != options.time.has_value()) {
        std::fputs(is_json
                       ? "sequitur: --source json needs --time POINTER, where an object's time is\n"
                       : "sequitur: --time is for --source json\n",
                   stderr);
        return kExitBadCommandLine;
    }
    if (options.time && !options.time->empty() && options.time->front() != '/') {
        std::fprintf(stderr, "sequitur: --time: a JSON pointer starts with '/', not '%s'\n",
                     options.time->c_str());
        return kExitBadCommandLine;
    }
    auto rules = load_rules(options.rules);
    if (!rules) return report(rules.error());

    StreetOptions street_options;
    street_options.shards = options.shards;
    street_options.threads = options.shards;
    street_options.hostname = host_name();
    street_options.flush_at_end = options.flush;
    if (options.batch_events) street_options.limits.batch_events_max = options.batch_events;

    if (!options.why.empty() && !NearMatch(*rules, options.why).is_known()) {
        return report(Error{Error::Code::kBadInput,
                            "there is no rule or sequence called '" + options.why + '\'', 0});
    }
    AlertPrinter printer(stdout, options.json ? AlertForm::kJson : AlertForm::kText);
    const std::atomic<bool> never_stop{false};
    int status = kExitDone;
    CaptureOptions capture_options;
    capture_options.is_lenient = options.lenient;
    capture_options.lateness = options.lateness;
    capture_options.time_pointer = options.time;
    auto source = open_captures(options.captures, capture_options);
    if (!source) return report(source.error());

    // A file may hold several histories: nothing is carried over to the next.
    do {
        Stopwatch stopwatch;
        Street street(*rules, street_options, nullptr, printer);
        NearMatch near(*rules, options.why);
        if (!options.why.empty()) {
            street.observe([&near](std::span<const Event> events) { near.see(events); });
        }
        auto end = street.run(**source, never_stop);
        if (!end && end.error().code != Error::Code::kEndOfInput) status = report(end.error());
        if (!options.why.empty()) print_why(options.why, near);
        if (options.stats) {
            print_stats(stderr, street, (*source)->losses(), stopwatch.seconds());
        }
    } while (status == kExitDone && (*source)->next_history());
    return status;
}

}  // namespace sequitur
