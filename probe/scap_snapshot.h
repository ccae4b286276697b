// What a capture's lists say of the host before the first event, as the records that the state
// stage takes: processes, threads and descriptors as iterator records, accounts without a time.
//
// A capture that we wrote has those records themselves, in blocks of its own kind; then the lists,
// which say less, are not used.
#pragma once

#include "core/arena.h"
#include "core/flat_map.h"
#include "core/record.h"
#include "core/result.h"
#include "probe/scap_blocks.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

namespace sequitur::probe {

// A snapshot record, and how many event blocks stand before it in the order of the source.
struct SnapshotRecord {
    RecordView record;
    std::uint64_t position = 0;
};

class ScapSnapshot {
public:
    // A block from before the first event: a list, or any other, which is skipped. It is read by
    // take(); what it lies in must live until then.
    void add(const ScapBlock& block) { blocks_.push_back(block); }
    bool empty() const { return blocks_.empty(); }

    // Reads what was added into records, in the order of the stream. They lie in `arena` and in the
    // blocks. Where an entry cannot be read the rest of its block is left out, and the first such
    // block is named.
    struct Fault {
        std::uint64_t offset = 0;  // of the block
        const char* what = nullptr;
    };
    std::optional<Fault> take(Arena& arena, std::vector<SnapshotRecord>& records);

private:
    std::vector<ScapBlock> blocks_;
};

}  // namespace sequitur::probe
