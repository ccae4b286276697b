// all_of is a matching problem: events on one side, parts on the other, an edge where the event
// satisfies the part, and each event may fill one part. The sets of events that can be matched
// together are a matroid, so taking each event as it comes, if the set with it can still be
// matched, gives the set of the earliest events that any method could give, and never has to take
// one back. Sets are as small as all_of is (at most 32), so whether one can be matched is asked
// with plain augmenting paths.
#include "sequences/gathering.h"

#include <algorithm>
#include <bit>
#include <utility>

namespace sequitur {
namespace {

// Events that repeat what others already count are kept for when those fall out of the window, up
// to this many times the size of the task.
constexpr std::size_t kSparesPerEvent = 4;
constexpr std::size_t kEntriesMin = 64;

// Tries to give `event` a part, moving others over. masks[e]: parts that e satisfies.
bool augment(const std::vector<std::uint32_t>& masks, std::size_t event, std::vector<int>& owner,
             std::uint32_t& seen) {
    for (std::uint32_t open = masks[event] & ~seen; open != 0; open = masks[event] & ~seen) {
        const auto part = static_cast<std::size_t>(std::countr_zero(open));
        seen |= std::uint32_t{1} << part;
        if (owner[part] < 0 || augment(masks, static_cast<std::size_t>(owner[part]), owner, seen)) {
            owner[part] = static_cast<int>(event);
            return true;
        }
    }
    return false;
}

// Whether all of `masks` can be matched, without the parts in `taken`.
bool matchable(const std::vector<std::uint32_t>& masks, std::uint32_t taken) {
    std::vector<int> owner(32, -1);
    for (std::size_t e = 0; e < masks.size(); ++e) {
        std::uint32_t seen = taken;
        if (!augment(masks, e, owner, seen)) return false;
    }
    return true;
}

}  // namespace

void Gathering::begin_parts(std::uint32_t part_count) {
    begin_count(0, false);
    part_count_ = part_count;
}

void Gathering::begin_count(std::uint32_t at_least, bool is_distinct) {
    entries_.clear();
    values_.clear();
    head_ = 0;
    part_count_ = filled_ = 0;
    at_least_ = at_least;
    is_distinct_ = is_distinct;
}

bool Gathering::can_fill(std::uint32_t parts) const {
    std::vector<std::uint32_t> masks;
    for (std::size_t i = head_; i < entries_.size(); ++i) {
        if (entries_[i].counts) masks.push_back(entries_[i].parts);
    }
    masks.push_back(parts);
    return masks.size() <= part_count_ && matchable(masks, 0);
}

bool Gathering::wants(std::uint32_t parts) { return parts != 0 && can_fill(parts); }

void Gathering::add(Entry entry) {
    entry.counts = part_count_ == 0 || can_fill(entry.parts);
    filled_ += part_count_ > 0 && entry.counts ? 1u : 0u;
    if (is_distinct_) ++values_[entry.value];
    entries_.push_back(std::move(entry));
    trim();
}

void Gathering::drop_before(std::int64_t time_ns) {
    const std::size_t before = head_;
    while (head_ < entries_.size() &&
           (entries_[head_].event->time().time_since_epoch().count() < time_ns ||
            !entries_[head_].opens)) {
        if (is_distinct_) {
            const auto value = values_.find(entries_[head_].value);
            if (--value->second == 0) values_.erase(value);
        }
        entries_[head_++].event = {};
    }
    if (head_ == before) return;
    if (head_ * 2 > entries_.size()) {
        entries_.erase(entries_.begin(), entries_.begin() + static_cast<std::ptrdiff_t>(head_));
        head_ = 0;
    }
    if (part_count_ > 0) recount();
}

void Gathering::recount() {
    filled_ = 0;
    for (std::size_t i = head_; i < entries_.size(); ++i) entries_[i].counts = false;
    for (std::size_t i = head_; i < entries_.size(); ++i) {
        entries_[i].counts = can_fill(entries_[i].parts);
        filled_ += entries_[i].counts ? 1u : 0u;
    }
}

bool Gathering::is_done() const {
    if (part_count_ > 0) return filled_ == part_count_;
    return (is_distinct_ ? values_.size() : size()) >= at_least_;
}

// Drops the oldest event without which as much is done as with it.
void Gathering::trim() {
    const std::size_t most = std::max(kEntriesMin, kSparesPerEvent * (at_least_ + part_count_));
    if (size() <= most) return;
    for (std::size_t i = head_; i < entries_.size(); ++i) {
        const bool is_spare =
            is_distinct_ ? values_[entries_[i].value] > 1 : part_count_ > 0 && !entries_[i].counts;
        if (!is_spare) continue;
        if (is_distinct_) --values_[entries_[i].value];
        entries_.erase(entries_.begin() + static_cast<std::ptrdiff_t>(i));
        return;
    }
}

std::vector<std::pair<const Gathering::Entry*, std::uint32_t>> Gathering::assignment() const {
    std::vector<std::pair<const Entry*, std::uint32_t>> result;
    std::vector<std::uint32_t> masks;
    for (std::size_t i = head_; i < entries_.size(); ++i) {
        if (!entries_[i].counts) continue;
        result.emplace_back(&entries_[i], 0);
        masks.push_back(entries_[i].parts);
    }
    std::uint32_t taken = 0;
    for (auto& [entry, part] : result) {
        masks.erase(masks.begin());
        for (std::uint32_t open = entry->parts & ~taken; open != 0; open &= open - 1) {
            part = static_cast<std::uint32_t>(std::countr_zero(open));
            if (matchable(masks, taken | std::uint32_t{1} << part)) break;
        }
        taken |= std::uint32_t{1} << part;
    }
    return result;
}

}  // namespace sequitur
