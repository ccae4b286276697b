// Today's records as drivers wrote them until 2022: a record at a call's start and one at its end,
// each with the parameters that it had then. Debian's sysdig (0.29) knows these calls' descriptors
// and arguments in this layout only.
#pragma once

#include "core/arena.h"
#include "core/record.h"
#include "core/record_builder.h"

#include <span>
#include <vector>

namespace sequitur {

class OldLayout {
public:
    // The records in the old layout, without options. Snapshot records, and types that the made-up
    // host does not make, stay as they are. Valid until the next call.
    std::span<const RecordView> convert(std::span<const RecordView> records);

private:
    void add_start(const RecordView& record, const EventTypeInfo& start);
    void add_end(const RecordView& record, std::uint32_t params);

    Arena arena_;
    RecordBuilder builder_{arena_};
    std::vector<RecordView> records_;
};

}  // namespace sequitur
