// run: the daemon. Live kernel events, alerts to the outputs, until it is told to stop.

#include "daemon/exit_status.h"
#include "daemon/report.h"
#include "daemon/service/service.h"
#include "daemon/stats.h"
#include "daemon/stop_signal.h"
#include "daemon/verbs.h"

#include <cstdio>

namespace sequitur {

int run(const RunOptions& options) {
    const std::atomic<bool>& stop = stop_requested();
    ServicePlan plan;
    const std::string& falco = options.falco_configuration;
    plan.source = {falco.empty() ? chosen_configuration(options.configuration) : std::string(),
                   options.overrides, falco};
    plan.rules = options.rules;
    plan.json = options.json;
    plan.shards = options.shards;
    plan.no_push_down = options.no_push_down;
    auto service = Service::open(std::move(plan));
    if (!service) return report(service.error());
    const Stopwatch stopwatch;
    const auto end = (*service)->run(stop);
    if (options.stats) {
        print_stats(stderr, (*service)->street(), (*service)->losses(), stopwatch.seconds());
    }
    return end ? kExitDone : report(end.error());
}

}  // namespace sequitur
