// Records into a .scap capture that Falco's tools open and from which ScapSource makes the same
// records again (docs/captures.md).
//
// The format wants all that is known of the host before the first event. So a writer begins with a
// phase in which events are held back and the snapshot's records are gathered, into the lists that
// other programs read and, exactly, into blocks of our own.
#pragma once

#include "core/record.h"
#include "core/result.h"
#include "probe/host_facts.h"
#include "probe/output_file.h"
#include "probe/scap_lists_write.h"

#include <chrono>
#include <cstdint>
#include <limits>
#include <memory>
#include <span>
#include <string>

namespace sequitur {

struct ScapWriterOptions {
    bool is_gzip = false;
    probe::HostFacts facts;
    // The snapshot is complete when a record is newer than this, or finish_snapshot() is called.
    std::uint64_t snapshot_end_ns = std::numeric_limits<std::uint64_t>::max();
};

class ScapWriter {
public:
    // Events that are held back for the snapshot take at most this much memory; what of the
    // snapshot comes later than that is written among the events.
    static constexpr std::size_t kHeldBytesMax = std::size_t{64} << 20;
    // What was written reaches the file at the latest after this time, at the next write().
    static constexpr std::chrono::milliseconds kFlushAfter{500};

    // Creates or empties `path`. kIo says why it cannot.
    static Result<std::unique_ptr<ScapWriter>> create(const std::string& path,
                                                      ScapWriterOptions options);

    // Appends the records; none is fine, and lets what waits go out. The file always ends with a
    // whole block, and packed with a whole gzip member, whenever the program ends. After an error
    // nothing more is written, and every further call gives it again.
    Result<void> write(std::span<const RecordView> records);

    // No more of the snapshot is to come.
    void finish_snapshot();

    // Writes out what is left, waits until it is on the disk, and closes. Further calls do nothing.
    Result<void> close();

    // Of the file so far.
    std::uint64_t size() const { return file_.size(); }

private:
    ScapWriter(probe::OutputFile file, ScapWriterOptions options);
    void add(const RecordView& record);
    Result<void> flush();

    probe::OutputFile file_;
    ScapWriterOptions options_;
    bool is_gathering_ = true;
    bool is_closed_ = false;
    probe::ScapListWriter lists_;
    probe::ByteBuffer own_;     // the snapshot's records, as blocks
    probe::ByteBuffer events_;  // event blocks that wait: for the snapshot, then for the file
    probe::ByteBuffer packed_;
    std::uint64_t event_count_ = 0;
    std::chrono::steady_clock::time_point flushed_;
};

}  // namespace sequitur
