// A watch that ends: with a command, after a time, or on a signal. For record and trace.
#pragma once

#include "core/pipeline.h"
#include "daemon/held_command.h"
#include "daemon/live.h"
#include "probe/live_source.h"

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace sequitur {

class LiveSession {
public:
    // Watches the whole host, or only `command` and what it starts. The command is held back until
    // the watch is on, so nothing of it is missed.
    static Result<LiveSession> open(const Interest& interest,
                                    const std::vector<std::string>& command);

    // Hands every batch, also an empty one now and then, to `take` until the command has ended and
    // its last events are in, `length` has passed, or SIGINT or SIGTERM came. An error of the
    // source or of `take` ends it too.
    Result<void> each_batch(std::optional<std::chrono::nanoseconds> length,
                            FunctionRef<Result<void>(const std::vector<RecordView>&)> take);

    LiveSource& source() { return *source_; }
    // The command's, or 0 where there was none.
    int exit_status() const { return command_ ? command_->exit_status() : 0; }

private:
    LiveSession(std::unique_ptr<LiveSource> source, std::optional<HeldCommand> command)
        : source_(std::move(source)), command_(std::move(command)) {}

    std::unique_ptr<LiveSource> source_;
    std::optional<HeldCommand> command_;
};

}  // namespace sequitur
