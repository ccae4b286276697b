// All outputs of the daemon, as the one sink of the street.
#pragma once

#include "core/result.h"
#include "core/sink.h"
#include "daemon/config/configuration.h"
#include "daemon/outputs/output.h"

#include <memory>
#include <string>
#include <vector>

namespace sequitur {

class OutputSet : public AlertSink {
public:
    // The outputs of `configuration`, or stdout when it has none. `state_folder` is for spools and
    // may be empty. Opens files and spools; nothing is delivered before start().
    static Result<std::unique_ptr<OutputSet>> open(const Configuration& configuration,
                                                   const std::string& state_folder);
    ~OutputSet() override;

    void start();
    // Thread: the correlate stage's.
    void write(const Alert& alert) override;
    void flush() override {}
    // Files begin anew (SIGHUP). Thread: any.
    void reopen();
    // Gives all outputs, side by side, this long for what is queued.
    void stop(Duration patience);

    // Thread: any.
    std::vector<OutputCounters> counters() const;

private:
    std::vector<std::unique_ptr<Output>> outputs_;
};

}  // namespace sequitur
