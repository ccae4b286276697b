// Puts a source's records into the order of time, as far as they are late by a bounded amount.
//
// Sits between any other source and the state stage. A record is held until one comes that is
// `lateness` newer, so the result equals the sorted stream when no record is later than that; a
// later one is counted and delivered where it came. Records of equal time keep their order.
#pragma once

#include "core/event_source.h"

#include <memory>
#include <vector>

namespace sequitur {

class OrderedSource : public EventSource {
public:
    // `lateness` > 0. Memory: the records of one such span of time, copied.
    OrderedSource(std::unique_ptr<EventSource> source, Duration lateness);

    Result<void> next_batch(std::size_t max_records, Duration timeout,
                            std::vector<RecordView>& batch) override;
    Timestamp watermark() const override { return released_; }
    SourceLosses losses() const override;
    bool is_live() const override { return source_->is_live(); }
    bool next_history() override;

private:
    struct Held {
        Timestamp time;
        std::uint64_t arrival = 0;
        std::vector<std::byte> bytes;  // event, then options
        std::size_t event_size = 0;
        std::uint16_t cpu = 0;
        bool has_wide_lengths = false;
    };
    struct IsLater {
        bool operator()(const Held& a, const Held& b) const {
            return a.time != b.time ? a.time > b.time : a.arrival > b.arrival;
        }
    };

    void hold(const RecordView& record);
    bool is_due(const Held& held) const;
    void release(std::size_t max_records, std::vector<RecordView>& batch);

    std::unique_ptr<EventSource> source_;
    Duration lateness_;
    std::vector<Held> heap_;           // earliest on top
    std::vector<Held> handed_out_[2];  // what the last two batches' views point into
    std::vector<std::vector<std::byte>> spare_;
    std::vector<RecordView> incoming_;
    std::size_t turn_ = 0;
    std::uint64_t arrivals_ = 0;
    std::uint64_t late_ = 0;
    Timestamp newest_;    // of all records that came
    Timestamp released_;  // of all that were delivered
    Result<void> end_;    // the source's last word, kept until all is delivered
    bool at_end_ = false;
};

}  // namespace sequitur
