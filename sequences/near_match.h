// Why a rule or sequence did not fire: how far its nearest attempt came, and what stopped it there.
//
// For people who write rules (`sequitur test`, `replay --why`), beside the engine and far slower:
// it judges each event with evaluate() and keeps every attempt that it may want to tell of. It
// follows the rules of docs/sequence-semantics.md closely enough to name a cause; whether there is
// an alert is the engine's word alone.
#pragma once

#include "core/condition_failure.h"
#include "core/retained_event.h"
#include "sequences/key.h"
#include "sequences/rule_set.h"

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sequitur {

// How an event is called in the text: by its number (evt.num, from 1) and its time.
using EventPlace = std::function<std::string(std::uint64_t number, Timestamp time)>;

class NearMatch {
public:
    // Follows the rule or sequence of that name.
    NearMatch(std::shared_ptr<const RuleSet> rules, std::string_view name);

    NearMatch(const NearMatch&) = delete;  // The reader of keys refers to the rest.
    NearMatch& operator=(const NearMatch&) = delete;

    // Whether there is such a rule or sequence.
    bool is_known() const { return rule_ != nullptr || sequence_ != nullptr; }

    // Events in order. They are copied where they are kept.
    void see(std::span<const Event> events);

    // What came of it, a line each, without line ends.
    std::vector<std::string> verdict(const EventPlace& place) const;

private:
    // A step to be done, in order. Counted steps stand as often as they have to be done.
    struct Position {
        const StepPlan* step = nullptr;
        std::uint32_t turn = 1, turns = 1;  // the how-manieth of a counted step
        std::size_t top = 0;                // index in SequencePlan::steps
    };
    // A partial match as this class sees it.
    struct Attempt {
        std::vector<Ref<RetainedEvent>> events;      // by position; null: skipped
        std::vector<const RetainedEvent*> by_index;  // by StepPlan::index
        std::vector<const StepPlan*> parts_done;     // of the all_of under way
        std::string key_text;
        Timestamp first, last;
    };
    // Why an event did not take an attempt further. The later the kind, the nearer it was.
    enum class Cause : std::uint8_t {
        kCondition,
        kKey,
        kReference,
        kTooSoon,
        kTooLate,
        kForbidden
    };
    struct Stop {
        Cause cause{};
        double held = 0;
        std::uint64_t number = 0;
        Timestamp time;
        std::string type;  // the event's
        std::string reason;
    };
    using AttemptKey = std::pair<std::uint64_t, std::uint64_t>;
    using Attempts = std::map<AttemptKey, std::vector<Attempt>>;

    void see_rule(const Event& event);
    void see_sequence(const Event& event);
    void advance(const Event& event, std::size_t position);
    void advance_from(const Event& event, std::size_t level, std::size_t position,
                      const StepPlan& step);
    void open(const Event& event, std::size_t position, const StepPlan& step);
    bool try_attempt(const Event& event, std::size_t level, std::size_t position,
                     const StepPlan& step, const Attempt& attempt, const EventKey& key);
    void see_forbidden(const Event& event, const StepPlan& absence, std::size_t top);
    void see_until(const Event& event);

    const Condition* condition_of(const StepPlan& step) const;
    bool holds_alone(const Condition& condition, const Event& event);
    bool is_candidate(const Condition& condition, const Event& event) const;
    std::optional<ConditionFailure> reference_failure(const StepPlan& step, const Event& event,
                                                      const Attempt& attempt);
    std::string with_names(std::string text) const;
    std::span<const EventKey> keys_of(const std::vector<KeyField>& by, const Event& event);
    std::string key_text(const std::vector<KeyField>& by, const Event& event);
    void remove(std::size_t level, const EventKey& key);
    void add(std::size_t level, const EventKey& key, Attempt attempt);
    void note(std::size_t level, Cause cause, double held, const Event& event, std::string reason);
    bool may_skip(std::size_t from, std::size_t to) const;

    std::vector<std::string> rule_verdict(const EventPlace& place) const;
    void append_stop(std::size_t level, const EventPlace& place,
                     std::vector<std::string>& lines) const;
    std::string step_name(const Position& position) const;

    std::shared_ptr<const RuleSet> rules_;
    const Rule* rule_ = nullptr;
    const SequencePlan* sequence_ = nullptr;
    std::vector<Position> positions_;
    std::vector<std::string> names_;                    // of steps, by StepPlan::index
    std::vector<Attempts> attempts_;                    // by positions done; [0] is not used
    std::vector<std::optional<Stop>> stops_;            // by positions done
    std::map<AttemptKey, Timestamp> forbidden_before_;  // last event of a leading absence
    std::size_t best_level_ = 0;
    std::optional<Attempt> best_;
    std::uint64_t times_satisfied_ = 0;  // rules
    std::uint64_t events_seen_ = 0;
    std::size_t kept_ = 0;

    KeyShapes shapes_;
    KeyHasher hasher_;
    std::unique_ptr<KeyReader> reader_;
    ValueScratch scratch_;
};

}  // namespace sequitur
