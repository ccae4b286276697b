// A host for tests: a history that runs through the state stage, one batch per run().
//
//     Host host;
//     host.log.by(10).openat("/tmp/a", kOpenRead, 3);
//     EXPECT_EQ(host.run().fd->name.view(), "/tmp/a");
#pragma once

#include "core/host_state.h"
#include "tests/support/record_log.h"

#include <cstdint>
#include <vector>

namespace sequitur::test {

class Host {
public:
    explicit Host(const Limits& limits = {}, ProcessLookup* lookup = nullptr)
        : state(limits, lookup) {}

    // Applies what was logged since; the last event of it, valid until the next run() or done().
    const Event& run() {
        done();
        apply();
        return events.back();
    }
    // The same without ending the batches before: their events' pointers stay valid.
    void apply() {
        const std::vector<RecordView> records = log.take();
        events.clear();
        state.apply(records, ++batch, events);
    }
    // The same as run() for a history that makes no event.
    void run_nothing() {
        done();
        apply();
    }
    // Ends all batches so far.
    void done() { state.release_through(batch); }

    RecordLog log;
    HostState state;
    std::vector<Event> events;
    std::uint64_t batch = 0;
};

}  // namespace sequitur::test
