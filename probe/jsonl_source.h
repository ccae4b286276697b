// Records from lines of JSON: a .jsonl capture, of event lines as people and tests write them or as
// JsonlWriter does, or any objects (probe/json_object_line.h).
//
// The format of event lines: docs/event-lines.md. Lines are delivered in file order, one record
// each; the state stage decides on order in time. Memory is bounded by LineReader::kLineMax and the
// batch.
#pragma once

#include "core/arena.h"
#include "core/event_source.h"
#include "core/json_reader.h"
#include "core/record_builder.h"
#include "probe/line_reader.h"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace sequitur {

struct JsonlOptions {
    bool is_lenient = false;  // lines that cannot be read are counted and skipped
    // Lines are not event lines but any objects, whose time stands at this JSON pointer.
    std::optional<std::string> time_pointer = {};
};

class JsonlSource : public EventSource {
public:
    // `path`, or "-" for standard input. kIo: it cannot be opened.
    static Result<std::unique_ptr<JsonlSource>> open(const std::string& path,
                                                     const JsonlOptions& options);
    // The lines of `text`; `name` stands in messages where the path would.
    static std::unique_ptr<JsonlSource> over(std::string text, std::string name,
                                             const JsonlOptions& options);

    // kBadInput: "FILE:LINE: what is wrong"; once it has come, every further call gives it again.
    Result<void> next_batch(std::size_t max_records, Duration timeout,
                            std::vector<RecordView>& batch) override;
    Timestamp watermark() const override { return watermark_; }
    SourceLosses losses() const override { return losses_; }
    bool is_live() const override { return false; }

private:
    JsonlSource(LineReader lines, const JsonlOptions& options);
    Result<bool> next_record(RecordView& record);
    Result<RecordView> encode(std::string_view line, bool is_too_long);

    LineReader lines_;
    JsonlOptions options_;
    JsonReader json_;
    Arena arenas_[2];  // of this batch and of the one before
    std::size_t arena_ = 0;
    RecordBuilder builder_;
    std::optional<Error> end_;  // why nothing more comes
    Timestamp watermark_;
    SourceLosses losses_;
};

}  // namespace sequitur
