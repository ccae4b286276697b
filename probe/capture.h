// Captures by name: the one place that knows which file ending is which format.
#pragma once

#include "core/event_source.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace sequitur {

enum class CaptureFormat : std::uint8_t { kJsonl, kScap, kScapGzip };

// By the ending of its name: .jsonl, .scap, .scap.gz; nothing for any other.
std::optional<CaptureFormat> capture_format(std::string_view path);

struct CaptureOptions {
    bool is_lenient = false;  // count and skip what can't be read
    Duration lateness{0};     // put records in order that are at most this late; 0: as they stand
    // The file, whatever its name, holds JSON objects, a line each, with their time at this JSON
    // pointer.
    std::optional<std::string> time_pointer;
};

// A source over the capture `path`: ".jsonl", ".scap", ".scap.gz", or "-", standard input. A .scap
// may be packed, and a .scap.gz not; that, and what stands on standard input, the first bytes say.
// kIo: it can't be opened; kBadInput: its format is not known.
Result<std::unique_ptr<EventSource>> open_capture(const std::string& path,
                                                  const CaptureOptions& options);

// A source over event lines in memory; `name` stands in messages.
std::unique_ptr<EventSource> open_event_lines(std::string lines, const std::string& name);

}  // namespace sequitur
