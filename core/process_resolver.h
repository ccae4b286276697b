// Whose call a record is: the task and process behind its tid, made known if they are not.
//
// In this order: the table; the record's own TASK option, which also shows that a pid was reused
// or a parent has gone; the program's ProcessLookup, asked once per process; a placeholder.
#pragma once

#include "core/call.h"
#include "core/state_tables.h"

#include <cstdint>

namespace sequitur {

// Starts that differ by less are the same process, told by sources that round differently.
inline constexpr std::uint64_t kStartTolerance_ns = 50'000'000;

// Sets call.task and call.process for the thread `tid`.
void resolve_caller(StateTables& tables, Call& call, std::int64_t tid);

// The process `pid`, made known if need be. `told` may be null.
Process& resolve_process(StateTables& tables, std::int64_t pid, const sequitur_task_option* told,
                         std::uint64_t ts);

// Whether a process known to have started at `known` ns may be the one that started at `told` ns.
// Either may be 0: not known.
bool is_same_start(std::uint64_t known, std::uint64_t told);

// The same for a process of the table, whose start may have been guessed too late.
bool is_same_process(const Process& process, std::uint64_t start_ns);

// The table that a new task of `process` has if nothing is told: that of the others.
DescriptorTableRef files_of(StateTables& tables, const Process& process);

}  // namespace sequitur
