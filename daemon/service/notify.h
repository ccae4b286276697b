// Word to the service manager: systemd's sd_notify protocol, a datagram to $NOTIFY_SOCKET.
#pragma once

#include "core/time.h"

#include <optional>
#include <string_view>

namespace sequitur {

// Sends `state` ("READY=1", lines); nothing where there is no such manager. Thread: any.
void notify_manager(std::string_view state);

// Half of what the manager lets pass without a sign of life, as $WATCHDOG_USEC says; nullopt: it
// does not watch.
std::optional<Duration> watchdog_interval();

}  // namespace sequitur
