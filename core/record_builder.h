// Writes wire records (core/record.h): the source side of tests, of event lines and of snapshots.
//
//     builder.begin(ts, tid, EventType::kChmod);
//     builder.add_int(0);
//     builder.add_text("/tmp/a");
//     builder.add_int(0755);
//     RecordView record = builder.finish();
//
// Parameters are added in the order of the table; what is left out at the end is missing. Options
// may be added at any time between begin() and finish().
#pragma once

#include "core/arena.h"
#include "core/event_type.h"
#include "core/record.h"
#include "core/record_option.h"

#include <array>
#include <concepts>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace sequitur {

class RecordBuilder {
public:
    // Records are placed into `arena`, which must outlive this and every view that finish() gave,
    // and live until its reset().
    explicit RecordBuilder(Arena& arena) : arena_(&arena) {}

    // Where the next records go.
    void use(Arena& arena) { arena_ = &arena; }

    // Starts a record; one that was begun and not finished is dropped.
    void begin(std::uint64_t ts_ns, std::uint64_t tid, EventType type, std::uint16_t cpu = 0);

    // The next parameter. A value longer than the record can say (65535 bytes; 16 MiB for the types
    // with wide lengths) is cut and marked as truncated. At most kRecordParamsMax are kept.
    void add_missing();
    void add_int(std::integral auto value) {  // as wide as the table says; 8 bytes outside of it
        add_integer(static_cast<std::uint64_t>(value));
    }
    void add_text(std::string_view text);  // adds the final NUL
    void add_bytes(std::span<const std::byte> bytes);
    void add_list(std::span<const std::string_view> texts);  // each followed by NUL

    // How many parameters the record has so far.
    std::uint32_t param_count() const { return count_; }

    // Options. Each of task, lost once, each role of file and path once.
    void set_task(const sequitur_task_option& task);
    void add_file(const sequitur_file_option& file);
    void add_path(std::uint8_t role, std::uint8_t flags, std::string_view path);
    void set_lost(std::uint64_t records);
    void mark_truncated(std::uint32_t param);
    void add_option(std::uint16_t code, std::span<const std::byte> value);  // at most 65535 bytes

    // Ends the record. Parameters that the table has and nobody added are added as missing ones.
    RecordView finish();
    // The same, but with exactly the parameters that were added: what older sources wrote.
    RecordView finish_exact();

private:
    void add_integer(std::uint64_t value);
    std::size_t room() const;
    void end_param(std::size_t length);

    Arena* arena_;
    std::uint64_t ts_ns_ = 0, tid_ = 0, truncated_ = 0;
    EventType type_{};
    std::uint16_t cpu_ = 0;
    bool wide_ = false;
    const EventTypeInfo* info_ = nullptr;
    std::uint32_t count_ = 0;
    std::array<std::uint32_t, kRecordParamsMax> lengths_{};
    std::vector<std::byte> params_, options_;  // keep their memory from record to record
};

}  // namespace sequitur
