#include "daemon/outputs/stream_receivers.h"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>

namespace sequitur {

Delivery StdoutReceiver::deliver(std::span<const Message> messages, const Patience& patience) {
    std::string lines;
    for (const Message& message : messages) lines += message.text + '\n';
    const std::size_t wrote = write_patiently(STDOUT_FILENO, lines, patience);
    if (wrote == lines.size()) return {};
    const std::string reason = errno != 0 ? std::strerror(errno) : "not read in time";
    std::size_t done = 0;
    for (std::size_t end = 0; done < messages.size(); ++done) {
        end += messages[done].text.size() + 1;
        if (end > wrote) break;
    }
    return Delivery::refused(done, reason);
}

Result<std::unique_ptr<Receiver>> FileReceiver::open(const OutputSettings& settings) {
    std::unique_ptr<FileReceiver> receiver(new FileReceiver(settings));
    if (!receiver->open_file()) {
        return fail(Error::Code::kIo,
                    "output " + settings.name + ": " + settings.path + ": " + std::strerror(errno),
                    errno);
    }
    return Result<std::unique_ptr<Receiver>>(std::move(receiver));
}

bool FileReceiver::open_file() {
    file_ = FileDescriptor(
        ::open(settings_.path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600));
    struct stat status {};
    if (!file_ || ::fstat(file_.get(), &status) != 0) return false;
    size_ = S_ISREG(status.st_mode) ? static_cast<std::uint64_t>(status.st_size) : 0;
    return true;
}

void FileReceiver::reopen() { file_.reset(); }

void FileReceiver::rotate() {
    namespace fs = std::filesystem;
    std::error_code error;
    const auto numbered = [&](std::uint64_t number) {
        return settings_.path + '.' + std::to_string(number);
    };
    if (settings_.keep == 0) {
        fs::remove(settings_.path, error);
    } else {
        for (std::uint64_t number = settings_.keep; number > 1; --number) {
            fs::rename(numbered(number - 1), numbered(number), error);
        }
        fs::rename(settings_.path, numbered(1), error);
    }
    file_.reset();
}

Delivery FileReceiver::deliver(std::span<const Message> messages, const Patience& patience) {
    for (std::size_t i = 0; i < messages.size(); ++i) {
        const std::string line = messages[i].text + '\n';
        const bool is_full =
            settings_.rotate_bytes > 0 && size_ > 0 && size_ + line.size() > settings_.rotate_bytes;
        if (file_ && is_full) rotate();
        if (!file_ && !open_file()) {
            return Delivery::retry(i, settings_.path + ": " + std::strerror(errno));
        }
        const std::size_t wrote = write_patiently(file_.get(), line, patience);
        size_ += wrote;
        if (wrote == line.size()) continue;
        const std::string reason = settings_.path + ": " + std::strerror(errno);
        // No half a line is left, so that what reads the file is not misled.
        if (wrote > 0 && ::ftruncate(file_.get(), static_cast<off_t>(size_ - wrote)) == 0) {
            size_ -= wrote;
        }
        return Delivery::retry(i, reason);
    }
    return {};
}

}  // namespace sequitur
