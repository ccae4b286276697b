// Entries of a capture's lists as snapshot records, whose time is 0: before everything.
#pragma once

#include "core/record_builder.h"
#include "probe/scap_lists.h"

#include <cstdint>

namespace sequitur::probe {

// Whether a record can say the numbers of this thread: writers list threads of which they know
// nothing, too, with the process -1.
bool is_listable(const ListedThread& thread);

// Precondition: is_listable(). `ppid`: the process of the parent thread.
RecordView make_thread_record(const ListedThread& thread, std::uint64_t ppid,
                              RecordBuilder& builder);

// `serves`: somebody listens on its local port, so that this is the server's end.
RecordView make_descriptor_record(const ListedDescriptor& descriptor, std::uint64_t pid,
                                  std::uint64_t tid, bool serves, RecordBuilder& builder);

RecordView make_account_record(const ListedAccount& account, RecordBuilder& builder);

}  // namespace sequitur::probe
