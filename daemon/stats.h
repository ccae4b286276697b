// The counters of a run as one JSON line (docs/cli.md, --stats).
#pragma once

#include "core/event_source.h"
#include "daemon/street.h"

#include <chrono>
#include <cstdio>
#include <string>

namespace sequitur {

class Stopwatch {
public:
    double seconds() const {
        return std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count();
    }

private:
    std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

// `events`, `by_type`, `dropped`, `seconds`, `events_per_second`, `alerts`, `partial_matches`,
// `peak_rss_bytes`: one line, without its end.
std::string stats_json(const Street& street, const SourceLosses& losses, double seconds);

void print_stats(std::FILE* stream, const Street& street, const SourceLosses& losses,
                 double seconds);

}  // namespace sequitur
