#include "probe/capture.h"

#include "probe/jsonl_source.h"
#include "probe/merged_source.h"
#include "probe/ordered_source.h"
#include "probe/scap_source.h"
#include "probe/standard_input.h"

#include <array>
#include <cstddef>

namespace sequitur {
namespace {

// A .scap begins with its section header, packed ones with gzip's mark; neither begins JSON.
bool standard_input_is_scap() {
    std::array<std::byte, 2> first{};
    const std::size_t count = probe::peek_standard_input(first);
    if (count < first.size()) return false;
    const bool is_section = first[0] == std::byte{0x0a} && first[1] == std::byte{0x0d};
    const bool is_gzip = first[0] == std::byte{0x1f} && first[1] == std::byte{0x8b};
    return is_section || is_gzip;
}

// Whether the first line of the file can be read that way.
bool begins_with(const std::string& path, const std::optional<std::string>& time_pointer) {
    JsonlOptions options;
    options.time_pointer = time_pointer;
    auto lines = JsonlSource::open(path, options);
    std::vector<RecordView> records;
    return lines && (*lines)->next_batch(1, Duration::zero(), records) && !records.empty();
}

bool is_scap(const std::optional<CaptureFormat>& format) {
    return format == CaptureFormat::kScap || format == CaptureFormat::kScapGzip;
}

// The time pointer, if it is for this file.
std::optional<std::string> time_pointer_of(const std::string& path, const CaptureOptions& options) {
    const auto format = capture_format(path);
    if (!options.time_pointer || is_scap(format)) return std::nullopt;
    const bool is_capture = format == CaptureFormat::kJsonl &&
                            !begins_with(path, options.time_pointer) &&
                            begins_with(path, std::nullopt);
    return is_capture ? std::nullopt : options.time_pointer;
}

Result<std::unique_ptr<EventSource>> open_by_name(const std::string& path,
                                                  const CaptureOptions& options) {
    const bool is_standard_input = path == "-";
    const auto time_pointer = time_pointer_of(path, options);
    auto format = capture_format(path);
    if (is_standard_input && !time_pointer) {
        format = standard_input_is_scap() ? CaptureFormat::kScap : CaptureFormat::kJsonl;
    }
    if (time_pointer || format == CaptureFormat::kJsonl) {
        JsonlOptions jsonl;
        jsonl.is_lenient = options.is_lenient;
        jsonl.time_pointer = time_pointer;
        return JsonlSource::open(path, jsonl);
    }
    if (!format) {
        return fail(Error::Code::kBadInput, path +
                                                ": not a capture: its name ends in no known "
                                                "format (.jsonl, .scap, .scap.gz)");
    }
    ScapOptions scap;
    scap.is_lenient = options.is_lenient;
    return ScapSource::open(path, scap);
}

}  // namespace

std::optional<CaptureFormat> capture_format(std::string_view path) {
    if (path.ends_with(".jsonl")) return CaptureFormat::kJsonl;
    if (path.ends_with(".scap")) return CaptureFormat::kScap;
    if (path.ends_with(".scap.gz")) return CaptureFormat::kScapGzip;
    return std::nullopt;
}

Result<std::unique_ptr<EventSource>> open_capture(const std::string& path,
                                                  const CaptureOptions& options) {
    auto opened = open_by_name(path, options);
    if (!opened) return opened;
    std::unique_ptr<EventSource> source = std::move(*opened);
    if (options.lateness > Duration::zero()) {
        source = std::make_unique<OrderedSource>(std::move(source), options.lateness);
    }
    return source;
}

Result<std::unique_ptr<EventSource>> open_captures(const std::vector<std::string>& paths,
                                                   const CaptureOptions& options) {
    if (paths.size() == 1) return open_capture(paths.front(), options);
    std::vector<std::unique_ptr<EventSource>> sources;
    for (const std::string& path : paths) {
        auto opened = open_capture(path, options);
        if (!opened) return opened;
        sources.push_back(std::move(*opened));
    }
    return std::make_unique<MergedSource>(std::move(sources));
}

std::unique_ptr<EventSource> open_event_lines(std::string lines, const std::string& name) {
    return JsonlSource::over(std::move(lines), name, {});
}

}  // namespace sequitur
