#include "probe/jsonl_writer.h"

#include "probe/event_line.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <string_view>
#include <unistd.h>
#include <utility>

namespace sequitur {
namespace {

constexpr std::size_t kBufferBytes = std::size_t{256} << 10;

}  // namespace

JsonlWriter::JsonlWriter(int descriptor, std::string name)
    : descriptor_(descriptor), name_(std::move(name)) {
    buffer_.reserve(kBufferBytes + kBufferBytes / 4);
}

JsonlWriter::~JsonlWriter() { static_cast<void>(close()); }

Result<std::unique_ptr<JsonlWriter>> JsonlWriter::create(const std::string& path) {
    if (path == "-") {
        return std::unique_ptr<JsonlWriter>(new JsonlWriter(STDOUT_FILENO, "stdout"));
    }
    // Arguments and environments of other users' processes stand in it.
    const int descriptor = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (descriptor < 0) {
        const int error = errno;
        return fail(Error::Code::kIo, "cannot create " + path + ": " + strerror(error), error);
    }
    return std::unique_ptr<JsonlWriter>(new JsonlWriter(descriptor, path));
}

Result<void> JsonlWriter::flush() {
    std::string_view rest = buffer_;
    while (!rest.empty() && os_errno_ == 0) {
        const ssize_t written = ::write(descriptor_, rest.data(), rest.size());
        if (written >= 0) {
            rest.remove_prefix(static_cast<std::size_t>(written));
            size_ += static_cast<std::uint64_t>(written);
        } else if (errno != EINTR) {
            os_errno_ = errno;
        }
    }
    buffer_.clear();
    if (os_errno_ == 0) return {};
    return fail(Error::Code::kIo, "cannot write " + name_ + ": " + strerror(os_errno_), os_errno_);
}

Result<void> JsonlWriter::write(std::span<const RecordView> records) {
    for (const RecordView& record : records) {
        append_line(record, buffer_);
        buffer_ += '\n';
        if (buffer_.size() < kBufferBytes) continue;
        if (Result<void> flushed = flush(); !flushed) return flushed;
    }
    if (os_errno_ != 0) return flush();
    return {};
}

Result<void> JsonlWriter::close() {
    if (descriptor_ < 0) return {};
    Result<void> flushed = flush();
    const int descriptor = std::exchange(descriptor_, -1);
    // Pipes and devices cannot be synced, which is no fault.
    if (descriptor > STDERR_FILENO && ::fsync(descriptor) != 0 && errno != EINVAL && flushed) {
        const int error = errno;
        flushed = fail(Error::Code::kIo, "cannot finish " + name_ + ": " + strerror(error), error);
    }
    if (descriptor > STDERR_FILENO && ::close(descriptor) != 0 && flushed) {
        const int error = errno;
        return fail(Error::Code::kIo, "cannot close " + name_ + ": " + strerror(error), error);
    }
    return flushed;
}

}  // namespace sequitur
