#include "daemon/held_command.h"

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>
#include <utility>

namespace sequitur {
namespace {

// The child's side. Only async-signal-safe calls: the program may have threads.
[[noreturn]] void wait_and_execute(int gate, char* const* arguments) {
    std::signal(SIGPIPE, SIG_DFL);
    char go = 0;
    if (::read(gate, &go, 1) != 1) ::_exit(0);
    ::execvp(arguments[0], arguments);
    const char* why = std::strerror(errno);
    for (const char* part :
         {"sequitur: ", static_cast<const char*>(arguments[0]), ": ", why, "\n"}) {
        if (::write(STDERR_FILENO, part, std::strlen(part)) < 0) break;
    }
    ::_exit(127);
}

}  // namespace

Result<HeldCommand> HeldCommand::start(const std::vector<std::string>& command) {
    std::vector<std::string> copies = command;
    std::vector<char*> arguments;
    for (std::string& copy : copies) arguments.push_back(copy.data());
    arguments.push_back(nullptr);

    int gate[2];
    if (::pipe2(gate, O_CLOEXEC) != 0) {
        return fail(Error::Code::kIo, std::string("pipe: ") + std::strerror(errno), errno);
    }
    const pid_t pid = ::fork();
    if (pid < 0) {
        const int why = errno;
        ::close(gate[0]);
        ::close(gate[1]);
        return fail(Error::Code::kIo, std::string("fork: ") + std::strerror(why), why);
    }
    if (pid == 0) {
        ::close(gate[1]);
        wait_and_execute(gate[0], arguments.data());
    }
    ::close(gate[0]);
    return HeldCommand(pid, gate[1]);
}

HeldCommand::HeldCommand(HeldCommand&& other) noexcept
    : pid_(std::exchange(other.pid_, -1)),
      gate_(std::exchange(other.gate_, -1)),
      has_ended_(other.has_ended_),
      exit_status_(other.exit_status_) {}

HeldCommand::~HeldCommand() {
    if (gate_ >= 0) ::close(gate_);
}

void HeldCommand::release() {
    if (gate_ < 0) return;
    const char go = 1;
    [[maybe_unused]] const auto written = ::write(gate_, &go, 1);
    ::close(gate_);
    gate_ = -1;
}

bool HeldCommand::has_ended() {
    if (has_ended_ || pid_ < 0) return true;
    int status = 0;
    if (::waitpid(pid_, &status, WNOHANG) != pid_) return false;
    has_ended_ = true;
    exit_status_ = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    return true;
}

}  // namespace sequitur
