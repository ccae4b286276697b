#include "daemon/live_session.h"

#include "core/limits.h"
#include "daemon/stop_signal.h"

namespace sequitur {
namespace {

constexpr auto kPoll = std::chrono::milliseconds(50);
// What a process did just before its end is in the rings when it can be waited for; the merge
// holds it back for less than this.
constexpr auto kDrain = std::chrono::milliseconds(200);

}  // namespace

Result<LiveSession> LiveSession::open(const Interest& interest,
                                      const std::vector<std::string>& command) {
    std::optional<HeldCommand> held;
    LiveOptions options;
    options.interest = interest;
    if (!command.empty()) {
        auto started = HeldCommand::start(command);
        if (!started) return tl::unexpected<Error>(started.error());
        options.root_pid = started->pid();
        held.emplace(std::move(*started));
    }
    auto source = LiveSource::open(options);
    if (!source) return tl::unexpected<Error>(source.error());
    return LiveSession(std::move(*source), std::move(held));
}

Result<void> LiveSession::each_batch(
    std::optional<std::chrono::nanoseconds> length,
    FunctionRef<Result<void>(const std::vector<RecordView>&)> take) {
    using Clock = std::chrono::steady_clock;
    const std::atomic<bool>& stop = stop_requested();
    const std::size_t records_max = Limits().batch_events_max;
    std::optional<Clock::time_point> end;
    if (length) end = Clock::now() + *length;
    if (command_) command_->release();

    std::vector<RecordView> records;
    bool is_draining = false;
    while (!stop && (!end || Clock::now() < *end)) {
        if (command_ && !is_draining && command_->has_ended()) {
            is_draining = true;
            end = Clock::now() + kDrain;
        }
        if (auto read = source_->next_batch(records_max, kPoll, records); !read) return read;
        if (auto taken = take(records); !taken) return taken;
    }
    return {};
}

}  // namespace sequitur
