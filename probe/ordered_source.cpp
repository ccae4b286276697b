#include "probe/ordered_source.h"

#include <algorithm>

namespace sequitur {

OrderedSource::OrderedSource(std::unique_ptr<EventSource> source, Duration lateness)
    : source_(std::move(source)), lateness_(lateness) {}

Result<void> OrderedSource::next_batch(std::size_t max_records, Duration timeout,
                                       std::vector<RecordView>& batch) {
    batch.clear();
    turn_ ^= 1;
    for (Held& held : handed_out_[turn_]) {
        held.bytes.clear();
        spare_.push_back(std::move(held.bytes));
    }
    handed_out_[turn_].clear();

    while (!at_end_ && (heap_.empty() || !is_due(heap_.front()))) {
        auto read = source_->next_batch(max_records, timeout, incoming_);
        for (const RecordView& record : incoming_) hold(record);
        if (!read) {
            at_end_ = true;
            end_ = std::move(read);
        } else if (incoming_.empty()) {
            break;  // A live source with nothing to say; what is held waits for newer records.
        }
    }
    release(max_records, batch);
    if (at_end_ && heap_.empty()) return end_;
    return {};
}

bool OrderedSource::next_history() {
    if (!at_end_ || !heap_.empty() || !source_->next_history()) return false;
    at_end_ = false;
    end_ = {};
    newest_ = released_ = {};
    return true;
}

SourceLosses OrderedSource::losses() const {
    SourceLosses losses = source_->losses();
    losses.late += late_;
    return losses;
}

void OrderedSource::hold(const RecordView& record) {
    Held held;
    held.time = timestamp_from_ns(record.ts_ns());
    // By what came before it alone, so that it does not hang on how much is read at once.
    const Timestamp horizon = newest_ - lateness_;
    if (held.time < horizon) {
        // Too late to be put where it belongs: it goes next, as it came.
        ++late_;
        held.time = horizon;
    }
    newest_ = std::max(newest_, held.time);
    held.arrival = arrivals_++;
    if (!spare_.empty()) {
        held.bytes = std::move(spare_.back());
        spare_.pop_back();
    }
    const auto event = record.event_bytes();
    const auto options = record.option_bytes();
    held.bytes.insert(held.bytes.end(), event.begin(), event.end());
    held.bytes.insert(held.bytes.end(), options.begin(), options.end());
    held.event_size = event.size();
    held.cpu = record.cpu();
    held.has_wide_lengths = record.has_wide_lengths();
    heap_.push_back(std::move(held));
    std::push_heap(heap_.begin(), heap_.end(), IsLater());
}

bool OrderedSource::is_due(const Held& held) const {
    return at_end_ || held.time + lateness_ < newest_;
}

void OrderedSource::release(std::size_t max_records, std::vector<RecordView>& batch) {
    std::vector<Held>& out = handed_out_[turn_];
    while (out.size() < max_records && !heap_.empty() && is_due(heap_.front())) {
        std::pop_heap(heap_.begin(), heap_.end(), IsLater());
        out.push_back(std::move(heap_.back()));
        heap_.pop_back();
        released_ = std::max(released_, out.back().time);
    }
    for (const Held& held : out) {
        const std::span<const std::byte> bytes(held.bytes);
        batch.emplace_back(bytes.first(held.event_size), bytes.subspan(held.event_size), held.cpu,
                           held.has_wide_lengths);
    }
}

}  // namespace sequitur
