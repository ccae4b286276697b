// The limits on all partial matches of a sequence, on all together, and on what they retain.
//
// Who goes is chosen fairly: of the user who opened most of them, within that user of the class of
// processes that did, the oldest. So a flood by one user, or one process, evicts its own.
// Thread: the engine's, while no tracker runs.
#pragma once

#include "core/limits.h"
#include "sequences/compiled_rules.h"
#include "sequences/tracker.h"

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

namespace sequitur {

class Evictor {
public:
    using Trackers = std::vector<std::unique_ptr<Tracker>>;

    // `levels` as the engine's; all must outlive this.
    Evictor(const CompiledRules& rules, const Limits& limits, const std::vector<Trackers>& levels);

    // Whether no limit can be met by these hits, whatever comes of them.
    bool fits(std::span<const StepHit> hits, const std::vector<Occurrence>& occurrences);

    // Evicts until all limits hold again, after a turn of `sequence`.
    void enforce(std::uint32_t sequence);

    // What all trackers hold together.
    struct Held {
        std::uint64_t entries = 0, bytes = 0;
    };
    Held held() const;

private:
    struct Group {
        std::uint32_t uid, process_class, count, oldest_age;
        Tracker* tracker;
        Handle handle;
    };

    const Trackers& trackers_of(std::uint32_t sequence) const;
    std::uint64_t live(std::uint32_t sequence) const;
    bool is_over_total() const;
    std::uint32_t fullest_sequence() const;
    bool evict_some(std::uint32_t sequence);
    static void evict_oldest_of(std::span<Group> groups);

    template <auto member>
    static std::span<Group> fullest_run(std::span<Group> groups);

    const CompiledRules& rules_;
    const Limits& limits_;
    const std::vector<Trackers>& levels_;
    std::vector<std::uint64_t> could_open_;  // scratch of fits(), by sequence
    std::vector<std::uint32_t> touched_;
    std::vector<Group> groups_;  // scratch of evict_some()
};

}  // namespace sequitur
