// The one place with threads: batches overlap, shards work side by side. Door to oneTBB.
//
// Two batches are under way at most: while one is read and resolved, the one before it is judged
// and correlated. Every stage sees the batches in order and one at a time, so no stage needs a
// lock; within a stage the work may be spread over shards with for_each_shard().
#pragma once

#include "core/batch.h"

#include <cstddef>
#include <memory>
#include <type_traits>

namespace sequitur {

// A borrowed callable, for the length of a call: no allocation, unlike std::function.
template <typename Signature>
class FunctionRef;

template <typename Out, typename... In>
class FunctionRef<Out(In...)> {
public:
    template <typename F>
    requires(!std::is_same_v<std::remove_cvref_t<F>, FunctionRef>)
        FunctionRef(F&& callable)  // NOLINT(google-explicit-constructor): made to be passed to
        : object_(const_cast<void*>(static_cast<const void*>(std::addressof(callable)))),
          call_([](void* object, In... in) -> Out {
              return (*static_cast<std::remove_reference_t<F>*>(object))(in...);
          }) {}

    Out operator()(In... in) const { return call_(object_, in...); }

private:
    void* object_;
    Out (*call_)(void*, In...);
};

inline constexpr std::size_t kBatchesInFlight = 2;

struct PipelineStages {
    FunctionRef<bool(Batch&)> read;       // false: no more batches; this one is dropped
    FunctionRef<void(Batch&)> judge;      // in order, one at a time, beside the next read
    FunctionRef<void(Batch&)> correlate;  // in order, one at a time, after judge
};

// Runs until `read` returns false and every batch before that has been correlated.
// `threads` bounds the threads that work at once, this one included; 1 runs all on the caller's.
void run_pipeline(const PipelineStages& stages, std::size_t threads);

// Calls work(0) ... work(shards - 1), side by side where threads are free; returns when all are
// done. One shard is called directly.
void for_each_shard(std::size_t shards, FunctionRef<void(std::size_t)> work);

}  // namespace sequitur
