// What an earlier run of the program knew of the processes, until each is seen to live on.
//
// Read back before the first event; a process takes what was known of it when a snapshot record or
// its first event makes it known again. Thread: the state stage's.
#pragma once

#include "core/saved_host.h"

#include <cstdint>
#include <unordered_map>
#include <vector>

namespace sequitur {

class EarlierProcesses {
public:
    void keep(const std::vector<SavedProcess>& processes);

    // Gives `image`, of which pid, start and file are known, what was known of that very process,
    // and forgets it here. Returns whether it was known.
    bool give_to(ProcessImage& image);

    // Those that were not seen since.
    void append_to(std::vector<SavedProcess>& processes) const;
    // They are gone.
    void clear() { by_pid_.clear(); }

private:
    std::unordered_map<std::int64_t, SavedProcess> by_pid_;
};

}  // namespace sequitur
