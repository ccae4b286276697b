// The one error type of the control plane: what can fail returns a Result.
//
// Loading rules, opening captures, attaching probes return Result<T>. The data plane (events to
// alerts) never does: a bad record is counted and skipped there. What a rule's author has to mend
// is reported through dsl/diagnostic.h instead, because it needs a place and a hint.
#pragma once

#include <tl/expected.hpp>

#include <string>
#include <utility>

namespace sequitur {

struct Error {
    // Callers act on the code, people read the message. A code exists only if some caller acts on
    // it; the exit status of the program is derived from it (docs/operations.md).
    enum class Code : unsigned char {
        kBadInput,    // the user's data is wrong: a rule, a capture, a configuration
        kRefused,     // the system said no: privilege, missing kernel feature
        kIo,          // reading or writing failed; os_errno says how
        kEndOfInput,  // nothing is left, and that is no fault
    };

    Code code = Code::kBadInput;
    std::string message;
    int os_errno = 0;  // 0 when no system call is to blame
};

template <typename T>
using Result = tl::expected<T, Error>;

inline tl::unexpected<Error> fail(Error::Code code, std::string message, int os_errno = 0) {
    return tl::unexpected<Error>(Error{code, std::move(message), os_errno});
}

// Puts `context` and a colon before the message, for use on the way up.
inline tl::unexpected<Error> fail_with_context(Error error, const std::string& context) {
    error.message = context + ": " + error.message;
    return tl::unexpected<Error>(std::move(error));
}

}  // namespace sequitur
