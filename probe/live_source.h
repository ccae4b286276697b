// Records of the running host, from the programs in the kernel (probe/bpf/).
//
// Loads and attaches them, takes a snapshot of what runs, and delivers both as one stream ordered
// by time. How, and what is resolved where: probe/README.md.
#pragma once

#include "core/event_source.h"
#include "probe/interest.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace sequitur {

struct LiveOptions {
    Interest interest = Interest::everything();
    // For each pair of CPUs, half for either, rounded up to a power of two of pages. What does not
    // fit is dropped and counted; the kernel never waits.
    std::size_t ring_bytes = std::size_t{8} << 20;
    std::size_t life_ring_bytes = std::size_t{4} << 20;  // fork, exec, exit: one for the host
    Duration hold_back = std::chrono::milliseconds(1);   // how long a record waits for older ones
    std::uint32_t data_bytes = 80;                       // of read and written buffers, at most 256
    // Only this process and what descends from it (`-- COMMAND`).
    std::optional<std::int32_t> root_pid;
    bool snapshot = true;
    // What to add to the boot clock for the time of records; 0: as the clocks stand now. The same
    // after a restart, so that start times, and with them processes, are the same.
    std::uint64_t boot_to_epoch_ns = 0;
};

class LiveSource : public EventSource {
public:
    // kRefused: no privilege, no BTF or a kernel that is too old; the message says what to do.
    static Result<std::unique_ptr<LiveSource>> open(const LiveOptions& options);
    ~LiveSource() override;

    Result<void> next_batch(std::size_t max_records, Duration timeout,
                            std::vector<RecordView>& batch) override;
    Timestamp watermark() const override;
    SourceLosses losses() const override;
    bool is_live() const override { return true; }

    // Tells once more what is there now, in the stream that next_batch() gives.
    Result<void> take_snapshot();
    // When the last snapshot was complete: its records are not newer than this.
    std::uint64_t snapshot_end_ns() const;
    std::uint64_t boot_to_epoch_ns() const;

    // From now on. Records under way may still be of the old one. Thread: any, one at a time.
    Result<void> set_interest(const Interest& interest);

    // Hooks that this kernel lacks or refuses, by name; what they would have told is then left to
    // the state stage. Empty on a full-featured kernel.
    const std::vector<std::string>& missing_hooks() const;

private:
    struct Impl;
    explicit LiveSource(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

}  // namespace sequitur
