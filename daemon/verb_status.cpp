// status: what the running daemon says of itself. top: the same as a live view.

#include "daemon/config/reader.h"
#include "daemon/exit_status.h"
#include "daemon/report.h"
#include "daemon/service/local_http.h"
#include "daemon/stop_signal.h"
#include "daemon/top_view.h"
#include "daemon/verbs.h"

#include <chrono>
#include <cstdio>
#include <thread>
#include <unistd.h>

namespace sequitur {
namespace {

// The address given, or that of the configuration file.
Result<std::string> address_of(const StatusOptions& options) {
    if (!options.address.empty()) return options.address;
    const auto configuration =
        read_configuration({chosen_configuration(options.configuration), {}, {}});
    if (!configuration) return tl::unexpected<Error>(configuration.error());
    if (configuration->listen.empty()) {
        return fail(Error::Code::kBadInput,
                    "no address: health.listen is not set, and --address is not given");
    }
    return configuration->listen;
}

}  // namespace

int status(const StatusOptions& options) {
    const auto address = address_of(options);
    if (!address) return report(address.error());
    const char* const what =
        options.health ? "/healthz" : (options.metrics ? "/metrics" : "/status");
    const auto body = fetch_local(*address, what);
    if (!body) return report(body.error());
    std::fputs(body->c_str(), stdout);
    return kExitDone;
}

int top(const StatusOptions& options) {
    const auto address = address_of(options);
    if (!address) return report(address.error());
    const std::atomic<bool>& stop = stop_requested();
    const bool is_terminal = ::isatty(STDOUT_FILENO) != 0;
    TopView view;
    for (int frame = 0; !stop && (options.frames == 0 || frame < options.frames); ++frame) {
        if (frame > 0) {
            std::this_thread::sleep_for(std::chrono::duration<double>(options.seconds));
        }
        const auto body = fetch_local(*address, "/status");
        if (!body) return report(body.error());
        const auto text = view.render(*body);
        if (!text) return report(text.error());
        // Home, the frame, and what is left of a longer one before it.
        if (is_terminal) std::fputs("\033[H", stdout);
        std::fputs(text->c_str(), stdout);
        if (is_terminal) std::fputs("\033[J", stdout);
        std::fflush(stdout);
    }
    return kExitDone;
}

}  // namespace sequitur
