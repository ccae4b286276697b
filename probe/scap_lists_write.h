// The lists at the head of a capture, made from the records of a source's snapshot: what other
// programs know of the host before the first event.
#pragma once

#include "core/record.h"
#include "probe/host_facts.h"
#include "probe/scap_blocks_write.h"

#include <cstdint>
#include <map>
#include <set>

namespace sequitur::probe {

class ScapListWriter {
public:
    // An ITER_* record or an account; any other of a known type is ignored. What the lists cannot
    // say is left out of them; what other readers would refuse is cut.
    void add(const RecordView& record);

    // Appends machine, interfaces, accounts, threads and descriptors, and forgets them.
    void append_to(ByteBuffer& out, const HostFacts& facts);

private:
    void add_thread(const RecordView& record);
    void add_account(const RecordView& record);

    ByteBuffer threads_, accounts_;
    std::set<std::uint64_t> listed_;                   // threads that are in threads_
    std::map<std::uint64_t, ByteBuffer> descriptors_;  // by thread
};

// The entry of a descriptor list for an ITER_TASK_FILE_* record, appended.
void append_descriptor_entry(const RecordView& record, ByteBuffer& out);

}  // namespace sequitur::probe
