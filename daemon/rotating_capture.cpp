#include "daemon/rotating_capture.h"

#include <array>
#include <cstdio>
#include <string_view>
#include <unistd.h>

namespace sequitur {

std::string RotatingCapture::next_name() {
    if (!limits_.rotates()) return path_;
    std::array<char, 16> number{};
    std::snprintf(number.data(), number.size(), "-%05u", ++number_);
    for (const std::string_view ending : {".scap.gz", ".scap", ".jsonl"}) {
        if (!path_.ends_with(ending)) continue;
        return path_.substr(0, path_.size() - ending.size()) + number.data() + std::string(ending);
    }
    return path_;
}

Result<RotatingCapture> RotatingCapture::create(const std::string& path,
                                                const RotationLimits& limits,
                                                std::uint64_t snapshot_end_ns) {
    RotatingCapture capture(path, limits);
    if (auto opened = capture.go_on(snapshot_end_ns); !opened) {
        return tl::unexpected<Error>(opened.error());
    }
    return capture;
}

Result<void> RotatingCapture::go_on(std::uint64_t snapshot_end_ns) {
    if (writer_) {
        if (auto closed = writer_->close(); !closed) return closed;
    }
    const std::string name = next_name();
    CaptureWriterOptions options;
    options.snapshot_end_ns = snapshot_end_ns;
    auto writer = CaptureWriter::create(name, options);
    if (!writer) return tl::unexpected<Error>(writer.error());
    writer_.emplace(std::move(*writer));
    snapshot_end_ns_ = snapshot_end_ns;
    opened_ = std::chrono::steady_clock::now();
    files_.push_back(name);
    while (limits_.files_kept > 0 && files_.size() > limits_.files_kept) {
        ::unlink(files_.front().c_str());
        files_.pop_front();
    }
    return {};
}

Result<void> RotatingCapture::write(std::span<const RecordView> records,
                                    std::uint64_t watermark_ns) {
    auto written = writer_->write(records);
    if (watermark_ns > snapshot_end_ns_) writer_->finish_snapshot();
    return written;
}

bool RotatingCapture::is_full() const {
    if (limits_.bytes > 0 && writer_->size() >= limits_.bytes) return true;
    return limits_.age && std::chrono::steady_clock::now() - opened_ >= *limits_.age;
}

}  // namespace sequitur
