// config: checks the settings, or says which are in force and what there are.

#include "daemon/config/listing.h"
#include "daemon/config/reader.h"
#include "daemon/exit_status.h"
#include "daemon/report.h"
#include "daemon/verbs.h"

#include <cstdio>

namespace sequitur {

int config(const ConfigOptions& options) {
    if (options.action == "defaults") {
        std::fputs(commented_configuration().c_str(), stdout);
        return kExitDone;
    }
    if (options.action == "markdown") {
        std::fputs(settings_markdown().c_str(), stdout);
        return kExitDone;
    }
    const std::string& falco = options.falco_configuration;
    const auto configuration = read_configuration(
        {falco.empty() ? chosen_configuration(options.configuration) : std::string(),
         options.overrides, falco});
    if (!configuration) return report(configuration.error());
    if (options.action == "show") {
        std::fputs(effective_configuration(*configuration).c_str(), stdout);
        return kExitDone;
    }
    for (const std::string& file : configuration->files) std::printf("%s: ok\n", file.c_str());
    return kExitDone;
}

}  // namespace sequitur
