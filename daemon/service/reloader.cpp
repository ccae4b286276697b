#include "daemon/service/reloader.h"

#include "core/log.h"
#include "daemon/service/notify.h"

#include <array>
#include <cstdint>
#include <filesystem>
#include <poll.h>
#include <set>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <unistd.h>

namespace sequitur {
namespace {

// Editors and package managers write a file in several steps.
constexpr int kQuietMs = 150;

// A symbolic link of a mounted ConfigMap changes by a rename in the folder.
constexpr std::uint32_t kChanges = IN_CLOSE_WRITE | IN_MOVED_TO | IN_MOVED_FROM | IN_CREATE |
                                   IN_DELETE | IN_DELETE_SELF | IN_MOVE_SELF | IN_ATTRIB;

}  // namespace

Reloader::Reloader(std::vector<std::string> paths, Make make)
    : paths_(std::move(paths)),
      make_(std::move(make)),
      wake_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)),
      changes_(::inotify_init1(IN_CLOEXEC | IN_NONBLOCK)) {
    watch();
}

Reloader::~Reloader() {
    is_stopping_ = true;
    request();
    if (thread_.joinable()) thread_.join();
}

void Reloader::start() {
    thread_ = std::thread([this] { run(); });
}

void Reloader::request() {
    const std::uint64_t one = 1;
    // A counter that is full wakes as well.
    if (::write(wake_.get(), &one, sizeof one) < 0) return;
}

// Files are watched by their folders: editors put a new file in the old one's place.
void Reloader::watch() {
    std::set<std::string> folders;
    std::error_code error;
    for (const std::string& path : paths_) {
        const std::filesystem::path absolute = std::filesystem::absolute(path, error);
        folders.insert(std::filesystem::is_directory(absolute, error)
                           ? absolute.string()
                           : absolute.parent_path().string());
    }
    for (const std::string& folder : folders) {
        if (::inotify_add_watch(changes_.get(), folder.c_str(), kChanges) < 0) {
            log_debug("changes in " + folder + " are not noticed");
        }
    }
}

// Reads what was reported. Whether any of it is about a rule or configuration file.
bool Reloader::drain() {
    alignas(inotify_event) std::array<char, 16384> buffer{};
    bool is_relevant = false;
    while (true) {
        const ssize_t size = ::read(changes_.get(), buffer.data(), buffer.size());
        if (size <= 0) return is_relevant;
        for (ssize_t at = 0; at < size;) {
            const auto* event = reinterpret_cast<const inotify_event*>(buffer.data() + at);
            const std::string_view name = event->len > 0 ? event->name : "";
            const bool is_yaml = name.ends_with(".yaml") || name.ends_with(".yml");
            // ..data is how Kubernetes swaps the files of a mounted ConfigMap.
            is_relevant = is_relevant || name.empty() || is_yaml || name == "..data";
            at += static_cast<ssize_t>(sizeof(inotify_event) + event->len);
        }
    }
}

void Reloader::run() {
    bool is_pending = false;
    while (!is_stopping_) {
        std::array<pollfd, 2> ready{pollfd{wake_.get(), POLLIN, 0},
                                    pollfd{changes_.get(), POLLIN, 0}};
        const int count = ::poll(ready.data(), ready.size(), is_pending ? kQuietMs : -1);
        if (is_stopping_) return;
        if (count == 0) {
            is_pending = false;
            watch();  // a folder may have been made anew
            compile();
        }
        if ((ready[0].revents & POLLIN) != 0) {
            std::uint64_t requests = 0;
            if (::read(wake_.get(), &requests, sizeof requests) > 0) is_pending = true;
        }
        if ((ready[1].revents & POLLIN) != 0) is_pending = drain() || is_pending;
    }
}

void Reloader::compile() {
    auto judges = make_();
    if (!judges) {
        ++failures_;
        log_error("reload: " + judges.error().message + "; the old rules go on");
        notify_manager("READY=1");
        return;
    }
    const std::lock_guard lock(mutex_);
    made_ = std::move(*judges);
    is_ready_.store(true, std::memory_order_release);
}

std::unique_ptr<Judges> Reloader::take() {
    const std::lock_guard lock(mutex_);
    is_ready_.store(false, std::memory_order_release);
    return std::move(made_);
}

}  // namespace sequitur
