// One output: a filter, a bounded queue, and a thread that brings alerts to the receiver.
//
// offer() never waits for the receiver: the lock it takes is held for the time of a few pointer
// moves. What does not fit into the queue is lost and counted.
#pragma once

#include "core/alert.h"
#include "daemon/config/configuration.h"
#include "daemon/outputs/receiver.h"

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace sequitur {

// Of one output; all but `queued` and the spool's only grow.
struct OutputCounters {
    std::string name, type;
    std::uint64_t offered = 0;    // passed the filter
    std::uint64_t delivered = 0;  // the receiver has them
    std::uint64_t lost_full = 0, lost_refused = 0, lost_stopped = 0;
    std::uint64_t retries = 0;
    std::uint64_t queued = 0, spooled = 0, spooled_bytes = 0;
    std::uint64_t lost() const { return lost_full + lost_refused + lost_stopped; }
};

class Output {
public:
    // `priority`: the least one of all outputs. `is_json`: the format where none is given.
    Output(const OutputSettings& settings, Priority priority, bool is_json,
           std::unique_ptr<Receiver> receiver);
    ~Output();

    // Whether the filter lets it pass.
    bool wants(const Alert& alert) const;
    // Queues it, if it is wanted and there is room. Thread: one.
    void offer(const std::shared_ptr<const Alert>& alert, std::size_t bytes);
    // Begins to deliver. After privileges were given up, so that the thread has none.
    void start();
    // Asks the receiver to open its file anew before the next message. Thread: any.
    void reopen();
    // Tells the thread to end when the queue is empty, or at `end`.
    void begin_stop(std::chrono::steady_clock::time_point end);
    // What is queued has until `end`; then the thread ends and the rest counts as lost.
    void stop(std::chrono::steady_clock::time_point end);

    // Thread: any.
    OutputCounters counters() const;

private:
    void run();
    bool take(std::vector<Message>& batch);
    void deliver(std::vector<Message>& batch);
    // False when the end came first.
    bool pause(std::chrono::nanoseconds time);
    void say_trouble(const std::string& reason);

    const OutputSettings settings_;
    const Priority priority_;
    const AlertFormat format_;
    const std::unique_ptr<Receiver> receiver_;
    Patience patience_;

    mutable std::mutex mutex_;
    std::condition_variable changed_;
    std::deque<std::pair<std::shared_ptr<const Alert>, std::size_t>> queue_;
    std::size_t queued_bytes_ = 0;
    bool is_stopping_ = false, has_ended_ = false;

    std::atomic<bool> must_reopen_{false};
    std::atomic<std::uint64_t> offered_{0}, delivered_{0}, lost_full_{0}, lost_refused_{0},
        lost_stopped_{0}, retries_{0};
    bool is_in_trouble_ = false;  // the thread's
    std::thread thread_;
};

}  // namespace sequitur
