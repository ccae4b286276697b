#include "probe/jsonl_source.h"

#include "probe/event_line.h"
#include "probe/json_object_line.h"

#include <algorithm>
#include <utility>

namespace sequitur {
namespace {

static_assert(LineReader::kPadding >= JsonReader::kPadding);

constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";

bool is_blank(std::string_view line) {
    return line.find_first_not_of(" \t\r") == std::string_view::npos;
}

}  // namespace

JsonlSource::JsonlSource(LineReader lines, const JsonlOptions& options)
    : lines_(std::move(lines)), options_(options), builder_(arenas_[0]) {}

Result<std::unique_ptr<JsonlSource>> JsonlSource::open(const std::string& path,
                                                       const JsonlOptions& options) {
    Result<LineReader> lines = LineReader::open(path);
    if (!lines) return tl::unexpected(lines.error());
    return std::unique_ptr<JsonlSource>(new JsonlSource(std::move(*lines), options));
}

std::unique_ptr<JsonlSource> JsonlSource::over(std::string text, std::string name,
                                               const JsonlOptions& options) {
    return std::unique_ptr<JsonlSource>(
        new JsonlSource(LineReader::over(std::move(text), std::move(name)), options));
}

Result<RecordView> JsonlSource::encode(std::string_view line, bool is_too_long) {
    if (is_too_long) {
        return fail(Error::Code::kBadInput,
                    "longer than " + std::to_string(LineReader::kLineMax) + " bytes");
    }
    if (options_.time_pointer) {
        return encode_object_line(line, *options_.time_pointer, json_, builder_);
    }
    const Result<const JsonValue*> value = json_.parse(line);
    if (!value) return tl::unexpected(value.error());
    return encode_line(**value, builder_);
}

// False at the end of the input.
Result<bool> JsonlSource::next_record(RecordView& record) {
    for (;;) {
        std::string_view line;
        bool is_too_long = false;
        const Result<bool> more = lines_.next(line, is_too_long);
        if (!more || !*more) return more;
        if (lines_.line_number() == 1 && line.starts_with(kByteOrderMark)) {
            line.remove_prefix(kByteOrderMark.size());
        }
        if (!is_too_long && is_blank(line)) continue;
        const Result<RecordView> encoded = encode(line, is_too_long);
        if (encoded) {
            record = *encoded;
            return true;
        }
        if (!options_.is_lenient) {
            return fail_with_context(encoded.error(),
                                     lines_.name() + ':' + std::to_string(lines_.line_number()));
        }
        ++losses_.malformed;
    }
}

Result<void> JsonlSource::next_batch(std::size_t max_records, Duration /*timeout*/,
                                     std::vector<RecordView>& batch) {
    batch.clear();
    arena_ = 1 - arena_;
    arenas_[arena_].reset();
    builder_.use(arenas_[arena_]);
    while (!end_ && batch.size() < max_records) {
        RecordView record;
        const Result<bool> more = next_record(record);
        if (!more) {
            end_ = more.error();
        } else if (!*more) {
            end_ = Error{Error::Code::kEndOfInput, lines_.name() + " ends"};
        } else {
            batch.push_back(record);
            watermark_ = std::max(watermark_, timestamp_from_ns(record.ts_ns()));
        }
    }
    if (batch.empty() && end_) return tl::unexpected(*end_);
    return {};
}

}  // namespace sequitur
