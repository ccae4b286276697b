// Captures by name, written: the other side of probe/capture.h.
#pragma once

#include "core/record.h"
#include "core/result.h"
#include "probe/jsonl_writer.h"
#include "probe/scap_writer.h"

#include <cstdint>
#include <limits>
#include <memory>
#include <span>
#include <string>
#include <variant>

namespace sequitur {

struct CaptureWriterOptions {
    bool is_of_this_host = true;  // its facts (CPUs, interfaces, name) go into the head
    // When the source's snapshot was complete: newer records are events and nothing else.
    std::uint64_t snapshot_end_ns = std::numeric_limits<std::uint64_t>::max();
};

class CaptureWriter {
public:
    // By the ending of `path`: .jsonl, .scap, .scap.gz; "-" is event lines to standard output.
    // kBadInput: any other; kIo: it cannot be created.
    static Result<CaptureWriter> create(const std::string& path,
                                        const CaptureWriterOptions& options);

    // As ScapWriter's and JsonlWriter's.
    Result<void> write(std::span<const RecordView> records);
    Result<void> close();
    // No more of the source's snapshot is to come.
    void finish_snapshot();

    // Bytes that the file has so far; what waits in memory does not count.
    std::uint64_t size() const;

private:
    using Writer = std::variant<std::unique_ptr<JsonlWriter>, std::unique_ptr<ScapWriter>>;
    explicit CaptureWriter(Writer writer) : writer_(std::move(writer)) {}

    Writer writer_;
};

}  // namespace sequitur
