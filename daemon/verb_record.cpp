// record: live events, byte for byte, into a capture.

#include "core/limits.h"
#include "daemon/exit_status.h"
#include "daemon/live_session.h"
#include "daemon/report.h"
#include "daemon/rule_loader.h"
#include "daemon/verbs.h"
#include "probe/jsonl_writer.h"

#include <chrono>
#include <cstdio>
#include <optional>
#include <vector>

namespace sequitur {
namespace {

Result<Interest> interest_for(const RecordOptions& options) {
    if (options.rules.empty()) return Interest::everything();
    auto rules = load_rules(options.rules);
    if (!rules) return tl::unexpected<Error>(rules.error());
    return interest_of(**rules);
}

}  // namespace

int record(const RecordOptions& options) {
    if (!options.file.ends_with(".jsonl")) {
        std::fprintf(stderr, "sequitur: %s: captures end in .jsonl\n", options.file.c_str());
        return kExitBadCommandLine;
    }
    auto interest = interest_for(options);
    if (!interest) return report(interest.error());
    auto session = LiveSession::open(*interest, options.command);
    if (!session) return report(session.error());
    auto writer = JsonlWriter::create(options.file);
    if (!writer) return report(writer.error());
    std::fprintf(stderr, "ready\n");

    std::optional<std::chrono::nanoseconds> length;
    if (options.seconds) {
        length = std::chrono::duration_cast<std::chrono::nanoseconds>(
            std::chrono::duration<double>(*options.seconds));
    }
    auto end = session->each_batch(
        length, [&](const std::vector<RecordView>& records) { return (*writer)->write(records); });
    if (!end) return report(end.error());
    if (auto closed = (*writer)->close(); !closed) return report(closed.error());
    const SourceLosses losses = session->source().losses();
    if (losses.ring_full > 0) {
        std::fprintf(stderr, "sequitur: %llu records were lost\n",
                     static_cast<unsigned long long>(losses.ring_full));
    }
    return session->exit_status();
}

}  // namespace sequitur
