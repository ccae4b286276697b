#include "core/call.h"

#include <algorithm>

namespace sequitur {

// NOLINTNEXTLINE(cppcoreguidelines-pro-type-member-init): offsets_ is filled as far as it is used
Params::Params(const RecordView& record) : bytes_(record.event_bytes()) {
    count_ = std::min(record.param_count(), kRecordParamsMax);
    const std::size_t width = record.has_wide_lengths() ? 4 : 2;
    const std::byte* lengths = bytes_.data() + kRecordHeaderSize;
    auto offset = static_cast<std::uint32_t>(kRecordHeaderSize + count_ * width);
    offsets_[0] = offset;
    for (std::uint32_t i = 0; i < count_; ++i) {
        offset += width == 4 ? load_le<std::uint32_t>(lengths + std::size_t{4} * i)
                             : load_le<std::uint16_t>(lengths + std::size_t{2} * i);
        offsets_[i + 1] = offset;
    }
}

}  // namespace sequitur
