// What outlives a restart, as one file: partial matches, origins of files, and the clock by which
// processes are known.
//
// Header (magic, version, length, checksum), then the boot's id, the offset of the clock, the last
// time that was watched, the engine's snapshot (sequences/snapshot.h) and the origins. Of another
// boot it says nothing; what is damaged is refused as a whole.
#pragma once

#include "core/alert.h"
#include "core/host_state.h"
#include "core/result.h"
#include "core/time.h"

#include <cstdint>
#include <memory>
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
    std::string origins;         // save_origins()
};

std::string write_service(const SavedService& saved);
// kBadInput: no such file, cut short, damaged, or of another version.
Result<SavedService> read_service(std::string_view bytes);

// The origins of files in `state`, the newest `max` of them, as bytes.
std::string save_origins(const HostState& state, const HostInfo& host, std::size_t max);

// What restored origins point to: must outlive the state that has them.
class RestoredOrigins {
public:
    RestoredOrigins();
    ~RestoredOrigins();
    // How many files have their origin again. kBadInput: the bytes make no sense; nothing changed.
    Result<std::size_t> restore(std::string_view bytes, HostState& state);

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

// /proc/sys/kernel/random/boot_id.
std::string read_boot_id();

}  // namespace sequitur
