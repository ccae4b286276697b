// The users and groups of the host, as records for the start of a stream.
#pragma once

#include "core/record_builder.h"

#include <cstdint>
#include <string>
#include <vector>

namespace sequitur::probe {

// Appends USER_ADDED and GROUP_ADDED records for the lines of a passwd(5) and a group(5) file,
// stamped `ts_ns`. A file that can't be read gives none; malformed lines are skipped. The views
// live as the builder's arena says.
void add_account_records(const std::string& passwd_path, const std::string& group_path,
                         std::uint64_t ts_ns, RecordBuilder& builder,
                         std::vector<RecordView>& records);

}  // namespace sequitur::probe
