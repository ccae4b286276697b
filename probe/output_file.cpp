#include "probe/output_file.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>
#include <utility>

namespace sequitur::probe {

Result<OutputFile> OutputFile::create(const std::string& path) {
    const int descriptor = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (descriptor < 0) {
        const int os_errno = errno;
        return fail(Error::Code::kIo, "cannot create " + path + ": " + strerror(os_errno),
                    os_errno);
    }
    return OutputFile(descriptor, path);
}

OutputFile::OutputFile(OutputFile&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)),
      path_(std::move(other.path_)),
      size_(other.size_),
      os_errno_(other.os_errno_) {}

OutputFile::~OutputFile() {
    if (descriptor_ >= 0) ::close(descriptor_);
}

Result<void> OutputFile::error(const char* doing) {
    return fail(Error::Code::kIo,
                std::string("cannot ") + doing + ' ' + path_ + ": " + strerror(os_errno_),
                os_errno_);
}

Result<void> OutputFile::write(std::span<const std::byte> bytes) {
    while (!bytes.empty() && os_errno_ == 0) {
        const ssize_t written = ::write(descriptor_, bytes.data(), bytes.size());
        if (written >= 0) {
            bytes = bytes.subspan(static_cast<std::size_t>(written));
            size_ += static_cast<std::uint64_t>(written);
        } else if (errno != EINTR) {
            os_errno_ = errno;
        }
    }
    if (os_errno_ != 0) return error("write");
    return {};
}

Result<void> OutputFile::close() {
    if (descriptor_ < 0) return {};
    // Pipes and devices cannot be synced, which is no fault.
    if (os_errno_ == 0 && ::fsync(descriptor_) != 0 && errno != EINVAL && errno != EROFS) {
        os_errno_ = errno;
    }
    if (::close(std::exchange(descriptor_, -1)) != 0 && os_errno_ == 0) os_errno_ = errno;
    if (os_errno_ != 0) return error("finish");
    return {};
}

}  // namespace sequitur::probe
