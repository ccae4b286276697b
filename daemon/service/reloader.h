// New rules beside the running ones: compiled on a thread of its own, on SIGHUP or when a file
// changes.
//
// Watches the rule files and folders and the configuration files with inotify. After the last
// change of a burst it compiles all of them; what comes out waits in take() until the street can
// be exchanged. Faulty rules change nothing and are logged.
#pragma once

#include "core/file_descriptor.h"
#include "core/result.h"
#include "daemon/street.h"

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace sequitur {

class Reloader {
public:
    // Makes the judges of the files as they are now, or says why not. Called on the own thread.
    using Make = std::function<Result<std::unique_ptr<Judges>>()>;

    // `paths`: what is watched for changes; may be empty.
    Reloader(std::vector<std::string> paths, Make make);
    ~Reloader();

    void start();
    // Compile anew now, changed or not. Thread: any, signal handlers too.
    void request();

    // Whether take() has something. Thread: any.
    bool is_ready() const { return is_ready_.load(std::memory_order_acquire); }
    std::unique_ptr<Judges> take();

    std::uint64_t failures() const { return failures_.load(); }

private:
    void run();
    void watch();
    bool drain();
    void compile();

    const std::vector<std::string> paths_;
    const Make make_;
    FileDescriptor wake_, changes_;
    std::atomic<bool> is_stopping_{false}, is_ready_{false};
    std::atomic<std::uint64_t> failures_{0};
    std::mutex mutex_;
    std::unique_ptr<Judges> made_;
    std::thread thread_;
};

}  // namespace sequitur
