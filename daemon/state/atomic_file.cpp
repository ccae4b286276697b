#include "daemon/state/atomic_file.h"

#include "core/file_descriptor.h"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <unistd.h>

namespace sequitur {
namespace {

bool write_all(int fd, std::string_view bytes) {
    while (!bytes.empty()) {
        const ssize_t wrote = ::write(fd, bytes.data(), bytes.size());
        if (wrote < 0 && errno != EINTR) return false;
        if (wrote > 0) bytes.remove_prefix(static_cast<std::size_t>(wrote));
    }
    return true;
}

}  // namespace

Result<void> replace_file(const std::string& path, std::string_view bytes, bool is_durable) {
    const std::string fresh = path + ".new";
    const auto refuse = [&]() -> Result<void> {
        const int error = errno;
        ::unlink(fresh.c_str());
        return fail(Error::Code::kIo, path + ": " + std::strerror(error), error);
    };
    FileDescriptor file(::open(fresh.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
    if (!file || !write_all(file.get(), bytes)) return refuse();
    if (is_durable && ::fsync(file.get()) != 0) return refuse();
    file.reset();
    if (::rename(fresh.c_str(), path.c_str()) != 0) return refuse();
    if (is_durable) {
        const std::string folder = std::filesystem::path(path).parent_path().string();
        const FileDescriptor parent(
            ::open(folder.empty() ? "." : folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
        if (parent) ::fsync(parent.get());
    }
    return {};
}

}  // namespace sequitur
