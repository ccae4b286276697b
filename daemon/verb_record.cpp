// record: live events, byte for byte, into a capture.

#include "daemon/exit_status.h"
#include "daemon/live_session.h"
#include "daemon/report.h"
#include "daemon/rotating_capture.h"
#include "daemon/rule_loader.h"
#include "daemon/verbs.h"
#include "probe/capture.h"

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

std::optional<std::chrono::nanoseconds> span_of(const std::optional<double>& seconds) {
    if (!seconds) return std::nullopt;
    return std::chrono::duration_cast<std::chrono::nanoseconds>(
        std::chrono::duration<double>(*seconds));
}

}  // namespace

int record(const RecordOptions& options) {
    if (!capture_format(options.file)) {
        std::fprintf(stderr, "sequitur: %s: captures end in .scap, .scap.gz or .jsonl\n",
                     options.file.c_str());
        return kExitBadCommandLine;
    }
    auto interest = interest_for(options);
    if (!interest) return report(interest.error());
    auto session = LiveSession::open(*interest, options.command);
    if (!session) return report(session.error());
    LiveSource& source = session->source();

    RotationLimits limits;
    limits.bytes = options.rotate_bytes;
    limits.age = span_of(options.rotate_seconds);
    limits.files_kept = options.files_kept;
    auto capture = RotatingCapture::create(options.file, limits, source.snapshot_end_ns());
    if (!capture) return report(capture.error());
    std::fprintf(stderr, "ready\n");

    const auto take = [&](const std::vector<RecordView>& records) -> Result<void> {
        if (auto written = capture->write(records, ns_of(source.watermark())); !written) {
            return written;
        }
        if (!capture->is_full()) return {};
        if (auto taken = source.take_snapshot(); !taken) return taken;
        return capture->go_on(source.snapshot_end_ns());
    };
    auto end = session->each_batch(span_of(options.seconds), take);
    auto closed = capture->close();  // also when the source failed: what there is, is kept
    if (!end) return report(end.error());
    if (!closed) return report(closed.error());
    const SourceLosses losses = source.losses();
    if (losses.ring_full > 0) {
        std::fprintf(stderr, "sequitur: %llu records were lost\n",
                     static_cast<unsigned long long>(losses.ring_full));
    }
    return session->exit_status();
}

}  // namespace sequitur
