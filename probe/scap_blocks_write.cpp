#include "probe/scap_blocks_write.h"

#include "probe/scap_format.h"

#include <algorithm>
#include <cstring>

namespace sequitur::probe {
namespace {

// CPU, event, padding, options: what the body of an event block is.
void put_event(const RecordView& record, ByteBuffer& out) {
    put(out, record.cpu());
    put_bytes(out, record.event_bytes());
    out.resize(out.size() + ((0 - (record.event_bytes().size() + 2)) & 3));
    put_bytes(out, record.option_bytes());
}

}  // namespace

void put_bytes(ByteBuffer& out, std::span<const std::byte> bytes) {
    out.insert(out.end(), bytes.begin(), bytes.end());
}

void put_text(ByteBuffer& out, std::string_view text, std::size_t max) {
    text = text.substr(0, max);
    put(out, static_cast<std::uint16_t>(text.size()));
    put_bytes(out, std::as_bytes(std::span(text.data(), text.size())));
}

BlockScope::BlockScope(ByteBuffer& out, std::uint32_t type) : out_(out), start_(out.size()) {
    put(out, type);
    put(out, std::uint32_t{0});
}

BlockScope::~BlockScope() {
    out_.resize(start_ + ((out_.size() - start_ + 3) & ~std::size_t{3}));
    const auto length = static_cast<std::uint32_t>(out_.size() - start_ + kBlockTailSize);
    std::memcpy(out_.data() + start_ + 4, &length, sizeof length);
    put(out_, length);
}

void append_section_block(ByteBuffer& out) {
    const BlockScope scope(out, block::kSection);
    put(out, kByteOrderMagic);
    put(out, kMajorVersion);
    put(out, kMinorVersion);
    put(out, ~std::uint64_t{0});  // how long the section is: unknown
}

void append_event_block(const RecordView& record, ByteBuffer& out) {
    const std::size_t size = kBlockFrameSize + sizeof(std::uint16_t) +
                             record.event_bytes().size() + record.option_bytes().size() + 3;
    const bool is_large = record.has_wide_lengths() || size > kSmallBlockSizeMax;
    const BlockScope scope(out, is_large ? block::kEventLarge : block::kEvent2);
    put_event(record, out);
}

void append_snapshot_block(const RecordView& record, std::uint64_t position, ByteBuffer& out) {
    const BlockScope scope(out, block::kSnapshotRecord);
    put(out, position);
    put_event(record, out);
}

}  // namespace sequitur::probe
