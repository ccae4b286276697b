// Blocks of a .scap capture, appended to a buffer. The other side of probe/scap_blocks.h.
#pragma once

#include "core/record.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace sequitur::probe {

using ByteBuffer = std::vector<std::byte>;

// Little-endian fields, appended.
template <typename T>
void put(ByteBuffer& out, T value) {
    const auto bytes = std::as_bytes(std::span(&value, 1));
    out.insert(out.end(), bytes.begin(), bytes.end());
}
void put_bytes(ByteBuffer& out, std::span<const std::byte> bytes);
// A text behind its length in 16 bits, cut to `max` bytes (at most 65535).
void put_text(ByteBuffer& out, std::string_view text, std::size_t max);

// A block is begun, its body appended, and ended, which pads it and fills in its length.
class BlockScope {
public:
    BlockScope(ByteBuffer& out, std::uint32_t type);
    ~BlockScope();
    BlockScope(const BlockScope&) = delete;
    BlockScope& operator=(const BlockScope&) = delete;

private:
    ByteBuffer& out_;
    std::size_t start_;
};

// The section header, as every reader takes it: version 1.2, without options.
void append_section_block(ByteBuffer& out);

// An event, its options behind it. Of the large kind for types with wide lengths, and for what
// would be too long for other readers.
void append_event_block(const RecordView& record, ByteBuffer& out);

// A snapshot record as it is; `position`: how many event blocks stand before it in the stream.
void append_snapshot_block(const RecordView& record, std::uint64_t position, ByteBuffer& out);

}  // namespace sequitur::probe
