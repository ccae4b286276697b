// The state stage's tables, as the call families share them. Plain data without behaviour; inside
// core/state_*.cpp and core/host_state.cpp only.
#pragma once

#include "core/account_table.h"
#include "core/container_table.h"
#include "core/earlier_processes.h"
#include "core/file_table.h"
#include "core/host_state.h"
#include "core/interner.h"
#include "core/json_reader.h"
#include "core/limits.h"
#include "core/name_table.h"
#include "core/path_cache.h"
#include "core/process_table.h"
#include "core/reclaim.h"

#include <string>
#include <vector>

namespace sequitur {

struct StateTables {
    StateTables(const Limits& limits, ProcessLookup* process_lookup)
        : files(strings, reclaim, limits.files_max),
          paths(strings, reclaim),
          processes(limits, reclaim, accounts, containers),
          lookup(process_lookup),
          unknown_directory(strings.intern("<UNKNOWN>")) {}

    // The order is that of construction: what stands later lets go of what stands before it.
    Interner strings;
    Reclaim reclaim;
    AccountTable accounts{strings};
    ContainerTable containers;
    NameTable names;
    FileTable files;
    PathCache paths;
    ProcessTable processes;
    EarlierProcesses earlier;

    ProcessLookup* lookup;
    HostStateCounters counters;
    SymbolRef unknown_directory;        // stands for the name of a descriptor that is not known
    bool source_marks_created = false;  // O_F_CREATED was seen: its absence means something
    HashedText path_ahead;              // of the record that is applied now, if it was looked at
    JsonReader json;                    // working memory of whoever runs
    std::string text;
    std::vector<IpAddress> addresses;
};

// Text to Symbol; a null view (value missing) to a null Symbol.
inline Symbol symbol_of(StateTables& tables, std::string_view text) {
    return text.data() != nullptr ? tables.strings.intern(text) : nullptr;
}

// A path of the record that is applied now.
inline Symbol intern_path(StateTables& tables, std::string_view text) {
    const HashedText& ahead = tables.path_ahead;
    const bool is_hashed = text.data() == ahead.text.data() && text.size() == ahead.text.size();
    return is_hashed ? tables.strings.intern(ahead) : tables.strings.intern(text);
}

}  // namespace sequitur
