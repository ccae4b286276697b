// check: every fault of every file, in one run.

#include "daemon/exit_status.h"
#include "daemon/report.h"
#include "daemon/verbs.h"
#include "dsl/diagnostic.h"
#include "dsl/frontend.h"

#include <cstdio>
#include <string>

namespace sequitur {

int check(const CheckOptions& options) {
    auto files = dsl::read_rule_files(options.rules);
    if (!files) return report(files.error());

    dsl::Diagnostics diagnostics;
    for (const std::string& warning : options.warnings) {
        if (diagnostics.set_warning(warning)) continue;
        std::fprintf(stderr, "sequitur: no warning is called '%s'\n", warning.c_str());
        return kExitBadCommandLine;
    }
    dsl::compile(*files, {}, diagnostics);
    // What a machine asked for is the result; what a person reads is a message.
    const bool is_text = options.format == "text";
    const std::string shown = is_text                     ? diagnostics.to_text()
                              : options.format == "sarif" ? diagnostics.to_sarif()
                                                          : diagnostics.to_json();
    std::fwrite(shown.data(), 1, shown.size(), is_text ? stderr : stdout);
    return diagnostics.has_errors() ? kExitBadInput : kExitDone;
}

}  // namespace sequitur
