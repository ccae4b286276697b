#include "sequences/eviction.h"

#include "core/retained_event.h"

#include <algorithm>
#include <tuple>
#include <utility>

namespace sequitur {
namespace {

// When a limit is reached, this part of the sequence's partial matches goes at once.
constexpr std::uint64_t kShareEvicted = 1024;

}  // namespace

Evictor::Evictor(const CompiledRules& rules, const Limits& limits,
                 const std::vector<Trackers>& levels)
    : rules_(rules), limits_(limits), levels_(levels), could_open_(rules.sequences.size(), 0) {}

Evictor::Held Evictor::held() const {
    Held held;
    for (const Trackers& trackers : levels_) {
        for (const auto& tracker : trackers) {
            held.entries += tracker->store().live();
            held.bytes += tracker->store().retained_bytes();
        }
    }
    return held;
}

const Evictor::Trackers& Evictor::trackers_of(std::uint32_t sequence) const {
    return levels_[rules_.sequences[sequence].level];
}

std::uint64_t Evictor::live(std::uint32_t sequence) const {
    std::uint64_t live = 0;
    for (const auto& tracker : trackers_of(sequence)) live += tracker->store().live(sequence);
    return live;
}

bool Evictor::fits(std::span<const StepHit> hits, const std::vector<Occurrence>& occurrences) {
    std::uint64_t entries = 0, bytes = 0;
    for (const StepHit& hit : hits) {
        if (hit.role == HitRole::kExit) continue;
        // A hit opens one match, leaves at most one quiet entry, and copies what it advances.
        std::uint64_t most = 2;
        if (rules_.sequences[hit.sequence].match == MatchPolicy::kEvery) {
            most += limits_.partial_matches_per_key_max;
        }
        entries += most;
        bytes += most * RetainedEvent::bytes_at_most(*occurrences[hit.occurrence].event);
        if (could_open_[hit.sequence] == 0) touched_.push_back(hit.sequence);
        could_open_[hit.sequence] += most;
    }
    const Held now = held();
    bool fits = now.entries + entries <= limits_.partial_matches_max &&
                now.bytes + bytes <= limits_.retained_bytes_max;
    for (const std::uint32_t sequence : touched_) {
        fits = fits && live(sequence) + std::exchange(could_open_[sequence], 0) <=
                           limits_.partial_matches_per_sequence_max;
        could_open_[sequence] = 0;
    }
    touched_.clear();
    return fits;
}

void Evictor::enforce(std::uint32_t sequence) {
    while (live(sequence) > limits_.partial_matches_per_sequence_max) {
        if (!evict_some(sequence)) break;
    }
    while (is_over_total()) {
        if (!evict_some(fullest_sequence())) break;
    }
}

bool Evictor::is_over_total() const {
    const Held now = held();
    return now.entries > limits_.partial_matches_max || now.bytes > limits_.retained_bytes_max;
}

std::uint32_t Evictor::fullest_sequence() const {
    std::uint32_t fullest = 0;
    std::uint64_t most = 0;
    for (std::uint32_t i = 0; i < rules_.sequences.size(); ++i) {
        const std::uint64_t count = live(i);
        if (count > most) fullest = i;
        most = std::max(most, count);
    }
    return fullest;
}

// Of the runs of groups that agree in `member`, the one that holds most; the first of equals.
template <auto member>
std::span<Evictor::Group> Evictor::fullest_run(std::span<Group> groups) {
    std::span<Group> fullest;
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

bool Evictor::evict_some(std::uint32_t sequence) {
    // What each user, and each class of processes of a user, holds over all trackers.
    groups_.clear();
    for (const auto& tracker : trackers_of(sequence)) {
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
    const std::span<Group> of_user = fullest_run<&Group::uid>(groups_);
    const std::span<Group> of_class = fullest_run<&Group::process_class>(of_user);
    std::uint64_t most = 0;
    for (const Group& group : of_class) most += group.count;
    // Looking over all groups is dear where there are many, so one look serves for more than one.
    const std::uint64_t wanted = std::clamp<std::uint64_t>(live(sequence) / kShareEvicted, 1, most);
    for (std::uint64_t i = 0; i < wanted; ++i) evict_oldest_of(of_class);
    return true;
}

// Ages go round; of two that live together the older is less than half a turn behind.
void Evictor::evict_oldest_of(std::span<Group> groups) {
    Group* victim = nullptr;
    for (Group& group : groups) {
        if (group.count == 0) continue;
        if (victim == nullptr ||
            static_cast<std::int32_t>(group.oldest_age - victim->oldest_age) < 0) {
            victim = &group;
        }
    }
    if (victim == nullptr) return;
    victim->tracker->evict_oldest(victim->handle);
    if (--victim->count == 0) return;
    const PartialMatchStore& store = victim->tracker->store();
    victim->oldest_age = store[store.origin(victim->handle).first].age;
}

}  // namespace sequitur
