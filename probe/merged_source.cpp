// The simple idea: look at the next record of every source and hand over the earliest. What is
// added: a source's views live until the second call behind theirs, and ours have to, too. So a
// source is read only at the beginning of a call, when all that it gave has been handed over; and a
// batch ends where a source has nothing left to compare with.
#include "probe/merged_source.h"

#include <algorithm>
#include <utility>

namespace sequitur {
namespace {

// What is read of a source at once, so that a snapshot is seen together with the event behind it.
constexpr std::size_t kReadAhead = 4096;

}  // namespace

MergedSource::MergedSource(std::vector<std::unique_ptr<EventSource>> sources) {
    for (auto& source : sources) inputs_.emplace_back().source = std::move(source);
}

Result<void> MergedSource::next_batch(std::size_t max_records, Duration timeout,
                                      std::vector<RecordView>& batch) {
    batch.clear();
    for (Input& input : inputs_) fill(input, std::max(max_records, kReadAhead), timeout);
    while (batch.size() < max_records) {
        Input* earliest = nullptr;
        for (Input& input : inputs_) {
            if (input.is_used_up()) {
                if (input.end) return {};  // More of it may be earlier than the others'.
                if (input.end.error().code == Error::Code::kEndOfInput) continue;
                if (batch.empty()) return input.end;
                return {};
            }
            if (earliest == nullptr || input.time < earliest->time) earliest = &input;
        }
        if (earliest == nullptr) break;
        batch.push_back(earliest->records[earliest->next++]);
        reached_ = std::max(reached_, earliest->time);
        find_time(*earliest);
    }
    if (batch.empty()) return inputs_.front().end;
    return {};
}

void MergedSource::fill(Input& input, std::size_t max_records, Duration timeout) {
    if (!input.is_used_up() || !input.end) return;
    input.next = 0;
    input.end = input.source->next_batch(max_records, timeout, input.records);
    find_time(input);
}

void MergedSource::find_time(Input& input) {
    const auto begin = input.records.begin() + static_cast<std::ptrdiff_t>(input.next);
    const auto timed = std::find_if(begin, input.records.end(),
                                    [](const RecordView& record) { return record.ts_ns() != 0; });
    if (timed != input.records.end()) input.time = timestamp_from_ns(timed->ts_ns());
}

SourceLosses MergedSource::losses() const {
    SourceLosses sum;
    for (const Input& input : inputs_) {
        const SourceLosses losses = input.source->losses();
        sum.ring_full += losses.ring_full;
        sum.malformed += losses.malformed;
        sum.unknown_type += losses.unknown_type;
        sum.late += losses.late;
    }
    return sum;
}

bool MergedSource::next_history() {
    bool has_next = false;
    for (Input& input : inputs_) {
        if (!input.is_used_up() || input.end || !input.source->next_history()) continue;
        input.end = {};
        input.time = {};
        has_next = true;
    }
    if (has_next) reached_ = {};
    return has_next;
}

}  // namespace sequitur
