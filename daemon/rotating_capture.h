// A capture that goes on in another file when one has become too large or too old.
#pragma once

#include "probe/capture_writer.h"

#include <chrono>
#include <cstdint>
#include <deque>
#include <optional>
#include <span>
#include <string>

namespace sequitur {

struct RotationLimits {
    std::uint64_t bytes = 0;  // of a file; 0: any
    std::optional<std::chrono::nanoseconds> age;
    std::size_t files_kept = 0;  // the oldest beyond that are removed; 0: all stay

    bool rotates() const { return bytes > 0 || age.has_value(); }
};

class RotatingCapture {
public:
    // Writes `path`, or with limits path's name with a number before its ending: "a-00001.scap".
    // `snapshot_end_ns`: when the source's snapshot was complete.
    static Result<RotatingCapture> create(const std::string& path, const RotationLimits& limits,
                                          std::uint64_t snapshot_end_ns);

    // As CaptureWriter's; `watermark_ns`: the source has nothing older any more.
    Result<void> write(std::span<const RecordView> records, std::uint64_t watermark_ns);

    // Whether the file has reached a limit. The caller then takes a new snapshot, since every file
    // begins with one, and calls go_on().
    bool is_full() const;
    Result<void> go_on(std::uint64_t snapshot_end_ns);

    Result<void> close() { return writer_->close(); }

private:
    RotatingCapture(std::string path, const RotationLimits& limits)
        : path_(std::move(path)), limits_(limits) {}
    std::string next_name();

    std::string path_;
    RotationLimits limits_;
    std::optional<CaptureWriter> writer_;
    std::deque<std::string> files_;
    unsigned number_ = 0;
    std::uint64_t snapshot_end_ns_ = 0;
    std::chrono::steady_clock::time_point opened_;
};

}  // namespace sequitur
