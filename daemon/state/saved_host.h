// Where files and processes come from, as bytes and back: the host's part of the saved state.
//
// Files with who wrote them and what they were copied from, the newest of them; of every living
// process its identity, makers and entry. A lineage is written as a tree: processes that share
// makers share the entries.
#pragma once

#include "core/event.h"
#include "core/host_state.h"
#include "core/result.h"

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

namespace sequitur {

// Of at most `files_max` files.
std::string save_host(const HostState& state, const HostInfo& host, std::size_t files_max);

// What a restored state points to: must outlive it.
class RestoredHost {
public:
    RestoredHost();
    ~RestoredHost();
    // How many files have their origin again. kBadInput: the bytes make no sense; nothing changed.
    // Whatever they are, it ends, and takes no more memory than a fixed multiple of theirs.
    Result<std::size_t> restore(std::string_view bytes, HostState& state);

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace sequitur
