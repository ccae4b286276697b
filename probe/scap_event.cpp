#include "probe/scap_event.h"

#include "core/event_type.h"
#include "core/record_option.h"

#include <algorithm>
#include <bit>
#include <cstring>

namespace sequitur::probe {
namespace {

// Blocks and records have the same bytes, on such machines only.
static_assert(std::endian::native == std::endian::little);

using Treatment = ScapTypeFacts::Treatment;

constexpr std::size_t kCpuSize = 2, kFlagsSize = 4;
constexpr std::size_t kTypeOffset = 20, kLengthOffset = 16;

Treatment treatment_of(const EventTypeInfo& info) {
    const bool is_old = (info.flags & event_flag::kOldVersion) != 0;
    if ((info.flags & event_flag::kUnused) != 0) return Treatment::kDrop;
    if ((info.flags & event_flag::kConverterManaged) == 0) {
        return is_old && info.id % 2 == 0 ? Treatment::kDrop : Treatment::kPass;
    }
    // By the number, not by the direction: procexit has an even one and is complete.
    return info.id % 2 == 0 ? Treatment::kEnter : Treatment::kExit;
}

std::array<ScapTypeFacts, kEventTypeCount> make_facts() {
    std::array<ScapTypeFacts, kEventTypeCount> facts;
    for (const EventTypeInfo& info : event_types()) {
        ScapTypeFacts& fact = facts[info.id];
        fact.treatment = treatment_of(info);
        fact.count = static_cast<std::uint8_t>(info.params.size());
        fact.has_wide_lengths = (info.flags & event_flag::kLargePayload) != 0;
        fact.is_old = (info.flags & event_flag::kOldVersion) != 0;
    }
    return facts;
}

// `prefix`: what stands before the event in the block's body.
EventFault read_v2(std::span<const std::byte> body, std::size_t prefix, RecordView& record) {
    if (body.size() < prefix + kRecordHeaderSize) return EventFault::kTooShort;
    const std::span<const std::byte> rest = body.subspan(prefix);
    const std::size_t type = load_le<std::uint16_t>(rest.data() + kTypeOffset);
    const auto& facts = kScapTypeFacts;
    if (type >= facts.size()) return EventFault::kUnknownType;
    const std::size_t length = load_le<std::uint32_t>(rest.data() + kLengthOffset);
    if (length < kRecordHeaderSize || length > rest.size()) return EventFault::kBadLength;
    const std::span<const std::byte> event = rest.first(length);
    const bool is_wide = facts[type].has_wide_lengths;
    if (check_record(event, is_wide) != RecordFault::kOk) return EventFault::kBadParams;
    const std::size_t padded = (prefix + length + 3) & ~std::size_t{3};
    record = RecordView(event, body.subspan(std::min(padded, body.size())),
                        load_le<std::uint16_t>(body.data()), is_wide);
    return EventFault::kOk;
}

// A generic event whose system call the writer put into an option, with that number again.
void restore_syscall(Arena& arena, RecordView& record) {
    const std::span<const std::byte> options = record.option_bytes();
    if (options.size() < kSyscallOptionSize) return;
    if (load_le<std::uint16_t>(options.data()) != SEQUITUR_OPTION_SYSCALL ||
        load_le<std::uint16_t>(options.data() + 2) != 2 || record.param(0).size() != 2) {
        return;
    }
    const auto event = record.event_bytes();
    const std::span<std::byte> out = arena.allocate(event.size());
    std::ranges::copy(event, out.begin());
    std::ranges::copy(options.subspan(4, 2), out.begin() + (record.param(0).data() - event.data()));
    record = RecordView(out, options.subspan(kSyscallOptionSize), record.cpu());
}

// How many parameters an event has whose header does not say it: the most for which lengths and
// values are exactly what is there. -1: none fits.
int count_params(std::span<const std::byte> rest, std::size_t type) {
    const auto& facts = kScapTypeFacts[type];
    const std::size_t width = facts.has_wide_lengths ? 4 : 2;
    for (int count = facts.count; count >= 0; --count) {
        const auto n = static_cast<std::size_t>(count);
        if (n * width > rest.size()) continue;
        std::uint64_t size = n * width;
        for (std::size_t i = 0; i < n; ++i) {
            size += width == 4 ? load_le<std::uint32_t>(rest.data() + 4 * i)
                               : load_le<std::uint16_t>(rest.data() + 2 * i);
        }
        if (size == rest.size()) return count;
    }
    return -1;
}

EventFault read_v1(std::span<const std::byte> body, std::size_t prefix, Arena& arena,
                   RecordView& record) {
    constexpr std::uint16_t kNotification = 280, kInfrastructure = 286;
    if (body.size() < prefix + kOldEventHeaderSize) return EventFault::kTooShort;
    const std::span<const std::byte> rest = body.subspan(prefix);
    const std::uint16_t type = load_le<std::uint16_t>(rest.data() + kTypeOffset);
    if (type >= kEventTypeCount) return EventFault::kUnknownType;
    std::size_t length = load_le<std::uint32_t>(rest.data() + kLengthOffset);
    // These two were written with a length that is 3 too large.
    if ((type == kNotification || type == kInfrastructure) && length >= 3) length -= 3;
    if (length < kOldEventHeaderSize || length > rest.size()) return EventFault::kBadLength;
    const std::span<const std::byte> values =
        rest.subspan(kOldEventHeaderSize, length - kOldEventHeaderSize);
    const int count = count_params(values, type);
    if (count < 0) return EventFault::kBadParams;

    const std::span<std::byte> out = arena.allocate(kRecordHeaderSize + values.size());
    const auto out_length = static_cast<std::uint32_t>(out.size());
    const auto out_count = static_cast<std::uint32_t>(count);
    std::memcpy(out.data(), rest.data(), kOldEventHeaderSize);
    std::memcpy(out.data() + kLengthOffset, &out_length, sizeof out_length);
    std::memcpy(out.data() + kOldEventHeaderSize, &out_count, sizeof out_count);
    if (!values.empty()) {
        std::memcpy(out.data() + kRecordHeaderSize, values.data(), values.size());
    }
    const std::size_t padded = (prefix + length + 3) & ~std::size_t{3};
    record = RecordView(out, body.subspan(std::min(padded, body.size())),
                        load_le<std::uint16_t>(body.data()), kScapTypeFacts[type].has_wide_lengths);
    return EventFault::kOk;
}

}  // namespace

const char* name_of(EventFault fault) {
    switch (fault) {
        case EventFault::kOk: return "no fault";
        case EventFault::kUnknownType: return "an event of an unknown type";
        case EventFault::kTooShort: return "a block too short for an event";
        case EventFault::kBadLength: return "an event whose length is not that of its block";
        case EventFault::kBadParams: return "an event whose parameters do not fit into it";
    }
    return "a fault";
}

static_assert(kEventTypeCount == 454);
const std::array<ScapTypeFacts, 454> kScapTypeFacts = make_facts();

EventFault read_event_block(const ScapBlock& block, Arena& arena, RecordView& record) {
    switch (block.type) {
        case block::kEvent2:
        case block::kEventLarge: {
            const EventFault fault = read_v2(block.body, kCpuSize, record);
            if (fault == EventFault::kOk && record.type() == EventType::kGeneric) {
                restore_syscall(arena, record);
            }
            return fault;
        }
        case block::kEventFlags2:
        case block::kEventFlagsLarge: return read_v2(block.body, kCpuSize + kFlagsSize, record);
        case block::kEventFlags: return read_v1(block.body, kCpuSize + kFlagsSize, arena, record);
        default: return read_v1(block.body, kCpuSize, arena, record);
    }
}

EventFault read_event_body(std::span<const std::byte> body, RecordView& record) {
    return read_v2(body, kCpuSize, record);
}

}  // namespace sequitur::probe
