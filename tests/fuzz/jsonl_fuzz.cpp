// Event lines of any content: every one is refused or becomes a whole record, and what that record
// is written as reads back as the same record.
#include "core/record.h"
#include "probe/jsonl_source.h"
#include "tests/support/line_encoder.h"

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <vector>

namespace {

void check(bool holds) {
    if (!holds) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using sequitur::RecordView;
    const std::string text(reinterpret_cast<const char*>(data), size);
    const auto source = sequitur::JsonlSource::over(text, "fuzz", {.is_lenient = true});
    std::vector<RecordView> batch;
    while (source->next_batch(7, {}, batch)) {
        for (const RecordView& record : batch) {
            const bool is_wide = sequitur::has_wide_lengths(record.type());
            check(sequitur::check_record(record.event_bytes(), is_wide) ==
                  sequitur::RecordFault::kOk);
            std::string line;
            append_line(record, line);
            sequitur::LineEncoder encode;
            const RecordView again = encode(line);
            check(encode.error().empty());
            check(std::ranges::equal(record.event_bytes(), again.event_bytes()));
            std::string line_again;
            append_line(again, line_again);
            check(line == line_again);
        }
    }
    return 0;
}
