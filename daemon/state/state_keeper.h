// The daemon's state on disk: read once at the start, written every few seconds and at the end.
//
// Bytes are made between two batches; the file is written by a thread of its own, to another name
// first, so that a kill at any moment leaves a whole one. A save that took long is followed by a
// longer pause: at most a fiftieth of the time goes into saving.
#pragma once

#include "core/file_descriptor.h"
#include "core/result.h"
#include "core/time.h"
#include "daemon/config/configuration.h"
#include "daemon/state/saved_host.h"
#include "daemon/state/snapshot_file.h"
#include "daemon/street.h"

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

namespace sequitur {

struct StateCounters {
    std::uint64_t written = 0, failed = 0, too_large = 0, bytes = 0;
    std::uint64_t restored = 0, dropped = 0, origins = 0;  // at the start
    double gap_seconds = 0;                                // that nobody watched before the start
};

class StateKeeper {
public:
    // `folder` "" keeps nothing.
    StateKeeper(std::string folder, const Configuration& configuration);
    ~StateKeeper();

    // What the last run left, if it was in this boot. Logs what is wrong with it. kRefused: another
    // daemon keeps its state there.
    Result<void> load();
    // The clock offset to go on with; 0: none is known.
    std::uint64_t boot_to_epoch_ns() const { return saved_ ? saved_->boot_to_epoch_ns : 0; }
    // Gives the street what was loaded, before its run; `now`: when watching begins.
    void restore(Street& street, Timestamp now);

    void start();
    bool is_due() const;
    // In an intermission, or after the run: the state as it is. `until`: watched up to here.
    void save(Street& street, std::uint64_t boot_to_epoch_ns, Timestamp until);
    // Writes what was saved last, and ends the thread.
    void finish();

    StateCounters counters() const;
    const HostInfo& host() const { return host_; }

private:
    void load_saved();
    void run();
    void write(const std::string& bytes);

    const std::string folder_;
    FileDescriptor lock_;  // of the folder
    const Duration interval_;
    const std::uint64_t bytes_max_;
    HostInfo host_;
    std::optional<SavedService> saved_;
    RestoredHost restored_host_;
    Timestamp restored_until_;              // what was known before a restart is told anew by then
    std::vector<AlertGap> gaps_;            // that open partial matches may span
    std::atomic<std::int64_t> next_ns_{0};  // steady clock

    mutable std::mutex mutex_;
    std::condition_variable changed_;
    std::optional<std::string> pending_;
    bool is_stopping_ = false;
    StateCounters counters_;
    std::thread thread_;
};

}  // namespace sequitur
