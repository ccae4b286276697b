#include "core/pipeline.h"

#include <oneapi/tbb/global_control.h>
#include <oneapi/tbb/parallel_for.h>
#include <oneapi/tbb/parallel_pipeline.h>

#include <array>
#include <atomic>

namespace sequitur {
namespace {

// What oneTBB promises between two calls of a body, said again with an atomic of ours: what was
// done before give() is seen after take(). Its library is not instrumented, so without this
// ThreadSanitizer would take every batch for a race; with it, all sharing of ours is checked. Costs
// nanoseconds per batch.
class Handover {
public:
    void give() { count_.fetch_add(1, std::memory_order_release); }
    void take() const { (void)count_.load(std::memory_order_acquire); }

private:
    std::atomic<unsigned> count_{0};
};

// Around for_each_shard(), whoever calls it. Not on the caller's stack: the way to it would lead
// through a capture, which is read before take().
constinit Handover begin_of_shards;
constinit Handover end_of_shards;

void run_on_this_thread(const PipelineStages& stages) {
    // The source promises its views until the second next call, so even here batches alternate.
    std::array<Batch, kBatchesInFlight> batches;
    for (std::uint64_t number = 1;; ++number) {
        Batch& batch = batches[number % kBatchesInFlight];
        batch.number = number;
        if (!stages.read(batch)) return;
        stages.judge(batch);
        stages.correlate(batch);
    }
}

}  // namespace

void run_pipeline(const PipelineStages& stages, std::size_t threads) {
    if (threads <= 1) return run_on_this_thread(stages);

    const tbb::global_control limit(tbb::global_control::max_allowed_parallelism, threads);
    // A token is one batch's right to be under way, and batch n reuses the place of batch
    // n - kBatchesInFlight: that one is done when there is a token for this one.
    std::array<Batch, kBatchesInFlight> batches;
    std::array<Handover, kBatchesInFlight> between_stages;  // of one batch
    enum Stage { kRead, kJudge, kCorrelate, kStageCount };
    std::array<Handover, kStageCount> between_batches;  // in one stage
    for (Handover& stage : between_batches) stage.give();
    const auto take = [&](Stage stage, const Batch* batch) {
        between_batches[stage].take();
        between_stages[static_cast<std::size_t>(batch - batches.data())].take();
    };
    const auto give = [&](Stage stage, const Batch* batch) {
        between_stages[static_cast<std::size_t>(batch - batches.data())].give();
        between_batches[stage].give();
    };

    std::uint64_t number = 0;
    const auto read = [&](tbb::flow_control& control) -> Batch* {
        between_batches[kRead].take();  // It guards `number` too.
        Batch* batch = &batches[++number % kBatchesInFlight];
        take(kRead, batch);
        batch->number = number;
        const bool has_more = stages.read(*batch);
        give(kRead, batch);
        if (has_more) return batch;
        control.stop();
        return nullptr;
    };
    const auto judge = [&](Batch* batch) {
        take(kJudge, batch);
        stages.judge(*batch);
        give(kJudge, batch);
        return batch;
    };
    const auto correlate = [&](Batch* batch) {
        take(kCorrelate, batch);
        stages.correlate(*batch);
        give(kCorrelate, batch);
    };
    const auto in_order = tbb::filter_mode::serial_in_order;
    tbb::parallel_pipeline(kBatchesInFlight,
                           tbb::make_filter<void, Batch*>(in_order, read) &
                               tbb::make_filter<Batch*, Batch*>(in_order, judge) &
                               tbb::make_filter<Batch*, void>(in_order, correlate));
    for (const Handover& stage : between_batches) stage.take();
}

void for_each_shard(std::size_t shards, FunctionRef<void(std::size_t)> work) {
    if (shards == 1) return work(0);
    begin_of_shards.give();
    tbb::parallel_for(std::size_t{0}, shards, [&](std::size_t shard) {
        begin_of_shards.take();
        work(shard);
        end_of_shards.give();
    });
    end_of_shards.take();
}

}  // namespace sequitur
