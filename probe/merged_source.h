// Several captures as one stream, in the order of their records' times.
//
// So a sequence may begin in one and end in another, of the same source or of another one (system
// calls and an audit log, say). Sits between the captures' sources and the state stage.
#pragma once

#include "core/event_source.h"

#include <memory>
#include <vector>

namespace sequitur {

class MergedSource : public EventSource {
public:
    // `sources`: at least one, none of them live. Records of equal time come in their order. Each
    // source's own records stay in theirs, so one that is out of order should be put into it first
    // (probe/ordered_source.h). A record without a time (a snapshot's) comes with the one behind
    // it.
    explicit MergedSource(std::vector<std::unique_ptr<EventSource>> sources);

    // A source that fails ends the stream with its error, after all that is earlier.
    Result<void> next_batch(std::size_t max_records, Duration timeout,
                            std::vector<RecordView>& batch) override;
    Timestamp watermark() const override { return reached_; }
    SourceLosses losses() const override;
    bool is_live() const override { return false; }
    // Of captures that hold several histories, the first ones go together, then the second ones.
    bool next_history() override;

private:
    struct Input {
        std::unique_ptr<EventSource> source;
        std::vector<RecordView> records;  // its last batch
        std::size_t next = 0;             // in `records`
        Timestamp time;                   // by which records[next] is put in order
        Result<void> end;                 // an error: nothing follows `records`

        bool is_used_up() const { return next == records.size(); }
    };

    static void fill(Input& input, std::size_t max_records, Duration timeout);
    static void find_time(Input& input);

    std::vector<Input> inputs_;
    Timestamp reached_;  // of all records delivered
};

}  // namespace sequitur
