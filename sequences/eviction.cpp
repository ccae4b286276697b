#include "sequences/eviction.h"

#include <algorithm>
#include <map>
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

bool Evictor::evict_one(std::uint32_t sequence, const Trackers& trackers) {
    // What each user, and each class of processes of a user, holds over all trackers.
    std::map<std::uint32_t, std::uint64_t> by_user;
    std::map<std::pair<std::uint32_t, std::uint32_t>, std::uint64_t> by_class;
    const auto visit = [&](auto&& with) {
        for (const auto& tracker : trackers) {
            PartialMatchStore& store = tracker->store();
            for (Handle group = store.first_origin(sequence); group != kNoHandle;
                 group = store.origin(group).in_sequence.next) {
                with(*tracker, store, group);
            }
        }
    };
    visit([&](Tracker&, const PartialMatchStore& store, Handle group) {
        const OriginGroup& of = store.origin(group);
        by_user[of.origin.uid] += of.count;
        by_class[{of.origin.uid, of.origin.process_class}] += of.count;
    });
    const auto holds_less = [](const auto& a, const auto& b) { return a.second < b.second; };
    if (by_user.empty()) return false;
    const std::uint32_t uid = std::max_element(by_user.begin(), by_user.end(), holds_less)->first;
    std::erase_if(by_class, [uid](const auto& entry) { return entry.first.first != uid; });
    const std::uint32_t process_class =
        std::max_element(by_class.begin(), by_class.end(), holds_less)->first.second;

    Tracker* owner = nullptr;
    Handle victim = kNoHandle;
    std::uint32_t oldest_age = 0;
    visit([&](Tracker& tracker, PartialMatchStore& store, Handle group) {
        const OriginGroup& of = store.origin(group);
        if (of.origin.uid != uid || of.origin.process_class != process_class) return;
        const std::uint32_t age = store[of.first].age;
        // Ages go round; of two that live together the older is less than half a turn behind.
        if (owner != nullptr && static_cast<std::int32_t>(age - oldest_age) >= 0) return;
        owner = &tracker;
        victim = group;
        oldest_age = age;
    });
    owner->evict_oldest(victim);
    return true;
}

}  // namespace sequitur
