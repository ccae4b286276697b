// A spool in front of another receiver: takes messages at the disk's pace, and delivers them, from
// a thread of its own, at the other's.
#pragma once

#include "daemon/config/configuration.h"
#include "daemon/outputs/receiver.h"
#include "daemon/outputs/spool.h"

#include <atomic>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <thread>

namespace sequitur {

class SpoolingReceiver : public Receiver {
public:
    SpoolingReceiver(const OutputSettings& settings, std::unique_ptr<Spool> spool,
                     std::unique_ptr<Receiver> inner);
    ~SpoolingReceiver() override;

    void start() override;
    // Done when the spool has them.
    Delivery deliver(std::span<const Message> messages, const Patience& patience) override;
    void finish(const Patience& patience) override;
    void abort() override { inner_->abort(); }
    SpoolCounters spool() const override;

private:
    void run();
    bool send(std::vector<Message>& messages);
    void wait(std::chrono::nanoseconds time);

    const OutputSettings settings_;
    const std::unique_ptr<Spool> spool_;
    const std::unique_ptr<Receiver> inner_;
    Patience patience_;
    std::mutex mutex_;
    std::condition_variable changed_;
    bool is_stopping_ = false;
    std::atomic<bool> is_failing_{false};
    std::atomic<std::uint64_t> delivered_{0}, refused_{0}, retries_{0};
    std::thread thread_;
};

}  // namespace sequitur
