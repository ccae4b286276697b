#include "sequences/eviction.h"

#include <algorithm>
#include <tuple>
#include <utility>

namespace sequitur {

Evictor::Evictor(const CompiledRules& rules, const Limits& limits, const LiveCounts& live)
    : rules_(rules), limits_(limits), live_(live), could_open_(rules.sequences.size(), 0) {}

bool Evictor::fits(std::span<const StepHit> hits, const std::vector<Occurrence>& occurrences) {
    constexpr std::uint64_t kRetainedFixed = sizeof(RetainedEvent);
    std::uint64_t entries = 0, bytes = 0;
    for (const StepHit& hit : hits) {
        if (hit.role == HitRole::kExit) continue;
        // A hit opens one match, leaves at most one quiet entry, and copies what it advances.
        std::uint64_t most = 2;
        if (rules_.sequences[hit.sequence].match == MatchPolicy::kEvery) {
            most += limits_.partial_matches_per_key_max;
        }
        const RecordView& record = occurrences[hit.occurrence].event->record;
        entries += most;
        bytes +=
            most * (kRetainedFixed + record.event_bytes().size() + record.option_bytes().size());
        if (could_open_[hit.sequence] == 0) touched_.push_back(hit.sequence);
        could_open_[hit.sequence] += most;
    }
    bool fits = live_.total + entries <= limits_.partial_matches_max &&
                live_.retained_bytes + bytes <= limits_.retained_bytes_max;
    for (const std::uint32_t sequence : touched_) {
        fits = fits && live_.by_sequence[sequence] + std::exchange(could_open_[sequence], 0) <=
                           limits_.partial_matches_per_sequence_max;
        could_open_[sequence] = 0;
    }
    touched_.clear();
    return fits;
}

void Evictor::enforce(std::uint32_t sequence, const std::vector<Trackers>& levels,
                      const CompiledRules& rules) {
    const auto trackers_of = [&](std::uint32_t of) -> const Trackers& {
        return levels[rules.sequences[of].level];
    };
    while (live_.by_sequence[sequence] > limits_.partial_matches_per_sequence_max) {
        if (!evict_one(sequence, trackers_of(sequence))) break;
    }
    while (is_over_total()) {
        const std::uint32_t fullest = fullest_sequence();
        if (!evict_one(fullest, trackers_of(fullest))) break;
    }
}

bool Evictor::is_over_total() const {
    return live_.total > limits_.partial_matches_max ||
           live_.retained_bytes > limits_.retained_bytes_max;
}

std::uint32_t Evictor::fullest_sequence() const {
    std::uint32_t fullest = 0;
    for (std::uint32_t i = 1; i < live_.by_sequence.size(); ++i) {
        if (live_.by_sequence[i] > live_.by_sequence[fullest]) fullest = i;
    }
    return fullest;
}

// Of the runs of groups that agree in `member`, the one that holds most; the first of equals.
template <auto member>
std::span<const Evictor::Group> Evictor::fullest_run(std::span<const Group> groups) {
    std::span<const Group> fullest;
    std::uint64_t most = 0;
    while (!groups.empty()) {
        std::size_t size = 0;
        std::uint64_t count = 0;
        for (; size < groups.size() && groups[size].*member == groups.front().*member; ++size) {
            count += groups[size].count;
        }
        if (count > most) {
            most = count;
            fullest = groups.first(size);
        }
        groups = groups.subspan(size);
    }
    return fullest;
}

bool Evictor::evict_one(std::uint32_t sequence, const Trackers& trackers) {
    // What each user, and each class of processes of a user, holds over all trackers.
    groups_.clear();
    for (const auto& tracker : trackers) {
        const PartialMatchStore& store = tracker->store();
        for (Handle group = store.first_origin(sequence); group != kNoHandle;
             group = store.origin(group).in_sequence.next) {
            const OriginGroup& of = store.origin(group);
            groups_.push_back({of.origin.uid, of.origin.process_class, of.count,
                               store[of.first].age, tracker.get(), group});
        }
    }
    if (groups_.empty()) return false;
    std::sort(groups_.begin(), groups_.end(), [](const Group& a, const Group& b) {
        return std::tuple(a.uid, a.process_class) < std::tuple(b.uid, b.process_class);
    });
    const std::span<const Group> of_user = fullest_run<&Group::uid>(groups_);
    const std::span<const Group> of_class = fullest_run<&Group::process_class>(of_user);
    // Ages go round; of two that live together the older is less than half a turn behind.
    const Group& victim =
        *std::min_element(of_class.begin(), of_class.end(), [](const Group& a, const Group& b) {
            return static_cast<std::int32_t>(a.oldest_age - b.oldest_age) < 0;
        });
    victim.tracker->evict_oldest(victim.handle);
    return true;
}

}  // namespace sequitur
