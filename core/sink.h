// Where alerts go: one of the project's three seams.
#pragma once

#include "core/alert.h"

namespace sequitur {

class AlertSink {
public:
    virtual ~AlertSink() = default;

    // Takes one alert, in order. Must not block for long: it runs behind the correlate stage.
    // Thread: one caller at a time.
    virtual void write(const Alert& alert) = 0;

    // Called when no alert is pending: what was buffered has to go out.
    virtual void flush() = 0;
};

}  // namespace sequitur
