#include "daemon/state/state_keeper.h"

#include "core/log.h"
#include "daemon/rule_loader.h"
#include "daemon/state/atomic_file.h"

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sys/file.h>

namespace sequitur {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t kFilesMax = 16384;
constexpr std::size_t kGapsMax = 64;  // what an engine remembers
constexpr int kCostShare = 50;        // a save is followed by a pause of so many times its length
// Two clocks of one boot further apart than this: the wall clock was set. Times of records go with
// it, and what was known by the old ones is not known again.
constexpr std::int64_t kClockStepMax = 2'000'000'000;

std::int64_t steady_ns() { return Clock::now().time_since_epoch().count(); }

std::int64_t clock_offset_ns() {
    timespec wall{};
    timespec boot{};
    ::clock_gettime(CLOCK_REALTIME, &wall);
    ::clock_gettime(CLOCK_BOOTTIME, &boot);
    return (wall.tv_sec - boot.tv_sec) * 1'000'000'000 + (wall.tv_nsec - boot.tv_nsec);
}

std::string path_in(const std::string& folder) { return folder + "/state"; }

}  // namespace

StateKeeper::StateKeeper(std::string folder, const Configuration& configuration)
    : folder_(std::move(folder)),
      interval_(configuration.snapshot_interval),
      bytes_max_(configuration.snapshot_bytes_max) {
    host_.hostname = host_name();
    host_.boot_id = read_boot_id();
}

StateKeeper::~StateKeeper() { finish(); }

Result<void> StateKeeper::load() {
    if (folder_.empty()) return {};
    std::error_code error;
    std::filesystem::create_directories(folder_, error);
    lock_ = FileDescriptor(::open(folder_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (lock_ && ::flock(lock_.get(), LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK) {
        return fail(Error::Code::kRefused,
                    folder_ +
                        ": another daemon keeps its state there. Give this one a 'state.dir' "
                        "of its own",
                    errno);
    }
    load_saved();
    return {};
}

void StateKeeper::load_saved() {
    std::ifstream file(path_in(folder_), std::ios::binary);
    if (!file) return;
    const std::string bytes{std::istreambuf_iterator<char>(file), {}};
    auto saved = read_service(bytes);
    if (!saved) {
        log_warning(path_in(folder_) + ": " + saved.error().message);
        return;
    }
    if (saved->boot_id != host_.boot_id) {
        log_info("the saved state is of an earlier boot: partial matches start anew");
        return;
    }
    const auto offset = static_cast<std::int64_t>(saved->boot_to_epoch_ns);
    if (std::abs(offset - clock_offset_ns()) > kClockStepMax) {
        log_warning("the clock was set since the state was saved: partial matches start anew");
        return;
    }
    saved_ = std::move(*saved);
}

void StateKeeper::restore(Street& street, Timestamp now) {
    if (!saved_) return;
    const auto restored = street.engine().restore(saved_->engine, host_.boot_id);
    if (!restored) {
        log_warning(restored.error().message);
        saved_.reset();
        return;
    }
    const auto origins = restored_host_.restore(saved_->host, street.state());
    restored_until_ = now;
    if (!origins) log_warning(origins.error().message);
    gaps_ = std::move(saved_->gaps);
    gaps_.push_back({saved_->watched_until, now});
    if (gaps_.size() > kGapsMax) gaps_.erase(gaps_.begin());
    for (const AlertGap& gap : gaps_) street.note_gap(gap.first, gap.last);
    counters_.restored = restored->restored;
    counters_.dropped = restored->dropped;
    counters_.origins = origins.value_or(0);
    counters_.gap_seconds = std::chrono::duration<double>(now - saved_->watched_until).count();
    log_info("resumed " + std::to_string(counters_.restored) + " partial matches (" +
             std::to_string(counters_.dropped) + " dropped) and the origins of " +
             std::to_string(counters_.origins) + " files; nobody watched for " +
             std::to_string(counters_.gap_seconds) + " s");
    saved_.reset();
}

void StateKeeper::start() {
    if (folder_.empty()) return;
    next_ns_ = steady_ns() + interval_.count();
    thread_ = std::thread([this] { run(); });
}

bool StateKeeper::is_due() const {
    return thread_.joinable() && interval_.count() > 0 && steady_ns() >= next_ns_.load();
}

void StateKeeper::save(Street& street, std::uint64_t boot_to_epoch_ns, Timestamp until) {
    if (!thread_.joinable()) return;
    const std::int64_t begin = steady_ns();
    SavedService saved;
    saved.boot_id = host_.boot_id;
    saved.boot_to_epoch_ns = boot_to_epoch_ns;
    saved.watched_until = until;
    saved.gaps = gaps_;
    saved.engine = street.engine().save(host_);
    if (until > restored_until_) street.state().forget_earlier_processes();
    saved.host = save_host(street.state(), host_, kFilesMax);
    std::string bytes = write_service(saved);
    const std::int64_t end = steady_ns();
    next_ns_ = end + std::max<std::int64_t>(interval_.count(), (end - begin) * kCostShare);
    {
        const std::lock_guard lock(mutex_);
        if (bytes.size() > bytes_max_) {
            if (counters_.too_large++ == 0) {
                log_warning("the state takes " + std::to_string(bytes.size()) +
                            " bytes, more than state.snapshot_max; it is not written");
            }
            return;
        }
        pending_ = std::move(bytes);
    }
    changed_.notify_one();
}

void StateKeeper::run() {
    std::unique_lock lock(mutex_);
    while (true) {
        changed_.wait(lock, [&] { return pending_ || is_stopping_; });
        if (!pending_) return;
        const std::string bytes = std::move(*pending_);
        pending_.reset();
        lock.unlock();
        write(bytes);
        lock.lock();
    }
}

void StateKeeper::write(const std::string& bytes) {
    const auto written = replace_file(path_in(folder_), bytes, true);
    const std::lock_guard lock(mutex_);
    if (written) {
        ++counters_.written;
        counters_.bytes = bytes.size();
    } else if (counters_.failed++ == 0) {
        log_error("the state cannot be written: " + written.error().message);
    }
}

void StateKeeper::finish() {
    if (!thread_.joinable()) return;
    {
        const std::lock_guard lock(mutex_);
        is_stopping_ = true;
    }
    changed_.notify_one();
    thread_.join();
}

StateCounters StateKeeper::counters() const {
    const std::lock_guard lock(mutex_);
    return counters_;
}

}  // namespace sequitur
