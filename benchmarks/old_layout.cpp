#include "benchmarks/old_layout.h"

#include "core/event_type.h"

#include <algorithm>

namespace sequitur {
namespace {

struct OldEnd {
    EventType type;
    std::uint32_t params;  // of the end's record, as libs of March 2022 wrote it
    bool has_start;
};

constexpr OldEnd kEnds[] = {
    {EventType::kClose, 1, true},     {EventType::kRead, 2, true},
    {EventType::kWrite, 2, true},     {EventType::kFcntl, 1, true},
    {EventType::kOpenat, 6, true},    {EventType::kClone, 20, true},
    {EventType::kExecve, 20, true},   {EventType::kFchmodat, 4, true},
    {EventType::kProcexit, 4, false},
};

}  // namespace

// The start's parameters have the names that they have at the end today.
void OldLayout::add_start(const RecordView& record, const EventTypeInfo& start) {
    const EventTypeInfo& end = *event_type_info(record.type());
    builder_.begin(record.ts_ns(), record.tid(), static_cast<EventType>(start.id), record.cpu());
    for (const ParamInfo& param : start.params) {
        const auto found = std::ranges::find(end.params, param.name, &ParamInfo::name);
        if (found == end.params.end()) {
            builder_.add_missing();
        } else {
            const auto index = static_cast<std::uint32_t>(found - end.params.begin());
            builder_.add_bytes(record.param(index));
        }
    }
    records_.push_back(builder_.finish_exact());
}

void OldLayout::add_end(const RecordView& record, std::uint32_t params) {
    builder_.begin(record.ts_ns(), record.tid(), record.type(), record.cpu());
    for (std::uint32_t i = 0; i < params; ++i) builder_.add_bytes(record.param(i));
    records_.push_back(builder_.finish_exact());
}

std::span<const RecordView> OldLayout::convert(std::span<const RecordView> records) {
    arena_.reset();
    records_.clear();
    for (const RecordView& record : records) {
        const auto* old = std::ranges::find(kEnds, record.type(), &OldEnd::type);
        if (old == std::end(kEnds)) {
            records_.push_back(record);
            continue;
        }
        const auto start = static_cast<std::size_t>(record.type()) - 1;
        if (old->has_start) add_start(record, event_types()[start]);
        add_end(record, old->params);
    }
    return records_;
}

}  // namespace sequitur
