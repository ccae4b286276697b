// Alerts as lines on a stream of the C library: stdout.
#pragma once

#include "core/sink.h"

#include <cstdio>

namespace sequitur {

enum class AlertForm { kText, kJson };

class AlertPrinter : public AlertSink {
public:
    // `stream` is borrowed.
    AlertPrinter(std::FILE* stream, AlertForm form) : stream_(stream), form_(form) {}

    void write(const Alert& alert) override;
    void flush() override { std::fflush(stream_); }

private:
    std::FILE* stream_;
    AlertForm form_;
};

}  // namespace sequitur
