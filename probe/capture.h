// Captures by name: the one place that knows which file ending is which format.
#pragma once

#include "core/event_source.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sequitur {

enum class CaptureFormat : std::uint8_t { kJsonl, kScap, kScapGzip };

// By the ending of its name: .jsonl, .scap, .scap.gz; nothing for any other.
std::optional<CaptureFormat> capture_format(std::string_view path);

struct CaptureOptions {
    bool is_lenient = false;  // count and skip what can't be read
    Duration lateness{0};     // put records in order that are at most this late; 0: as they stand
    // The file, unless it is a .scap, holds JSON objects, a line each, with their time at this JSON
    // pointer. A .jsonl whose first line has no time there but is an event line is a capture still.
    std::optional<std::string> time_pointer;
};

// A source over the capture `path`: ".jsonl", ".scap", ".scap.gz", or "-", standard input. A .scap
// may be packed, and a .scap.gz not; that, and what stands on standard input, the first bytes say.
// kIo: it can't be opened; kBadInput: its format is not known.
Result<std::unique_ptr<EventSource>> open_capture(const std::string& path,
                                                  const CaptureOptions& options);

// The same over several, as one stream in the order of time (probe/merged_source.h).
Result<std::unique_ptr<EventSource>> open_captures(const std::vector<std::string>& paths,
                                                   const CaptureOptions& options);

// A source over event lines in memory; `name` stands in messages.
std::unique_ptr<EventSource> open_event_lines(std::string lines, const std::string& name);

}  // namespace sequitur
