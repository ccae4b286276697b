#include "sequences/suppression_table.h"

#include "sequences/tracker_time.h"

namespace sequitur {

bool SuppressionTable::holds_back(const Key& values, std::int64_t time_ns,
                                  std::int64_t duration_ns) {
    // One sequence has one duration, so what was sent first is over first.
    while (!by_age_.empty() && later(sent_ns_[by_age_.front()], duration_ns) < time_ns) {
        sent_ns_.erase(by_age_.front());
        by_age_.pop_front();
    }
    if (sent_ns_.contains(values)) return true;
    if (by_age_.size() == kCombinationsMax) {
        sent_ns_.erase(by_age_.front());
        by_age_.pop_front();
    }
    sent_ns_.emplace(values, time_ns);
    by_age_.push_back(values);
    return false;
}

std::vector<std::pair<Key, std::int64_t>> SuppressionTable::entries() const {
    std::vector<std::pair<Key, std::int64_t>> entries;
    for (const Key& values : by_age_) entries.emplace_back(values, sent_ns_.at(values));
    return entries;
}

void SuppressionTable::restore(const std::vector<std::pair<Key, std::int64_t>>& entries) {
    for (const auto& [values, sent_ns] : entries) {
        if (by_age_.size() == kCombinationsMax) return;
        if (sent_ns_.emplace(values, sent_ns).second) by_age_.push_back(values);
    }
}

}  // namespace sequitur
