#include "core/record.h"

#include "core/event_type.h"

namespace sequitur {

std::string_view text_param(std::span<const std::byte> param) {
    if (param.empty()) return {};
    std::string_view text(reinterpret_cast<const char*>(param.data()), param.size());
    if (text.back() == '\0') text.remove_suffix(1);
    if (text == "(NULL)" || text == "<NA>") return {};
    return text;
}

RecordFault check_record(std::span<const std::byte> event, bool wide_lengths) {
    if (event.size() < kRecordHeaderSize) return RecordFault::kTooShort;
    const auto declared = load_le<std::uint32_t>(event.data() + 16);
    if (declared != event.size()) {
        return declared > event.size() ? RecordFault::kTooShort : RecordFault::kLengthsOverrun;
    }
    const auto count = load_le<std::uint32_t>(event.data() + 22);
    if (count > kRecordParamsMax) return RecordFault::kTooManyParams;

    const std::size_t width = wide_lengths ? 4 : 2;
    std::uint64_t end = kRecordHeaderSize + count * width;
    if (end > event.size()) return RecordFault::kLengthsOverrun;
    const std::byte* lengths = event.data() + kRecordHeaderSize;
    if (wide_lengths) {
        for (std::uint32_t i = 0; i < count; ++i) end += load_le<std::uint32_t>(lengths + 4 * i);
    } else {
        for (std::uint32_t i = 0; i < count; ++i) end += load_le<std::uint16_t>(lengths + 2 * i);
    }
    return end <= event.size() ? RecordFault::kOk : RecordFault::kLengthsOverrun;
}

bool has_wide_lengths(EventType type) {
    const EventTypeInfo* info = event_type_info(type);
    return info != nullptr && (info->flags & event_flag::kLargePayload) != 0;
}

}  // namespace sequitur
