#include "probe/standard_input.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

namespace sequitur::probe {
namespace {

// A pipe's bytes can be had twice only through another pipe.
ssize_t peek_pipe(std::span<std::byte> bytes) {
    int copy[2];
    if (::pipe2(copy, O_CLOEXEC) != 0) return -1;
    ssize_t got = -1;
    do {
        got = ::tee(STDIN_FILENO, copy[1], bytes.size(), 0);
    } while (got < 0 && errno == EINTR);
    if (got > 0) got = ::read(copy[0], bytes.data(), bytes.size());
    ::close(copy[0]);
    ::close(copy[1]);
    return got;
}

}  // namespace

std::size_t peek_standard_input(std::span<std::byte> bytes) {
    struct stat status {};
    if (::fstat(STDIN_FILENO, &status) != 0) return 0;
    ssize_t got = -1;
    if (S_ISREG(status.st_mode)) {
        got = ::pread(STDIN_FILENO, bytes.data(), bytes.size(), ::lseek(STDIN_FILENO, 0, SEEK_CUR));
    } else if (S_ISFIFO(status.st_mode)) {
        got = peek_pipe(bytes);
    } else if (S_ISSOCK(status.st_mode)) {
        got = ::recv(STDIN_FILENO, bytes.data(), bytes.size(), MSG_PEEK);
    }
    return got > 0 ? static_cast<std::size_t>(got) : 0;
}

}  // namespace sequitur::probe
