#include "sequences/engine_impl.h"
#include "sequences/fingerprint.h"
#include "sequences/snapshot.h"

#include <algorithm>
#include <numeric>
#include <optional>
#include <string_view>
#include <unordered_map>

namespace sequitur {
namespace {

// Which of the engine's sequences each saved one is; nullopt: none any more.
std::vector<std::optional<std::uint32_t>> find_sequences(const RuleSet& rules,
                                                         const SavedState& state) {
    std::unordered_map<std::string_view, std::uint32_t> by_name;
    for (std::uint32_t i = 0; i < rules.sequences.size(); ++i) {
        by_name.emplace(rules.sequences[i].info.name, i);
    }
    std::vector<std::optional<std::uint32_t>> found;
    for (const SavedSequence& saved : state.sequences) {
        const auto own = by_name.find(saved.name);
        const bool is_same =
            own != by_name.end() && fingerprint_of(rules, own->second) == saved.fingerprint;
        found.push_back(is_same ? std::optional(own->second) : std::nullopt);
    }
    return found;
}

}  // namespace

std::string Engine::save(const HostInfo& host) const {
    Impl& impl = *impl_;
    SavedState state;
    const KeyHasher& hasher = impl.rules.hasher;
    state.secret_low = hasher.secret_low();
    state.secret_high = hasher.secret_high();
    state.clock_ns = impl.clock_ns;
    state.last_number = impl.last_number;
    for (std::uint32_t i = 0; i < impl.rules.sequences.size(); ++i) {
        const SequencePlan& plan = *impl.rules.sequences[i].plan;
        SavedSequence& saved = state.sequences.emplace_back();
        saved.name = plan.info.name;
        saved.fingerprint = fingerprint_of(*impl.rules.rules, i);
        if (plan.suppress) saved.suppressed = impl.builder.suppressions_of(i).entries();
    }
    EventSaver events;
    for (std::size_t level = 0; level < impl.levels.size(); ++level) {
        for (auto& tracker : impl.levels[level]) {
            tracker->begin_batch(impl.first_turn[level]);
            tracker->save(events, state.matches);
        }
    }
    std::stable_sort(
        state.matches.begin(), state.matches.end(),
        [](const SavedMatch& a, const SavedMatch& b) { return a.turns_ago > b.turns_ago; });
    return write_snapshot(host, events, state);
}

Result<RestoreCounts> Engine::restore(std::string_view snapshot, std::string_view boot_id) {
    Impl& impl = *impl_;
    if (impl.clock_ns != kLongAgo) {
        return fail(Error::Code::kBadInput, "snapshot: this engine has seen events already");
    }
    const auto frame = open_snapshot(snapshot);
    if (!frame) return tl::unexpected(frame.error());
    if (frame->host.boot_id != boot_id) {
        return fail(Error::Code::kBadInput, "snapshot of partial matches: of boot '" +
                                                frame->host.boot_id + "', this is '" +
                                                std::string(boot_id) + "'");
    }
    auto host = std::make_unique<HostInfo>(frame->host);
    auto strings = std::make_unique<Interner>();
    EventLoader events(*strings, *host);
    const auto state = read_state(frame->payload, events);
    if (!state) return tl::unexpected(state.error());
    const auto sequences = find_sequences(*impl.rules.rules, *state);
    for (const SavedMatch& saved : state->matches) {
        const auto own = sequences[saved.sequence];
        if (own && !Tracker::makes_sense(saved, impl.rules.sequences[*own])) {
            return fail(Error::Code::kBadInput,
                        "snapshot of partial matches: one does not fit its sequence");
        }
    }

    // From here on nothing fails.
    impl.restored_host = std::move(host);
    impl.restored_strings = std::move(strings);
    impl.rules.hasher = KeyHasher(state->secret_low, state->secret_high);
    RestoreCounts counts;
    struct Restored {
        Tracker* tracker;
        Handle match;
        const SavedMatch* saved;
    };
    std::vector<Restored> restored;
    for (const SavedMatch& saved : state->matches) {
        const auto own = sequences[saved.sequence];
        if (!own) {
            counts.dropped += saved.use == MatchUse::kMatch ? 1 : 0;
            continue;
        }
        const CompiledSequence& sequence = impl.rules.sequences[*own];
        Trackers& trackers = impl.levels[sequence.level];
        Tracker& tracker = *trackers[saved.key.high % trackers.size()];
        restored.push_back({&tracker, tracker.restore(saved, sequence, events), &saved});
        counts.restored += saved.use == MatchUse::kMatch ? 1 : 0;
    }
    std::stable_sort(restored.begin(), restored.end(), [](const Restored& a, const Restored& b) {
        return a.saved->order < b.saved->order;
    });
    for (const Restored& each : restored) {
        each.tracker->list_restored(each.match, *each.saved,
                                    impl.rules.sequences[*sequences[each.saved->sequence]]);
    }
    for (std::size_t i = 0; i < sequences.size(); ++i) {
        const auto& suppressed = state->sequences[i].suppressed;
        if (!sequences[i] || suppressed.empty()) continue;
        impl.builder.suppressions_of(*sequences[i]).restore(suppressed);
    }
    impl.is_restored = true;
    impl.clock_ns = state->clock_ns;
    impl.last_number = state->last_number;
    return counts;
}

}  // namespace sequitur
