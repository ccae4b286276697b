#include "core/pipeline.h"

#include <array>
#include <oneapi/tbb/global_control.h>
#include <oneapi/tbb/parallel_for.h>
#include <oneapi/tbb/parallel_pipeline.h>

namespace sequitur {
namespace {

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
    std::uint64_t number = 0;
    const auto in_order = tbb::filter_mode::serial_in_order;
    tbb::parallel_pipeline(
        kBatchesInFlight,
        tbb::make_filter<void, Batch*>(in_order,
                                       [&](tbb::flow_control& control) -> Batch* {
                                           Batch& batch = batches[++number % kBatchesInFlight];
                                           batch.number = number;
                                           if (stages.read(batch)) return &batch;
                                           control.stop();
                                           return nullptr;
                                       }) &
            tbb::make_filter<Batch*, Batch*>(in_order,
                                             [&](Batch* batch) {
                                                 stages.judge(*batch);
                                                 return batch;
                                             }) &
            tbb::make_filter<Batch*, void>(in_order,
                                           [&](Batch* batch) { stages.correlate(*batch); }));
}

void for_each_shard(std::size_t shards, FunctionRef<void(std::size_t)> work) {
    if (shards == 1) return work(0);
    tbb::parallel_for(std::size_t{0}, shards, [&](std::size_t shard) { work(shard); });
}

}  // namespace sequitur
