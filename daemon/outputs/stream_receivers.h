// Lines to a descriptor: the program's stdout, and files with rotation.
#pragma once

#include "core/file_descriptor.h"
#include "core/result.h"
#include "daemon/config/configuration.h"
#include "daemon/outputs/receiver.h"

#include <memory>
#include <string>

namespace sequitur {

class StdoutReceiver : public Receiver {
public:
    Delivery deliver(std::span<const Message> messages, const Patience& patience) override;
};

// Appends to a file of mode 0600. When it has grown to its limit it becomes PATH.1, what was that
// PATH.2, and so on.
class FileReceiver : public Receiver {
public:
    // kIo: the file cannot be opened.
    static Result<std::unique_ptr<Receiver>> open(const OutputSettings& settings);

    Delivery deliver(std::span<const Message> messages, const Patience& patience) override;
    void reopen() override;

private:
    explicit FileReceiver(const OutputSettings& settings) : settings_(settings) {}
    bool open_file();
    void rotate();

    const OutputSettings settings_;
    FileDescriptor file_;
    std::uint64_t size_ = 0;
};

}  // namespace sequitur
