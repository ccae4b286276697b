#include "daemon/outputs/receiver.h"

#include <algorithm>
#include <cerrno>
#include <climits>
#include <poll.h>
#include <unistd.h>

namespace sequitur {
namespace {

constexpr int kPollMs = 50;

}  // namespace

std::size_t write_patiently(int fd, std::string_view bytes, const Patience& patience) {
    std::size_t done = 0;
    while (done < bytes.size()) {
        pollfd ready{fd, POLLOUT, 0};
        const int polled = ::poll(&ready, 1, kPollMs);
        if (polled == 0 || (polled < 0 && errno == EINTR)) {
            if (!patience.is_over()) continue;
            errno = 0;
            return done;
        }
        if (polled < 0) return done;
        // A pipe that is ready takes this much without blocking.
        const std::size_t size = std::min<std::size_t>(bytes.size() - done, PIPE_BUF);
        const ssize_t wrote = ::write(fd, bytes.data() + done, size);
        if (wrote < 0 && errno != EINTR && errno != EAGAIN) return done;
        if (wrote > 0) done += static_cast<std::size_t>(wrote);
    }
    return done;
}

}  // namespace sequitur
