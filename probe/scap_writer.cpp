#include "probe/scap_writer.h"

#include "core/event_type.h"
#include "probe/gzip.h"

#include <utility>

namespace sequitur {
namespace {

constexpr std::size_t kBufferBytes = std::size_t{256} << 10;
constexpr std::size_t kGzipBufferBytes = std::size_t{1} << 20;  // a member each

// As the state stage has it: what iterators tell, and news of no time and no thread.
bool is_snapshot(const RecordView& record) {
    const EventTypeInfo* info = event_type_info(record.type());
    if (info == nullptr) return false;
    return info->source == EventSourceKind::kIter ||
           (record.ts_ns() == 0 && record.tid() == ~std::uint64_t{0});
}

}  // namespace

ScapWriter::ScapWriter(probe::OutputFile file, ScapWriterOptions options)
    : file_(std::move(file)),
      options_(std::move(options)),
      flushed_(std::chrono::steady_clock::now()) {}

Result<std::unique_ptr<ScapWriter>> ScapWriter::create(const std::string& path,
                                                       ScapWriterOptions options) {
    auto file = probe::OutputFile::create(path);
    if (!file) return tl::unexpected<Error>(file.error());
    return std::unique_ptr<ScapWriter>(new ScapWriter(std::move(*file), std::move(options)));
}

void ScapWriter::add(const RecordView& record) {
    if (is_gathering_) {
        if (is_snapshot(record)) {
            lists_.add(record);
            probe::append_snapshot_block(record, event_count_, own_);
            return;
        }
        if (record.ts_ns() > options_.snapshot_end_ns || events_.size() > kHeldBytesMax) {
            finish_snapshot();
        }
    }
    probe::append_event_block(record, events_);
    ++event_count_;
}

void ScapWriter::finish_snapshot() {
    if (!is_gathering_) return;
    is_gathering_ = false;
    probe::ByteBuffer head;
    probe::append_section_block(head);
    lists_.append_to(head, options_.facts);
    probe::put_bytes(head, own_);
    probe::put_bytes(head, events_);
    events_ = std::move(head);
    own_ = {};
}

Result<void> ScapWriter::flush() {
    flushed_ = std::chrono::steady_clock::now();
    if (!options_.is_gzip) {
        auto written = file_.write(events_);
        events_.clear();
        return written;
    }
    packed_.clear();
    if (!events_.empty()) probe::append_gzip_member(events_, packed_);
    events_.clear();
    return file_.write(packed_);
}

Result<void> ScapWriter::write(std::span<const RecordView> records) {
    const std::size_t full = options_.is_gzip ? kGzipBufferBytes : kBufferBytes;
    for (const RecordView& record : records) {
        add(record);
        if (is_gathering_ || events_.size() < full) continue;
        if (auto flushed = flush(); !flushed) return flushed;
    }
    const bool is_due = std::chrono::steady_clock::now() - flushed_ >= kFlushAfter;
    if (!is_gathering_ && !events_.empty() && is_due) return flush();
    return {};
}

Result<void> ScapWriter::close() {
    if (is_closed_) return {};
    is_closed_ = true;
    finish_snapshot();
    if (auto flushed = flush(); !flushed) return flushed;
    return file_.close();
}

}  // namespace sequitur
