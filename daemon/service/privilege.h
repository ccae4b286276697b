// What the daemon gives up once its kernel programs are loaded. Door to libcap-ng and libseccomp.
//
// Before any thread is started: privileges belong to threads, and those to come inherit them.
#pragma once

#include "core/result.h"

namespace sequitur {

// Keeps CAP_BPF, CAP_PERFMON (reading the maps), CAP_SYS_PTRACE and CAP_DAC_READ_SEARCH (reading
// /proc of any process); gives up all others for good, and sets no_new_privs. kRefused: the system
// would not.
Result<void> drop_capabilities();

// Allows the system calls that the daemon makes and refuses all others (EPERM). With
// `runs_programs`, programs of outputs inherit the filter: it then only refuses calls that change
// the system (modules, mounts, tracing, clocks, kernel programs, ...).
Result<void> filter_system_calls(bool runs_programs);

}  // namespace sequitur
