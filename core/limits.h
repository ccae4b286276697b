// Every bound of the program that an operator may set, with its default.
//
// Each limit says what happens when it is reached; a counter says that it did (docs/operations.md).
#pragma once

#include <cstddef>
#include <cstdint>

namespace sequitur {

struct Limits {
    // Host state. The longest untouched goes first; what depended on it is looked up again or
    // becomes a placeholder.
    std::size_t processes_max = 131072;
    std::size_t threads_max = 262144;
    std::size_t descriptors_per_process_max = 65536;
    std::size_t descriptors_max = 1 << 20;
    std::size_t files_max = 262144;  // paths and origins that are remembered
    std::size_t lineage_max = 32;    // ancestors in proc.ancestry and in alerts
    std::size_t interned_bytes_max = std::size_t{256} << 20;

    // Sequences. Per key first, so that a flood under one key cannot push out another's.
    std::size_t partial_matches_per_key_max = 256;
    std::size_t partial_matches_per_sequence_max = std::size_t{1} << 20;
    std::size_t partial_matches_max = std::size_t{1} << 21;
    std::size_t retained_bytes_max = std::size_t{256} << 20;

    // Pipeline.
    std::size_t batch_events_max = 512;
    std::size_t batches_in_flight_max = 4;
};

}  // namespace sequitur
