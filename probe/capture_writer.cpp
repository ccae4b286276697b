#include "probe/capture_writer.h"

#include "probe/capture.h"

#include <utility>

namespace sequitur {

Result<CaptureWriter> CaptureWriter::create(const std::string& path,
                                            const CaptureWriterOptions& options) {
    const auto format = path == "-" ? CaptureFormat::kJsonl : capture_format(path);
    if (!format) {
        return fail(Error::Code::kBadInput, path + ": captures end in .scap, .scap.gz or .jsonl");
    }
    if (format == CaptureFormat::kJsonl) {
        auto lines = JsonlWriter::create(path);
        if (!lines) return tl::unexpected<Error>(lines.error());
        return CaptureWriter(std::move(*lines));
    }
    ScapWriterOptions scap;
    scap.is_gzip = format == CaptureFormat::kScapGzip;
    scap.snapshot_end_ns = options.snapshot_end_ns;
    if (options.is_of_this_host) scap.facts = probe::read_host_facts();
    auto blocks = ScapWriter::create(path, std::move(scap));
    if (!blocks) return tl::unexpected<Error>(blocks.error());
    return CaptureWriter(std::move(*blocks));
}

Result<void> CaptureWriter::write(std::span<const RecordView> records) {
    return std::visit([&](auto& writer) { return writer->write(records); }, writer_);
}

Result<void> CaptureWriter::close() {
    return std::visit([](auto& writer) { return writer->close(); }, writer_);
}

void CaptureWriter::finish_snapshot() {
    if (auto* scap = std::get_if<std::unique_ptr<ScapWriter>>(&writer_)) (*scap)->finish_snapshot();
}

std::uint64_t CaptureWriter::size() const {
    return std::visit([](const auto& writer) { return writer->size(); }, writer_);
}

}  // namespace sequitur
