// Records of any bytes: what check_record() lets through can be read, shown and written as a line
// from which the same record is made again.
//
// Input: u16 length of the event, the event, its options.
#include "core/param_text.h"
#include "core/record_options.h"
#include "tests/support/line_encoder.h"

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>

namespace {

using sequitur::RecordView;

void check(bool holds) {
    if (!holds) std::abort();
}

// Whether the parameters fill the event; bytes behind them belong to nothing and are not kept.
bool has_no_rest(const RecordView& record) {
    std::size_t end = sequitur::kRecordHeaderSize;
    end += record.param_count() * (record.has_wide_lengths() ? 4u : 2u);
    for (std::uint32_t i = 0; i < record.param_count(); ++i) end += record.param(i).size();
    return end == record.event_bytes().size();
}

void show(const RecordView& record) {
    const sequitur::EventTypeInfo* info = event_type_info(record.type());
    if (info == nullptr) return;
    std::string text;
    append_args(record, *info, {}, text);
    for (std::uint32_t i = 0; i < record.param_count() + 1; ++i) {
        append_arg(record, *info, i, {}, text);
        sequitur::text_param(record.param(i));
    }
}

void write_and_read(const RecordView& record) {
    std::string line;
    append_line(record, line);
    sequitur::LineEncoder encode;
    const RecordView again = encode(line);
    check(encode.error().empty());
    if (has_no_rest(record)) {
        check(std::ranges::equal(record.event_bytes(), again.event_bytes()));
    }
    std::string line_again;
    append_line(again, line_again);
    check(line == line_again);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size < 2 || size > 65536) return 0;  // longer ones make lines beyond what is read
    const auto bytes = std::as_bytes(std::span(data, size));
    const std::size_t length = sequitur::load_le<std::uint16_t>(bytes.data());
    const auto event = bytes.subspan(2, std::min(length, size - 2));
    const auto options = bytes.subspan(2 + event.size());
    if (event.size() < sequitur::kRecordHeaderSize) {
        check(sequitur::check_record(event, false) == sequitur::RecordFault::kTooShort);
        return 0;
    }
    const auto type = sequitur::EventType(sequitur::load_le<std::uint16_t>(event.data() + 20));
    const bool is_wide = sequitur::has_wide_lengths(type);
    if (sequitur::check_record(event, is_wide) != sequitur::RecordFault::kOk) return 0;
    const RecordView record(event, options, 3, is_wide);
    show(record);
    write_and_read(record);
    return 0;
}
