// A program started for record, trace or demo and held back until the watch is on.
#pragma once

#include "core/result.h"

#include <string>
#include <vector>

namespace sequitur {

// Thread: one.
class HeldCommand {
public:
    // Forks a child that waits to be released before it executes `command` (PATH is searched, as a
    // shell does). Precondition: not empty.
    static Result<HeldCommand> start(const std::vector<std::string>& command);

    HeldCommand(HeldCommand&& other) noexcept;
    HeldCommand& operator=(HeldCommand&&) = delete;
    // A child that was never released ends without having executed anything.
    ~HeldCommand();

    int pid() const { return pid_; }
    void release();
    // Whether it has ended; reaps it.
    bool has_ended();
    // As a shell would say it: 127 when there was no such program, 128 + n for signal n.
    // Precondition: has_ended().
    int exit_status() const { return exit_status_; }

private:
    HeldCommand(int pid, int gate) : pid_(pid), gate_(gate) {}

    int pid_ = -1;
    int gate_ = -1;  // our end of the pipe on which the child waits
    bool has_ended_ = false;
    int exit_status_ = 0;
};

}  // namespace sequitur
