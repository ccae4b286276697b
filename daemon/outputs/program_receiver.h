// A program that gets alerts on its standard input.
#pragma once

#include "core/file_descriptor.h"
#include "daemon/config/configuration.h"
#include "daemon/outputs/receiver.h"

#include <sys/types.h>

namespace sequitur {

// Started at the first message, and anew when it has ended; told the end of its input when this
// goes, and killed when it does not end within a second then.
class ProgramReceiver : public Receiver {
public:
    explicit ProgramReceiver(const OutputSettings& settings) : settings_(settings) {}
    ~ProgramReceiver() override;

    Delivery deliver(std::span<const Message> messages, const Patience& patience) override;

private:
    int start_program();
    bool has_ended();

    const OutputSettings settings_;
    FileDescriptor input_;
    pid_t pid_ = -1;
};

}  // namespace sequitur
