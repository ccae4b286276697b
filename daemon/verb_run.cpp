// run: the daemon. Live kernel events, alerts on stdout, until it is told to stop.

#include "daemon/alert_printer.h"
#include "daemon/configuration.h"
#include "daemon/exit_status.h"
#include "daemon/live.h"
#include "daemon/report.h"
#include "daemon/rule_loader.h"
#include "daemon/stats.h"
#include "daemon/stop_signal.h"
#include "daemon/street.h"
#include "daemon/verbs.h"
#include "probe/live_source.h"
#include "probe/proc_lookup.h"

#include <cstdio>
#include <string>

namespace sequitur {
namespace {

// Some hosts let no program hook kernel functions; an operator should know what that costs.
void report_missing_hooks(const LiveSource& source) {
    std::string names;
    for (const std::string& hook : source.missing_hooks()) {
        names += names.empty() ? hook : ", " + hook;
    }
    if (names.empty()) return;
    std::fprintf(
        stderr,
        "sequitur: this kernel lets no program hook %s; the files that such calls name are "
        "resolved by their paths\n",
        names.c_str());
}

}  // namespace

int run(const RunOptions& options) {
    // What the command line says goes before what the file says.
    Configuration configuration;
    if (!options.configuration.empty()) {
        auto read = read_configuration(options.configuration);
        if (!read) return report(read.error());
        configuration = std::move(*read);
    }
    auto rules = load_rules(options.rules.empty() ? configuration.rules_files : options.rules);
    if (!rules) return report(rules.error());

    const std::atomic<bool>& stop = stop_requested();
    LiveOptions live;
    live.interest = interest_of(**rules);
    if (options.no_push_down) live.interest.push_down = {};
    auto source = LiveSource::open(live);
    if (!source) return report(source.error());

    StreetOptions street_options;
    street_options.shards = options.shards.value_or(configuration.shards);
    street_options.threads = street_options.shards;
    street_options.hostname = host_name();
    const bool is_json = options.json || configuration.json_output;
    AlertPrinter printer(stdout, is_json ? AlertForm::kJson : AlertForm::kText);
    ProcLookup lookup;
    Street street(*rules, street_options, &lookup, printer);
    report_missing_hooks(**source);
    std::fprintf(stderr, "ready\n");

    Stopwatch stopwatch;
    auto end = street.run(**source, stop);
    if (options.stats) print_stats(stderr, street, (*source)->losses(), stopwatch.seconds());
    return end ? kExitDone : report(end.error());
}

}  // namespace sequitur
