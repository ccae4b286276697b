#include "sequences/loss_log.h"

#include <algorithm>

namespace sequitur {

void LossLog::note_events(std::int64_t first_ns, std::int64_t last_ns, std::uint64_t count) {
    if (count == 0) return;
    if (losses_.size() == kEntriesMax) {
        Loss& second = losses_[1];
        second.first_ns = std::min(second.first_ns, losses_[0].first_ns);
        second.last_ns = std::max(second.last_ns, losses_[0].last_ns);
        second.count += losses_[0].count;
        losses_.pop_front();
    }
    losses_.push_back({std::min(first_ns, last_ns), std::max(first_ns, last_ns), count});
}

void LossLog::note_gap(Timestamp first, Timestamp last) {
    if (last < first) return;
    if (gaps_.size() == kGapsMax) gaps_.pop_front();
    gaps_.push_back({first, last});
}

std::vector<AlertGap> LossLog::gaps(std::int64_t from_ns, std::int64_t to_ns) const {
    std::vector<AlertGap> found;
    for (const AlertGap& gap : gaps_) {
        const bool meets = gap.last.time_since_epoch().count() >= from_ns &&
                           gap.first.time_since_epoch().count() <= to_ns;
        if (meets) found.push_back(gap);
    }
    return found;
}

void LossLog::note_eviction(const Eviction& eviction) {
    if (order_.size() == kKeysMax) {
        const auto oldest = evicted_.find(order_.front());
        if (--oldest->second.entries == 0) evicted_.erase(oldest);
        order_.pop_front();
    }
    const Place place{eviction.key, eviction.sequence};
    Evicted& evicted = evicted_[place];
    evicted.last_ns = std::max(evicted.last_ns, eviction.time_ns);
    ++evicted.count;
    ++evicted.entries;
    order_.push_back(place);
}

std::uint64_t LossLog::events_lost(std::int64_t from_ns, std::int64_t to_ns) const {
    std::uint64_t count = 0;
    for (const Loss& loss : losses_) {
        if (loss.last_ns >= from_ns && loss.first_ns <= to_ns) count += loss.count;
    }
    return count;
}

std::uint64_t LossLog::evicted(std::uint32_t sequence, const Key& key, std::int64_t from_ns) const {
    const auto found = evicted_.find({key, sequence});
    return found != evicted_.end() && found->second.last_ns >= from_ns ? found->second.count : 0;
}

}  // namespace sequitur
