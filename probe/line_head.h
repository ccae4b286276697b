// What event lines and snapshot lines share: who, when, how; and conventions that both directions
// have to agree on.
#pragma once

#include "core/event_type.h"
#include "core/json_reader.h"
#include "core/record_option.h"
#include "core/result.h"
#include "probe/param_slots.h"

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace sequitur {

struct LineHead {
    std::uint64_t ts_ns = 0;
    std::uint16_t cpu = 0;
    std::optional<std::uint32_t> pid;
    std::optional<std::uint64_t> tid;
};

// Reads ts and cpu of `line`, pid and tid of `who` (the line itself, or its "proc").
Result<LineHead> read_head(const JsonValue& line, const JsonValue& who);

// The header's tid: iterators put the thread group above the thread; -1 for nobody.
Result<std::uint64_t> header_tid(const LineHead& head, EventSourceKind source);

// The task option that a line implies by itself.
std::optional<sequitur_task_option> implied_task(const LineHead& head);

// "ls" of "/bin/ls", cut to the 15 bytes of a comm.
std::string_view comm_of(std::string_view path);

// dev, ino and gen where the event has no parameter of that name: which file it was.
class FileKeys {
public:
    // Takes the member if it is one of the three.
    bool take(const JsonValue& member);
    bool is_set() const { return dev_ != nullptr || ino_ != nullptr || gen_ != nullptr; }
    const JsonValue* ino() const { return ino_; }

    // The file option they make; those not given are taken from the parameters of that name.
    // `prefix` stands before the key in messages.
    Result<sequitur_file_option> read(const ParamSlots& slots, std::uint16_t role,
                                      std::string_view prefix) const;

private:
    const JsonValue* dev_ = nullptr;
    const JsonValue* ino_ = nullptr;
    const JsonValue* gen_ = nullptr;
};

}  // namespace sequitur
