#include "daemon/outputs/spooling_receiver.h"

#include "core/log.h"

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace sequitur {

SpoolingReceiver::SpoolingReceiver(const OutputSettings& settings, std::unique_ptr<Spool> spool,
                                   std::unique_ptr<Receiver> inner)
    : settings_(settings), spool_(std::move(spool)), inner_(std::move(inner)) {}

SpoolingReceiver::~SpoolingReceiver() {
    patience_.end_at(Patience::Clock::now());
    finish(patience_);
}

void SpoolingReceiver::start() {
    thread_ = std::thread([this] { run(); });
}

Delivery SpoolingReceiver::deliver(std::span<const Message> messages, const Patience&) {
    Delivery delivery;
    for (; delivery.done < messages.size(); ++delivery.done) {
        const Spool::Append appended = spool_->append(messages[delivery.done].text);
        if (appended == Spool::Append::kDone) continue;
        const bool is_full = appended == Spool::Append::kFull;
        delivery = Delivery::refused(
            delivery.done,
            is_full ? "the spool is full" : std::string("spool: ") + std::strerror(errno));
        break;
    }
    spool_->sync();
    changed_.notify_one();
    return delivery;
}

// While the receiver works, what is left is brought to it; the rest is for the next start.
void SpoolingReceiver::finish(const Patience& patience) {
    if (!thread_.joinable()) return;
    while (spool_->messages() > 0 && !is_failing_ && !patience.is_over()) {
        std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    patience_.end_at(Patience::Clock::now());
    {
        const std::lock_guard lock(mutex_);
        is_stopping_ = true;
    }
    changed_.notify_all();
    inner_->abort();
    thread_.join();
}

SpoolCounters SpoolingReceiver::spool() const {
    return {true,           spool_->messages(), spool_->bytes(), delivered_.load(), refused_.load(),
            retries_.load()};
}

void SpoolingReceiver::wait(std::chrono::nanoseconds time) {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, time, [&] { return is_stopping_; });
}

void SpoolingReceiver::run() {
    std::chrono::nanoseconds delay = settings_.retry_first;
    std::vector<std::string> texts;
    std::vector<Message> messages;
    const auto is_stopping = [&] {
        const std::lock_guard lock(mutex_);
        return is_stopping_;
    };
    while (!is_stopping()) {
        if (spool_->messages() == 0) {
            std::unique_lock lock(mutex_);
            changed_.wait_for(lock, std::chrono::milliseconds(100),
                              [&] { return is_stopping_ || spool_->messages() > 0; });
            continue;
        }
        if (!is_failing_ && spool_->messages() < inner_->batch_max()) {
            wait(inner_->batch_delay());
        }
        texts.clear();
        messages.clear();
        spool_->peek(inner_->batch_max(), texts);
        for (std::string& text : texts) messages.push_back({nullptr, std::move(text)});
        if (send(messages)) {
            delay = settings_.retry_first;
            continue;
        }
        retries_.fetch_add(1);
        wait(delay);
        delay = std::min<std::chrono::nanoseconds>(delay * 2, settings_.retry_max);
    }
}

// False: once more, later.
bool SpoolingReceiver::send(std::vector<Message>& messages) {
    if (messages.empty()) return false;
    const Delivery delivery = inner_->deliver(messages, patience_);
    const bool must_retry = delivery.outcome == Delivery::Outcome::kRetry;
    if (delivery.outcome == Delivery::Outcome::kDone) {
        delivered_.fetch_add(messages.size());
        spool_->advance(messages.size());
    } else if (must_retry) {
        delivered_.fetch_add(delivery.done);
        spool_->advance(delivery.done);
    } else {
        delivered_.fetch_add(delivery.done);
        refused_.fetch_add(messages.size() - delivery.done);
        spool_->advance(messages.size());
        log_warning("output " + settings_.name + ": " + delivery.reason);
    }
    if (must_retry && !is_failing_) {
        log_warning("output " + settings_.name + ": " + delivery.reason +
                    "; alerts wait in the spool");
    }
    if (!must_retry && is_failing_) log_info("output " + settings_.name + ": works again");
    is_failing_ = must_retry;
    return !must_retry;
}

}  // namespace sequitur
