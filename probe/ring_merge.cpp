#include "probe/ring_merge.h"

#include <algorithm>
#include <iterator>

namespace sequitur::probe {
namespace {

bool is_before(const RingMerge::Item& a, const RingMerge::Item& b) {
    return a.ts_ns != b.ts_ns ? a.ts_ns < b.ts_ns : a.number < b.number;
}

}  // namespace

void RingMerge::add(std::uint64_t ts_ns, const RecordArena::Place& place) {
    if (ts_ns < last_taken_ns_) ++late_;
    Item item;
    item.ts_ns = ts_ns;
    item.number = number_++;
    item.place = place;
    added_.push_back(item);
}

void RingMerge::take(std::uint64_t horizon_ns, std::size_t max, std::vector<Item>& taken) {
    if (!added_.empty()) {
        std::sort(added_.begin(), added_.end(), is_before);
        merged_.clear();
        std::merge(sorted_.begin() + static_cast<std::ptrdiff_t>(head_), sorted_.end(),
                   added_.begin(), added_.end(), std::back_inserter(merged_), is_before);
        sorted_.swap(merged_);
        head_ = 0;
        added_.clear();
    }
    while (max > 0 && head_ < sorted_.size() && sorted_[head_].ts_ns <= horizon_ns) {
        last_taken_ns_ = std::max(last_taken_ns_, sorted_[head_].ts_ns);
        taken.push_back(sorted_[head_++]);
        --max;
    }
    if (head_ == sorted_.size()) {
        sorted_.clear();
        head_ = 0;
    }
}

}  // namespace sequitur::probe
