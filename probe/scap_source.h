// Records from a .scap capture, plain or gzip (docs/captures.md).
//
// The snapshot comes first, as iterator records; then the events in file order, those of old
// layouts as today's sources write them. Views lie in the mapped file or the unpacked pieces; an
// event is copied only where its layout changes. Memory: the lists of the snapshot, the batch, and
// for gzip a few MiB ahead.
#pragma once

#include "core/arena.h"
#include "core/event_source.h"
#include "probe/scap_blocks.h"
#include "probe/scap_converter.h"
#include "probe/scap_snapshot.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace sequitur {

struct ScapOptions {
    bool is_lenient = false;  // events that cannot be read are counted and skipped
};

class ScapSource : public EventSource {
public:
    // `path`, or "-" for standard input. kIo: it cannot be opened; kBadInput: it does not begin as
    // a capture does.
    static Result<std::unique_ptr<ScapSource>> open(const std::string& path,
                                                    const ScapOptions& options);
    // The capture in `bytes`, which is copied; `name` stands in messages.
    static Result<std::unique_ptr<ScapSource>> over(std::span<const std::byte> bytes,
                                                    std::string name, const ScapOptions& options);

    // kBadInput: "FILE: damaged at byte N: what"; once it has come, every further call gives it
    // again. A file that ends within a block is damaged, too.
    Result<void> next_batch(std::size_t max_records, Duration timeout,
                            std::vector<RecordView>& batch) override;
    Timestamp watermark() const override { return watermark_; }
    SourceLosses losses() const override { return losses_; }
    bool is_live() const override { return false; }
    bool next_history() override;

private:
    enum class Phase : std::uint8_t { kSnapshot, kEvents, kSectionEnd };

    ScapSource(probe::CaptureBytes bytes, const ScapOptions& options);
    static Result<std::unique_ptr<ScapSource>> start(probe::CaptureBytes bytes,
                                                     const ScapOptions& options);
    Result<void> check_section(const probe::ScapBlock& block) const;
    void fill(std::size_t max_records, std::vector<RecordView>& batch);
    void take_block(const probe::ScapBlock& block, std::vector<RecordView>& batch);
    void take_event(const probe::ScapBlock& block, std::vector<RecordView>& batch);
    void begin_events();
    void add_snapshot(std::size_t max_records, std::vector<RecordView>& batch);
    void deliver(const RecordView& record, std::vector<RecordView>& batch);

    probe::ScapBlockReader blocks_;
    ScapOptions options_;
    probe::ScapConverter converter_;
    Arena arenas_[2];  // of this batch and of the one before
    std::size_t arena_ = 0;

    Phase phase_ = Phase::kSnapshot;
    probe::ScapSnapshot snapshot_;
    Arena snapshot_arena_;
    std::vector<std::shared_ptr<const void>> snapshot_owners_;  // what its blocks lie in
    std::vector<probe::SnapshotRecord> told_;                   // the snapshot's records
    std::size_t told_next_ = 0;
    std::uint64_t position_ = 0;               // event blocks taken so far
    std::optional<probe::ScapBlock> pending_;  // taken, but not dealt with yet

    std::optional<Error> end_;  // why nothing more comes
    Timestamp watermark_;
    SourceLosses losses_;
};

}  // namespace sequitur
