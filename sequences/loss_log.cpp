#include "sequences/loss_log.h"

#include <algorithm>

namespace sequitur {

void LossLog::note_events(std::int64_t time_ns, std::uint64_t count) {
    if (count == 0) return;
    if (losses_.size() == kEntriesMax) {
        Loss& second = losses_[1];
        second.first_ns = std::min(second.first_ns, losses_[0].first_ns);
        second.last_ns = std::max(second.last_ns, losses_[0].last_ns);
        second.count += losses_[0].count;
        losses_.pop_front();
    }
    losses_.push_back({time_ns, time_ns, count});
}

void LossLog::note_eviction(const Eviction& eviction) {
    if (evictions_.size() == kEntriesMax) evictions_.pop_front();
    evictions_.push_back(eviction);
}

std::uint64_t LossLog::events_lost(std::int64_t from_ns, std::int64_t to_ns) const {
    std::uint64_t count = 0;
    for (const Loss& loss : losses_) {
        if (loss.last_ns >= from_ns && loss.first_ns <= to_ns) count += loss.count;
    }
    return count;
}

std::uint64_t LossLog::evicted(std::uint32_t sequence, const Key& key, std::int64_t from_ns) const {
    return static_cast<std::uint64_t>(
        std::count_if(evictions_.begin(), evictions_.end(), [&](const Eviction& eviction) {
            return eviction.sequence == sequence && eviction.key == key &&
                   eviction.time_ns >= from_ns;
        }));
}

}  // namespace sequitur
