#include "sequences/near_match.h"

#include "core/event_type_set.h"
#include "core/field.h"
#include "core/time_text.h"
#include "sequences/step_events.h"

#include <algorithm>

namespace sequitur {
namespace {

constexpr std::size_t kAttemptsMax = 20'000;  // kept at once; more are not looked at
constexpr std::size_t kAttemptsPerKey = 8;    // at one level

std::string text_of(Duration duration) {
    std::string text;
    append_duration(duration, text);
    return text;
}

// Key fields may differ from step to step; their shapes are all known beforehand. So are names.
void add_step(const StepPlan& step, KeyShapes& shapes, std::vector<std::string>& names) {
    shapes.add(step.by);
    if (step.index >= 0) names[static_cast<std::size_t>(step.index)] = step.id;
    for (const StepPlan& part : step.parts) add_step(part, shapes, names);
}

}  // namespace

NearMatch::NearMatch(std::shared_ptr<const RuleSet> rules, std::string_view name)
    : rules_(std::move(rules)), hasher_(KeyHasher::random()) {
    for (const Rule& rule : rules_->rules) {
        if (rule.info.name == name) rule_ = &rule;
    }
    for (const SequencePlan& sequence : rules_->sequences) {
        if (sequence.info.name == name) sequence_ = &sequence;
    }
    if (sequence_ == nullptr) {
        stops_.resize(1);
        return;
    }
    names_.resize(sequence_->step_index_count);
    for (std::size_t top = 0; top < sequence_->steps.size(); ++top) {
        const StepPlan& step = sequence_->steps[top];
        add_step(step, shapes_, names_);
        if (step.kind == StepKind::kAbsence) continue;
        const std::uint32_t turns = std::max({step.count, step.at_least, std::uint32_t{1}});
        for (std::uint32_t turn = 1; turn <= turns; ++turn) {
            positions_.push_back({&step, turn, turns, top});
        }
    }
    shapes_.add(sequence_->by);
    if (sequence_->until) shapes_.add(sequence_->until->by);
    attempts_.resize(positions_.size() + 1);
    stops_.resize(positions_.size() + 1);
    reader_ = std::make_unique<KeyReader>(shapes_, hasher_);
}

void NearMatch::see(std::span<const Event> events) {
    for (const Event& event : events) {
        ++events_seen_;
        scratch_.reset();
        if (rule_ != nullptr) see_rule(event);
        if (sequence_ != nullptr) see_sequence(event);
    }
}

void NearMatch::see_rule(const Event& event) {
    const Condition& condition = rules_->conditions->condition(rule_->condition);
    if (!is_candidate(condition, event)) return;
    if (holds_alone(condition, event)) {
        ++times_satisfied_;
        return;
    }
    ConditionFailure failure = failure_of(condition, event, {}, scratch_);
    note(0, Cause::kCondition, failure.held, event, std::move(failure.reason));
}

void NearMatch::see_sequence(const Event& event) {
    reader_->begin(event);
    // From the last to the first: an event takes an attempt one step further, not two.
    for (std::size_t position = positions_.size(); position-- > 0;) advance(event, position);
    for (std::size_t top = 0; top < sequence_->steps.size(); ++top) {
        const StepPlan& step = sequence_->steps[top];
        if (step.kind == StepKind::kAbsence) see_forbidden(event, step, top);
    }
    if (sequence_->until) see_until(event);
}

void NearMatch::advance(const Event& event, std::size_t position) {
    const StepPlan& step = *positions_[position].step;
    const bool is_group = step.kind == StepKind::kAnyOf || step.kind == StepKind::kAllOf;
    const std::span<const StepPlan> forms =
        is_group ? std::span<const StepPlan>(step.parts) : std::span(&step, 1);
    for (const StepPlan& form : forms) {
        const Condition* condition = condition_of(form);
        if (condition == nullptr || !is_candidate(*condition, event)) continue;
        if (!holds_alone(*condition, event)) {
            for (std::size_t level = 0; level <= position; ++level) {
                const bool is_awaited = level == 0 || !attempts_[level].empty();
                if (!is_awaited || !may_skip(level, position)) continue;
                ConditionFailure failure = failure_of(*condition, event, {}, scratch_);
                note(level, Cause::kCondition, failure.held, event, std::move(failure.reason));
            }
            continue;
        }
        for (std::size_t level = position; level >= 1; --level) {
            if (may_skip(level, position)) advance_from(event, level, position, form);
        }
        if (step.kind == StepKind::kAllOf) {
            // A part under way waits at the level behind the group's own.
            advance_from(event, position + 1, position, form);
        }
        if (may_skip(0, position)) open(event, position, form);
    }
}

void NearMatch::advance_from(const Event& event, std::size_t level, std::size_t position,
                             const StepPlan& step) {
    if (attempts_[level].empty()) return;
    bool has_partner = false;
    const std::vector<EventKey> keys = [&] {
        const auto read = keys_of(step.by, event);
        return std::vector<EventKey>(read.begin(), read.end());
    }();
    for (const EventKey& key : keys) {
        const auto found = attempts_[level].find({key.key.low, key.key.high});
        if (found == attempts_[level].end()) continue;
        has_partner = true;
        const std::vector<Attempt> tried = found->second;  // Advancing changes the table.
        for (const Attempt& attempt : tried) {
            if (try_attempt(event, level, position, step, attempt, key)) break;
        }
    }
    if (has_partner || level > position) return;
    const Attempt& other = attempts_[level].rbegin()->second.back();
    note(level, Cause::kKey, 1, event,
         "it has another key: " + key_text(step.by, event) + ", not " + other.key_text);
}

bool NearMatch::try_attempt(const Event& event, std::size_t level, std::size_t position,
                            const StepPlan& step, const Attempt& attempt, const EventKey& key) {
    const bool is_all_of = positions_[position].step->kind == StepKind::kAllOf;
    const bool continues_group = level > position;
    if (continues_group && (attempt.parts_done.empty() ||
                            std::find(attempt.parts_done.begin(), attempt.parts_done.end(),
                                      &step) != attempt.parts_done.end())) {
        return false;
    }
    if (!continues_group && !attempt.parts_done.empty() &&
        attempt.parts_done.size() < positions_[level - 1].step->parts.size()) {
        return false;  // The group before this step is not complete.
    }
    const Duration since_first = event.time - attempt.first;
    const Duration since_last = event.time - attempt.last;
    if (sequence_->within != kUnbounded && since_first > sequence_->within) {
        note(level, Cause::kTooLate, 1, event,
             "it came " + text_of(since_first) + " after the first step; the window is " +
                 text_of(sequence_->within));
        return false;
    }
    if (step.within != kUnbounded && since_last > step.within) {
        note(level, Cause::kTooLate, 1, event,
             "it came " + text_of(since_last) + " after the step before it; at most " +
                 text_of(step.within) + " may pass");
        return false;
    }
    if (since_last < step.after) {
        note(level, Cause::kTooSoon, 1, event,
             "it came " + text_of(since_last) + " after the step before it; at least " +
                 text_of(step.after) + " must pass");
        return false;
    }
    if (auto failure = reference_failure(step, event, attempt)) {
        note(level, Cause::kReference, failure->held, event, std::move(failure->reason));
        return false;
    }
    Attempt next = attempt;
    if (!is_all_of) next.parts_done.clear();
    else if (!continues_group) next.parts_done = {&step};
    else next.parts_done.push_back(&step);
    next.events.resize(position + 1);
    next.events[position] = RetainedEvent::copy_of(event);
    if (step.index >= 0) {
        next.by_index[static_cast<std::size_t>(step.index)] = next.events[position].get();
    }
    next.last = event.time;
    add(position + 1, key, std::move(next));
    return true;
}

void NearMatch::open(const Event& event, std::size_t position, const StepPlan& step) {
    for (const EventKey& key : keys_of(step.by, event)) {
        if (!key.opens) continue;
        const auto forbidden = forbidden_before_.find({key.key.low, key.key.high});
        const StepPlan& first = sequence_->steps.front();
        if (first.kind == StepKind::kAbsence && forbidden != forbidden_before_.end()) {
            const Duration for_time = first.absent_for.value_or(sequence_->within);
            const Duration since = event.time - forbidden->second;
            if (for_time == kUnbounded || since <= for_time) {
                note(0, Cause::kForbidden, 1, event,
                     "what must not come before it had come " + text_of(since) + " before");
                continue;
            }
        }
        Attempt attempt;
        attempt.by_index.resize(sequence_->step_index_count);
        attempt.events.resize(position + 1);
        attempt.events[position] = RetainedEvent::copy_of(event);
        if (step.index >= 0) {
            attempt.by_index[static_cast<std::size_t>(step.index)] = attempt.events[position].get();
        }
        if (positions_[position].step->kind == StepKind::kAllOf) attempt.parts_done = {&step};
        attempt.key_text = key_text(step.by, event);
        attempt.first = attempt.last = event.time;
        add(position + 1, key, std::move(attempt));
    }
}

void NearMatch::see_forbidden(const Event& event, const StepPlan& absence, std::size_t top) {
    const Condition* condition = condition_of(absence);
    if (condition == nullptr || !is_candidate(*condition, event)) return;
    if (!holds_alone(*condition, event)) return;
    const auto after = std::find_if(positions_.begin(), positions_.end(),
                                    [&](const Position& position) { return position.top > top; });
    const auto level = static_cast<std::size_t>(after - positions_.begin());
    for (const EventKey& key : keys_of(absence.by, event)) {
        if (level == 0) {
            forbidden_before_[{key.key.low, key.key.high}] = event.time;
            continue;
        }
        const auto found = attempts_[level].find({key.key.low, key.key.high});
        if (found == attempts_[level].end()) continue;
        // The event that did the last step is not one between the steps.
        if (found->second.back().last >= event.time) continue;
        note(level, Cause::kForbidden, 1, event, "it is what must not come here");
        remove(level, key);
    }
}

void NearMatch::see_until(const Event& event) {
    const Condition& condition = rules_->conditions->condition(sequence_->until->condition);
    if (!is_candidate(condition, event) || !holds_alone(condition, event)) return;
    for (const EventKey& key : keys_of(sequence_->until->by, event)) {
        for (std::size_t level = 1; level < positions_.size(); ++level) {
            const auto found = attempts_[level].find({key.key.low, key.key.high});
            if (found == attempts_[level].end()) continue;
            if (found->second.back().last >= event.time) continue;
            note(level, Cause::kForbidden, 1, event, "'until' holds on it");
            remove(level, key);
        }
    }
}

const Condition* NearMatch::condition_of(const StepPlan& step) const {
    if (step.kind != StepKind::kStage) {
        return step.condition == kNoCondition ? nullptr
                                              : &rules_->conditions->condition(step.condition);
    }
    for (const Rule& rule : rules_->rules) {
        if (rule.info.name == step.stage_name)
            return &rules_->conditions->condition(rule.condition);
    }
    return nullptr;  // A sequence: its detections are no events.
}

bool NearMatch::holds_alone(const Condition& condition, const Event& event) {
    return evaluate(condition, event, {}, scratch_);
}

bool NearMatch::is_candidate(const Condition& condition, const Event& event) const {
    return event_types_of(condition).test(static_cast<std::size_t>(event.type));
}

std::optional<ConditionFailure> NearMatch::reference_failure(const StepPlan& step,
                                                             const Event& event,
                                                             const Attempt& attempt) {
    StepEvents step_events;
    step_events.reset(attempt.by_index.size());
    for (std::size_t i = 0; i < attempt.by_index.size(); ++i) {
        if (attempt.by_index[i] != nullptr) step_events.add(i, *attempt.by_index[i]);
    }
    const auto steps = step_events.view();
    for (const KeyLink& link : step.links) {
        const Value own = evaluate(link.own, event, steps, scratch_);
        const Value other = evaluate(link.other, event, steps, scratch_);
        std::string own_bytes, other_bytes;
        if (own) append_key_bytes(own, own_bytes);
        if (other) append_key_bytes(other, other_bytes);
        if (own && other && own_bytes == other_bytes) continue;
        std::string reason = to_string(link.own) + " = " + to_string(link.other) + ", but ";
        append_text(own, reason);
        reason += " and ";
        append_text(other, reason);
        return ConditionFailure{0.5, with_names(std::move(reason))};
    }
    if (!step.residual || evaluate(*step.residual, event, steps, scratch_)) return std::nullopt;
    ConditionFailure failure = failure_of(*step.residual, event, steps, scratch_);
    failure.reason = with_names(std::move(failure.reason));
    return failure;
}

// Conditions print a reference to a step by its index, "#0.fd.name"; people know its name.
std::string NearMatch::with_names(std::string text) const {
    for (std::size_t i = 0; i < names_.size(); ++i) {
        const std::string index = '#' + std::to_string(i) + '.';
        for (std::size_t at = text.find(index); at != std::string::npos;
             at = text.find(index, at)) {
            text.replace(at, index.size(), names_[i] + '.');
        }
    }
    return text;
}

std::span<const EventKey> NearMatch::keys_of(const std::vector<KeyField>& by, const Event&) {
    return reader_->keys(shapes_.add(by));
}

std::string NearMatch::key_text(const std::vector<KeyField>& by, const Event& event) {
    std::string text;
    for (const KeyField& field : by) {
        if (!text.empty()) text += ", ";
        text += field.is_ancestry ? std::string("proc.ancestry") : std::string(field.field.name);
        text += '=';
        if (field.is_ancestry) text += event.process ? event.process->name.view() : "<NA>";
        else append_text(extract(field.field, event, scratch_), text);
    }
    return text.empty() ? "the whole host" : text;
}

void NearMatch::remove(std::size_t level, const EventKey& key) {
    const auto found = attempts_[level].find({key.key.low, key.key.high});
    kept_ -= found->second.size();
    attempts_[level].erase(found);
}

void NearMatch::add(std::size_t level, const EventKey& key, Attempt attempt) {
    if (level >= best_level_) {
        best_level_ = level;
        best_ = attempt;
    }
    if (kept_ >= kAttemptsMax) return;
    std::vector<Attempt>& same = attempts_[level][{key.key.low, key.key.high}];
    if (same.size() >= kAttemptsPerKey) {
        same.erase(same.begin());
        --kept_;
    }
    same.push_back(std::move(attempt));
    ++kept_;
}

void NearMatch::note(std::size_t level, Cause cause, double held, const Event& event,
                     std::string reason) {
    std::optional<Stop>& stop = stops_[level];
    const bool is_nearer =
        !stop || cause > stop->cause || (cause == stop->cause && held > stop->held);
    if (!is_nearer) return;
    stop = Stop{cause,
                held,
                event.number,
                event.time,
                event.info ? std::string(event.info->name) : "event",
                std::move(reason)};
}

bool NearMatch::may_skip(std::size_t from, std::size_t to) const {
    return std::all_of(positions_.begin() + static_cast<std::ptrdiff_t>(from),
                       positions_.begin() + static_cast<std::ptrdiff_t>(to),
                       [](const Position& position) { return position.step->is_optional; });
}

}  // namespace sequitur
