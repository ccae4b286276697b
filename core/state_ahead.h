// Looks at records before they are applied, so that what they need is in the processor's caches.
//
// An open walks from its path's text to the interned string, from there to the path's entry, to the
// last descriptor of that path, to its file: each step waits for memory that the one before named.
// One record at a time that is most of the time an event takes. Here a group of records takes each
// step together, before any of them is applied, so that they wait at once. Nothing is changed and
// nothing is decided: a wrong guess costs time only.
#pragma once

#include "core/interner.h"
#include "core/record.h"
#include "core/state_arguments.h"
#include "core/state_tables.h"

#include <array>
#include <cstddef>
#include <span>

namespace sequitur {

class LookAhead {
public:
    static constexpr std::size_t kGroup = 16;

    // `layouts` by event type id; both must outlive this.
    LookAhead(const StateTables& tables, std::span<const ArgumentLayout> layouts)
        : tables_(tables), layouts_(layouts) {}

    // For at most kGroup records, none of which has been applied.
    void fetch(std::span<const RecordView> group);

    // The path of the group's record `i` with its hash; empty where it has none.
    const HashedText& path(std::size_t i) const { return seen_[i].path; }

private:
    struct Seen {
        HashedText path;
        Symbol symbol = nullptr;
        const PathCache::Entry* entry = nullptr;
        const Task* task = nullptr;
        std::int64_t fd = -1;
        const Descriptor* descriptor = nullptr;
    };
    // The steps, in order; each starts to bring in what the next one reads.
    void look_at(const RecordView& record, Seen& seen) const;
    void find_string_and_process(Seen& seen) const;
    void find_entry_and_image(Seen& seen) const;
    static void find_descriptor(Seen& seen);

    const StateTables& tables_;
    std::span<const ArgumentLayout> layouts_;
    std::array<Seen, kGroup> seen_;
};

}  // namespace sequitur
