// What outlives a restart, as one file: partial matches, where files and processes come from, and
// the clock by which processes are known.
//
// Header (magic, version, length, checksum), then the boot's id, the offset of the clock, the last
// time that was watched, the engine's snapshot (sequences/snapshot.h) and the host's
// (daemon/state/saved_host.h). Of another boot it says nothing; what is damaged is refused as a
// whole.
#pragma once

#include "core/alert.h"
#include "core/result.h"
#include "core/time.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace sequitur {

struct SavedService {
    std::string boot_id;
    std::uint64_t boot_to_epoch_ns = 0;
    Timestamp watched_until;
    std::vector<AlertGap> gaps;  // of earlier restarts, oldest first
    std::string engine;          // Engine::save()
    std::string host;            // save_host()
};

std::string write_service(const SavedService& saved);
// kBadInput: no such file, cut short, damaged, or of another version.
Result<SavedService> read_service(std::string_view bytes);

// /proc/sys/kernel/random/boot_id.
std::string read_boot_id();

}  // namespace sequitur
