// Where an output's messages end up: a stream, a socket, a server, a spool.
//
// Called by the one thread of its output (daemon/outputs/output.h); may take its time there, within
// the bounds that Patience sets.
#pragma once

#include "daemon/outputs/message.h"

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace sequitur {

// Until when a receiver may be waited for: for ever, or, once the program ends, until a deadline.
class Patience {
public:
    using Clock = std::chrono::steady_clock;

    bool is_over() const {
        const std::int64_t end = end_ns_.load(std::memory_order_relaxed);
        return end != 0 && Clock::now().time_since_epoch().count() >= end;
    }
    bool is_stopping() const { return end_ns_.load(std::memory_order_relaxed) != 0; }
    // Thread: any.
    void end_at(Clock::time_point time) {
        end_ns_.store(time.time_since_epoch().count(), std::memory_order_relaxed);
    }

private:
    std::atomic<std::int64_t> end_ns_{0};
};

// What became of a call of deliver().
struct Delivery {
    enum class Outcome : std::uint8_t {
        kDone,     // all of them
        kRetry,    // those behind the first `done` once more, later
        kRefused,  // those behind the first `done` will never be taken
    };
    Outcome outcome = Outcome::kDone;
    std::size_t done = 0;  // kRetry, kRefused
    std::string reason;    // for the log

    static Delivery retry(std::size_t done, std::string reason) {
        return {Outcome::kRetry, done, std::move(reason)};
    }
    static Delivery refused(std::size_t done, std::string reason) {
        return {Outcome::kRefused, done, std::move(reason)};
    }
};

struct SpoolCounters {
    bool is_spooling = false;
    std::uint64_t waiting = 0, waiting_bytes = 0;           // now
    std::uint64_t delivered = 0, refused = 0, retries = 0;  // since the start
};

class Receiver {
public:
    virtual ~Receiver() = default;

    // Before the first message, when privileges were given up: threads are begun here.
    virtual void start() {}
    // Hands over messages in order. Waits no longer than `patience` allows.
    virtual Delivery deliver(std::span<const Message> messages, const Patience& patience) = 0;

    // How many deliver() takes at most, and how long it pays to wait for more.
    virtual std::size_t batch_max() const { return 64; }
    virtual std::chrono::nanoseconds batch_delay() const { return {}; }

    // Begins anew with a file of the same name: the old one was moved away.
    virtual void reopen() {}
    // Nothing more will come: brings on what it holds itself, while patience lasts.
    virtual void finish(const Patience&) {}
    // The deadline has passed: a deliver() under way has to return. Thread: any.
    virtual void abort() {}
    // Of a spool between deliver() and the receiver proper. Thread: any.
    virtual SpoolCounters spool() const { return {}; }
};

// Writes all of `bytes` to `fd`, which may be blocking or not, without ever being stuck in a call.
// Returns how many went out; fewer than all: errno, or 0 when patience was over.
std::size_t write_patiently(int fd, std::string_view bytes, const Patience& patience);

}  // namespace sequitur
