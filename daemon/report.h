// An Error as the program says it: a line on stderr and an exit status.
#pragma once

#include "core/result.h"
#include "daemon/exit_status.h"

#include <cstdio>

namespace sequitur {

inline int report(const Error& error) {
    std::fprintf(stderr, "sequitur: %s\n", error.message.c_str());
    return exit_status_of(error.code);
}

}  // namespace sequitur
