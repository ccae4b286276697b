// A bounded queue of messages on disk: what is in it outlives the program.
//
// A folder of segments, NNNNNNNNNNNNNNNN.seg, each a row of entries (length, checksum, bytes), and
// the file `done`, which says up to where they were delivered. What append() took is there after a
// kill at any moment; what was delivered just before one may be delivered again. A torn entry at a
// segment's end, the trace of a kill, is skipped.
// Thread: one appends, one peeks and advances; the counts from any.
#pragma once

#include "core/file_descriptor.h"
#include "core/result.h"

#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace sequitur {

class Spool {
public:
    // Takes up what is in `folder`, which is made if need be. At most `bytes_max` wait in it.
    static Result<std::unique_ptr<Spool>> open(const std::string& folder, std::uint64_t bytes_max);

    enum class Append : std::uint8_t { kDone, kFull, kFailed };
    // All or nothing of one message. kFailed: errno says why.
    Append append(std::string_view message);
    // What was appended is on the disk, not only with the kernel.
    void sync();

    // The oldest messages that wait, at most `count`; appended to `messages`.
    void peek(std::size_t count, std::vector<std::string>& messages);
    // The first `count` of what peek() gave last were delivered.
    void advance(std::size_t count);

    std::uint64_t messages() const;
    std::uint64_t bytes() const;

private:
    struct Segment {
        std::uint64_t number = 0, size = 0, messages = 0;
    };
    Spool(std::string folder, std::uint64_t bytes_max)
        : folder_(std::move(folder)), bytes_max_(bytes_max) {}

    std::string path_of(std::uint64_t number) const;
    Result<void> load();
    bool begin_segment();
    void write_done() const;

    const std::string folder_;
    const std::uint64_t bytes_max_;

    mutable std::mutex mutex_;
    std::deque<Segment> segments_;  // the last one is written, if `file_` is open
    FileDescriptor file_;
    std::uint64_t done_ = 0;  // bytes of the first segment
    std::uint64_t waiting_ = 0, waiting_bytes_ = 0;
    std::vector<std::uint64_t> peeked_;  // sizes of entries
};

}  // namespace sequitur
