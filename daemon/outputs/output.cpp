#include "daemon/outputs/output.h"

#include "core/glob.h"
#include "core/log.h"

#include <algorithm>
#include <random>

namespace sequitur {
namespace {

AlertFormat format_of(const OutputSettings& settings, bool is_json) {
    if (!settings.format.empty()) return parse_alert_format(settings.format);
    return is_json || settings.type == "http" ? AlertFormat::kJson : AlertFormat::kText;
}

// Outputs that fail together should not come back together.
std::chrono::nanoseconds varied(std::chrono::nanoseconds time) {
    static thread_local std::minstd_rand engine(std::random_device{}());
    std::uniform_real_distribution<double> factor(0.5, 1.0);
    return std::chrono::nanoseconds(
        static_cast<std::int64_t>(static_cast<double>(time.count()) * factor(engine)));
}

}  // namespace

Output::Output(const OutputSettings& settings, Priority priority, bool is_json,
               std::unique_ptr<Receiver> receiver)
    : settings_(settings),
      priority_(std::min(priority, settings.priority)),
      format_(format_of(settings, is_json)),
      receiver_(std::move(receiver)) {}

Output::~Output() { stop(Patience::Clock::now()); }

bool Output::wants(const Alert& alert) const {
    if (alert.priority > priority_) return false;
    const auto matches_rule = [&](const std::string& glob) {
        return glob_matches(glob, alert.rule);
    };
    const auto has_tag = [&](const std::string& tag) {
        return std::find(alert.tags.begin(), alert.tags.end(), tag) != alert.tags.end();
    };
    const auto& rules = settings_.rules;
    const auto& tags = settings_.tags;
    return (rules.empty() || std::any_of(rules.begin(), rules.end(), matches_rule)) &&
           (tags.empty() || std::any_of(tags.begin(), tags.end(), has_tag));
}

void Output::offer(const std::shared_ptr<const Alert>& alert, std::size_t bytes) {
    offered_.fetch_add(1, std::memory_order_relaxed);
    {
        const std::lock_guard lock(mutex_);
        const bool is_full = queue_.size() >= settings_.queue_alerts ||
                             queued_bytes_ + bytes > settings_.queue_bytes;
        if (is_full || is_stopping_) {
            lost_full_.fetch_add(1, std::memory_order_relaxed);
            return;
        }
        queue_.emplace_back(alert, bytes);
        queued_bytes_ += bytes;
    }
    changed_.notify_one();
}

void Output::start() {
    receiver_->start();
    thread_ = std::thread([this] { run(); });
}

void Output::reopen() {
    must_reopen_.store(true);
    changed_.notify_one();
}

void Output::begin_stop(Patience::Clock::time_point end) {
    patience_.end_at(end);
    {
        const std::lock_guard lock(mutex_);
        is_stopping_ = true;
    }
    changed_.notify_all();
}

void Output::stop(Patience::Clock::time_point end) {
    if (!thread_.joinable()) return;
    begin_stop(end);
    {
        std::unique_lock lock(mutex_);
        const bool has_ended = changed_.wait_until(lock, end, [&] { return has_ended_; });
        lock.unlock();
        // The receiver may be in a call that knows no patience.
        if (!has_ended) receiver_->abort();
    }
    thread_.join();
}

void Output::run() {
    std::vector<Message> batch;
    while (take(batch)) deliver(batch);
    receiver_->finish(patience_);
    const std::lock_guard lock(mutex_);
    has_ended_ = true;
    changed_.notify_all();
}

// Waits for alerts, and a little for more of them. False: the end.
bool Output::take(std::vector<Message>& batch) {
    batch.clear();
    std::vector<std::shared_ptr<const Alert>> alerts;
    {
        std::unique_lock lock(mutex_);
        const auto has_work = [&] {
            return !queue_.empty() || is_stopping_ || must_reopen_.load();
        };
        changed_.wait(lock, has_work);
        const std::size_t batch_max = receiver_->batch_max();
        const auto delay = receiver_->batch_delay();
        if (delay.count() > 0 && !queue_.empty()) {
            changed_.wait_for(lock, delay,
                              [&] { return queue_.size() >= batch_max || is_stopping_; });
        }
        if (queue_.empty() && is_stopping_) return false;
        if (patience_.is_over()) {
            lost_stopped_.fetch_add(queue_.size());
            queue_.clear();
            return false;
        }
        while (!queue_.empty() && alerts.size() < batch_max) {
            alerts.push_back(std::move(queue_.front().first));
            queued_bytes_ -= queue_.front().second;
            queue_.pop_front();
        }
    }
    if (must_reopen_.exchange(false)) receiver_->reopen();
    for (auto& alert : alerts) {
        std::string text = render_alert(*alert, format_);
        batch.push_back({std::move(alert), std::move(text)});
    }
    return true;
}

void Output::deliver(std::vector<Message>& batch) {
    std::size_t first = 0;
    std::chrono::nanoseconds delay = settings_.retry_first;
    while (first < batch.size()) {
        const Delivery delivery = receiver_->deliver(std::span(batch).subspan(first), patience_);
        if (delivery.outcome == Delivery::Outcome::kDone) {
            delivered_.fetch_add(batch.size() - first, std::memory_order_relaxed);
            if (is_in_trouble_) log_info("output " + settings_.name + ": works again");
            is_in_trouble_ = false;
            return;
        }
        first += delivery.done;
        delivered_.fetch_add(delivery.done, std::memory_order_relaxed);
        say_trouble(delivery.reason);
        if (delivery.outcome == Delivery::Outcome::kRefused) {
            lost_refused_.fetch_add(batch.size() - first, std::memory_order_relaxed);
            return;
        }
        if (delivery.done > 0) delay = settings_.retry_first;
        retries_.fetch_add(1, std::memory_order_relaxed);
        if (!pause(varied(delay))) {
            lost_stopped_.fetch_add(batch.size() - first, std::memory_order_relaxed);
            return;
        }
        delay = std::min<std::chrono::nanoseconds>(delay * 2, settings_.retry_max);
        if (must_reopen_.exchange(false)) receiver_->reopen();
    }
}

bool Output::pause(std::chrono::nanoseconds time) {
    const auto end = Patience::Clock::now() + time;
    while (Patience::Clock::now() < end) {
        if (patience_.is_over()) return false;
        if (must_reopen_.load()) return true;
        std::this_thread::sleep_for(std::min<std::chrono::nanoseconds>(
            std::chrono::milliseconds(20), end - Patience::Clock::now()));
    }
    return !patience_.is_over();
}

// Once for each time of trouble, not for each attempt.
void Output::say_trouble(const std::string& reason) {
    if (is_in_trouble_) return;
    is_in_trouble_ = true;
    log_warning("output " + settings_.name + ": " + reason);
}

OutputCounters Output::counters() const {
    OutputCounters counters;
    counters.name = settings_.name;
    counters.type = settings_.type;
    counters.offered = offered_.load();
    const SpoolCounters spool = receiver_->spool();
    counters.spooled = spool.waiting;
    counters.spooled_bytes = spool.waiting_bytes;
    counters.delivered = spool.is_spooling ? spool.delivered : delivered_.load();
    counters.lost_full = lost_full_.load();
    counters.lost_refused = lost_refused_.load() + spool.refused;
    counters.lost_stopped = lost_stopped_.load();
    counters.retries = retries_.load() + spool.retries;
    const std::lock_guard lock(mutex_);
    counters.queued = queue_.size();
    return counters;
}

}  // namespace sequitur
