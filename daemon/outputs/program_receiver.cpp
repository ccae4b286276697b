#include "daemon/outputs/program_receiver.h"

#include <spawn.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

namespace sequitur {
namespace {

constexpr auto kEndWait = std::chrono::seconds(1);

}  // namespace

ProgramReceiver::~ProgramReceiver() {
    input_.reset();
    if (pid_ < 0) return;
    const auto end = Patience::Clock::now() + kEndWait;
    while (!has_ended() && Patience::Clock::now() < end) {
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    if (pid_ < 0) return;
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
}

bool ProgramReceiver::has_ended() {
    if (pid_ >= 0 && ::waitpid(pid_, nullptr, WNOHANG) == 0) return false;
    pid_ = -1;
    return true;
}

int ProgramReceiver::start_program() {
    if (pid_ >= 0 && !has_ended()) return 0;
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) return errno;
    const FileDescriptor read_end(ends[0]);
    input_ = FileDescriptor(ends[1]);
    ::fcntl(ends[1], F_SETFL, O_NONBLOCK);

    posix_spawn_file_actions_t files;
    posix_spawn_file_actions_init(&files);
    posix_spawn_file_actions_adddup2(&files, ends[0], STDIN_FILENO);
    // We ignore SIGPIPE; programs expect that they do not.
    posix_spawnattr_t attributes;
    posix_spawnattr_init(&attributes);
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGPIPE);
    posix_spawnattr_setsigdefault(&attributes, &signals);
    sigset_t none;
    sigemptyset(&none);
    posix_spawnattr_setsigmask(&attributes, &none);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK);

    std::vector<char*> arguments;
    for (const std::string& argument : settings_.command) {
        arguments.push_back(const_cast<char*>(argument.c_str()));
    }
    arguments.push_back(nullptr);
    const int error =
        ::posix_spawnp(&pid_, arguments[0], &files, &attributes, arguments.data(), environ);
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&files);
    if (error != 0) pid_ = -1;
    return error;
}

Delivery ProgramReceiver::deliver(std::span<const Message> messages, const Patience& patience) {
    for (std::size_t i = 0; i < messages.size(); ++i) {
        int error = start_program();
        if (error == 0) {
            const std::string line = messages[i].text + '\n';
            errno = 0;
            if (write_patiently(input_.get(), line, patience) == line.size()) continue;
            error = errno != 0 ? errno : ETIMEDOUT;
            // The rest of a line that was begun would be taken for a line.
            input_.reset();
            if (!has_ended()) {
                ::kill(pid_, SIGTERM);
                ::waitpid(pid_, nullptr, 0);
                pid_ = -1;
            }
        }
        return Delivery::retry(i, settings_.command[0] + ": " + std::strerror(error));
    }
    return {};
}

}  // namespace sequitur
