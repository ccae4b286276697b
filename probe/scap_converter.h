// Turns the events of old captures into those of today's layout (probe/scap_conversion_rules.h).
//
// Old sources told a call twice, at its enter and at its exit; what the enter event said is kept by
// thread and goes into the exit event. One that is already as today's sources write it passes after
// one look at a table.
#pragma once

#include "core/arena.h"
#include "core/flat_map.h"
#include "core/record.h"
#include "probe/scap_event.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace sequitur::probe {

// The last enter event of each thread, copied. Bounded: of more threads than kThreadsMax, all are
// forgotten and their exit events go without.
class EnterEvents {
public:
    static constexpr std::size_t kThreadsMax = 65536;

    void keep(const RecordView& record);
    // An empty view when there is none. Valid until the next keep().
    RecordView find(std::uint64_t tid) const;
    void forget(std::uint64_t tid);
    bool empty() const { return by_tid_.size() == 0; }

private:
    struct Kept {
        std::vector<std::byte> bytes;
        bool has_wide_lengths = false;
    };
    FlatMap<std::uint64_t, std::uint32_t> by_tid_;  // to a place in kept_
    std::vector<Kept> kept_;
    std::vector<std::uint32_t> free_;
};

class ScapConverter {
public:
    enum class Outcome : std::uint8_t {
        kDeliver,
        kDrop,    // as the format wants it: its content goes into another event, or it has none
        kNoRule,  // of a layout that nobody has written
    };

    // Takes the next record of the stream, which may become another one: its bytes are then in
    // `arena`. What the file adds behind the table's parameters stays.
    Outcome convert(RecordView& record, Arena& arena) {
        const auto& facts = kScapTypeFacts[static_cast<std::size_t>(record.type())];
        using Treatment = ScapTypeFacts::Treatment;
        if (facts.treatment == Treatment::kPass) return Outcome::kDeliver;
        if (facts.treatment == Treatment::kDrop) return Outcome::kDrop;
        if (facts.treatment == Treatment::kExit && record.param_count() >= facts.count &&
            !facts.is_old && opened_.empty()) {
            return Outcome::kDeliver;
        }
        return convert_slowly(record, arena);
    }

private:
    Outcome convert_slowly(RecordView& record, Arena& arena);
    struct Draft;
    Outcome apply_rules(Draft& draft);
    void prefer_enter_name(Draft& draft);

    EnterEvents entered_;  // whose parameters exit events need
    EnterEvents opened_;   // open calls that were delivered, with the name as it was at the start
    std::string json_;     // working memory
};

}  // namespace sequitur::probe
