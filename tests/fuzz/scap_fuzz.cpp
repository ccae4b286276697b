// Captures of any content: every one is refused or gives whole records, which the state stage takes
// and from which the same records are made again.
#include "core/host_state.h"
#include "probe/scap_blocks_write.h"
#include "probe/scap_event.h"
#include "probe/scap_lists_write.h"
#include "probe/scap_source.h"

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <vector>

namespace sequitur {
namespace {

void check(bool holds) {
    if (!holds) std::abort();
}

// The record's block says what the record says.
void check_written(const RecordView& record) {
    probe::ByteBuffer out;
    probe::append_event_block(record, out);
    probe::ScapBlock block;
    block.type = load_le<std::uint32_t>(out.data());
    block.body = std::span(out).subspan(probe::kBlockHeadSize, out.size() - probe::kBlockFrameSize);
    Arena arena;
    RecordView again;
    check(probe::read_event_block(block, arena, again) == probe::EventFault::kOk);
    check(std::ranges::equal(record.event_bytes(), again.event_bytes()));
    check(again.option_bytes().size() >= record.option_bytes().size());  // padding
}

void run(std::span<const std::byte> bytes, bool is_lenient) {
    auto source = ScapSource::over(bytes, "fuzz", {.is_lenient = is_lenient});
    if (!source) return;
    HostState state({}, nullptr);
    probe::ScapListWriter lists;
    std::vector<RecordView> records;
    std::vector<Event> events;
    std::uint64_t batch = 0;
    do {
        while ((*source)->next_batch(7, {}, records)) {
            for (const RecordView& record : records) {
                const bool is_wide = has_wide_lengths(record.type());
                check(record.has_wide_lengths() == is_wide);
                check(check_record(record.event_bytes(), is_wide) == RecordFault::kOk);
                check_written(record);
                const auto* info = event_type_info(record.type());
                if (info != nullptr && info->source == EventSourceKind::kIter) lists.add(record);
            }
            events.clear();
            state.apply(records, ++batch, events);
            state.release_through(batch);
        }
    } while ((*source)->next_history());
    probe::ByteBuffer head;
    lists.append_to(head, {});
}

}  // namespace
}  // namespace sequitur

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto bytes = std::as_bytes(std::span(data, size));
    sequitur::run(bytes, false);
    sequitur::run(bytes, true);
    return 0;
}
