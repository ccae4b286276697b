#include "probe/scap_blocks_write.h"

#include "core/event_type.h"
#include "core/record_option.h"
#include "probe/scap_format.h"

#include <algorithm>
#include <cstring>
#include <optional>

namespace sequitur::probe {
namespace {

// CPU, event, padding, options: what the body of an event block is.
void put_event(const RecordView& record, ByteBuffer& out) {
    put(out, record.cpu());
    put_bytes(out, record.event_bytes());
    out.resize(out.size() + ((0 - (record.event_bytes().size() + 2)) & 3));
    put_bytes(out, record.option_bytes());
}

// The system call of a generic event that has to stand in an option: one that old readers do not
// know, and where the option that the reader takes off stands already.
std::optional<std::uint16_t> hidden_syscall(const RecordView& record) {
    if (record.type() != EventType::kGeneric) return std::nullopt;
    const auto id = record.param(0), options = record.option_bytes();
    if (id.size() != 2) return std::nullopt;
    const auto number = load_le<std::uint16_t>(id.data());
    const bool has_option =
        options.size() >= 2 && load_le<std::uint16_t>(options.data()) == SEQUITUR_OPTION_SYSCALL;
    return number > kOldSyscallMax || has_option ? std::optional(number) : std::nullopt;
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
    const std::size_t size = kBlockFrameSize + sizeof(std::uint16_t) + record.event_bytes().size() +
                             record.option_bytes().size() + 3;
    const bool is_large = record.has_wide_lengths() || size > kSmallBlockSizeMax;
    const BlockScope scope(out, is_large ? block::kEventLarge : block::kEvent2);
    const std::optional<std::uint16_t> syscall = hidden_syscall(record);
    if (!syscall) {
        put_event(record, out);
        return;
    }
    const std::size_t start = out.size() + sizeof(std::uint16_t);
    put_event(RecordView(record.event_bytes(), {}, record.cpu()), out);
    const auto at = static_cast<std::size_t>(record.param(0).data() - record.event_bytes().data());
    out[start + at] = out[start + at + 1] = std::byte{0};
    put(out, std::uint16_t{SEQUITUR_OPTION_SYSCALL});
    put(out, std::uint16_t{sizeof *syscall});
    put(out, *syscall);
    put(out, std::uint16_t{0});
    put_bytes(out, record.option_bytes());
}

void append_snapshot_block(const RecordView& record, std::uint64_t position, ByteBuffer& out) {
    const BlockScope scope(out, block::kSnapshotRecord);
    put(out, position);
    put_event(record, out);
}

}  // namespace sequitur::probe
