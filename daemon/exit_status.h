// The program's exit statuses (docs/cli.md).
#pragma once

#include "core/result.h"

namespace sequitur {

inline constexpr int kExitDone = 0;
inline constexpr int kExitBadInput = 1;
inline constexpr int kExitBadCommandLine = 2;
inline constexpr int kExitRefused = 3;

constexpr int exit_status_of(Error::Code code) {
    switch (code) {
        case Error::Code::kBadInput:
        case Error::Code::kIo: return kExitBadInput;
        case Error::Code::kRefused: return kExitRefused;
        case Error::Code::kEndOfInput: return kExitDone;
    }
    return kExitBadInput;
}

}  // namespace sequitur
