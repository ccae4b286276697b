#include "daemon/stop_signal.h"

#include <csignal>

namespace sequitur {
namespace {

// A signal handler has nowhere else to write to.
std::atomic<bool> g_stop{false};  // NOLINT(cppcoreguidelines-avoid-non-const-global-variables)
static_assert(std::atomic<bool>::is_always_lock_free);

}  // namespace

const std::atomic<bool>& stop_requested() {
    struct sigaction action {};
    action.sa_handler = [](int) { g_stop.store(true); };
    action.sa_flags = static_cast<int>(SA_RESETHAND);
    ::sigaction(SIGINT, &action, nullptr);
    ::sigaction(SIGTERM, &action, nullptr);
    return g_stop;
}

}  // namespace sequitur
