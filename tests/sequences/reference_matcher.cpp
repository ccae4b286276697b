// Size: one matcher, read from top to bottom beside the rules; splitting it would hide the order.
#include "tests/sequences/reference_matcher.h"

#include "core/field.h"

#include <algorithm>
#include <deque>
#include <limits>
#include <map>
#include <set>

namespace sequitur::testing {
namespace {

constexpr std::int64_t kForever = std::numeric_limits<std::int64_t>::max();

// An event, or a detection at a deadline, and all that it satisfies.
struct Moment {
    const Event* event = nullptr;
    std::int64_t time = 0;
    bool is_deadline = false;
    std::set<ConditionIndex> conditions;
    std::set<std::string> detections;
};

struct Finding {
    std::size_t moment = 0;  // index of the event that it came with, or that stands before it
    bool is_deadline = false;
    std::int64_t time = 0;
    const Event* last = nullptr;  // of the last matched step
    std::uint64_t opened = 0;     // number of the event that made the attempt what it is
    std::string text;
};

struct Done {
    const StepPlan* plan = nullptr;
    const Event* event = nullptr;
    std::uint64_t count = 1;
    std::uint64_t last_number = 0;  // counted steps
    std::int64_t last_time = 0;
};

// An event that a position of several events holds on to.
struct Kept {
    const Event* event = nullptr;
    std::set<std::size_t> ways;
    std::string value;
    bool may_be_first = true;
    std::int64_t seen_absence = -1;
};

// A step of the plan as a place in the sequence; `count: N` makes N of them.
struct Slot {
    const StepPlan* plan = nullptr;
    std::vector<const StepPlan*> ways;
    bool is_all() const { return plan->kind == StepKind::kAllOf; }
    bool is_counted() const { return plan->at_least > 0; }
    bool gathers() const { return is_all() || is_counted(); }
};

struct Gap {
    const StepPlan* plan = nullptr;
    std::size_t before = 0;  // number of the slot behind it
};

struct Attempt {
    enum class Kind { kOpen, kGuard, kQuiet } kind = Kind::kOpen;
    std::string key;
    std::size_t next = 0;  // slot that it waits for
    std::vector<Done> done;
    std::uint64_t opened = 0;  // number of the event that made it what it is
    int gathers_at = -1;       // slot that holds on to events
    bool counts_on = false;    // an at_least that has enough
    std::vector<Kept> kept;
    std::size_t barred_from = 1000;
    std::int64_t seen_absence = -1;  // leading absence without `for`
    std::int64_t until_time = 0;     // guards and quiet ones: how long
    bool is_gone = false;
};

std::string bytes_of(const Value& value) {
    std::string bytes;
    append_key_bytes(value, bytes);
    return bytes;
}

std::string text_of(const Value& value) {
    std::string text;
    if (!value) return "-";
    append_text(value, text);
    return text;
}

std::int64_t ns(const Event* event) { return event->time.time_since_epoch().count(); }

class SequenceReference {
public:
    explicit SequenceReference(const SequencePlan& plan) : plan_(plan) {
        for (const StepPlan& step : plan.steps) {
            if (step.kind == StepKind::kAbsence) {
                gaps_.push_back({&step, slots_.size()});
                continue;
            }
            Slot slot;
            slot.plan = &step;
            for (const StepPlan& part : step.parts) slot.ways.push_back(&part);
            if (slot.ways.empty()) slot.ways.push_back(&step);
            slots_.insert(slots_.end(), std::max(step.count, 1u), slot);
        }
        // Optional steps at the end are never waited for.
        while (slots_.back().plan->is_optional) slots_.pop_back();
        for (Gap& gap : gaps_) gap.before = std::min(gap.before, slots_.size());
        seen_.resize(gaps_.size());
    }

    void take(const Moment& moment, std::size_t number) {
        now_ = &moment;
        number_ = number;
        let_time_pass(moment.time - 1);
        std::vector<std::string> keys;
        const auto note = [&](const StepPlan& step) {
            if (!satisfies(step)) return;
            for (const auto& [key, opens] : keys_of(step.by)) {
                if (std::find(keys.begin(), keys.end(), key) == keys.end()) keys.push_back(key);
            }
        };
        for (const Slot& slot : slots_) {
            for (const StepPlan* way : slot.ways) note(*way);
        }
        for (const Gap& gap : gaps_) note(*gap.plan);
        if (plan_.until && moment.conditions.contains(plan_.until->condition)) {
            for (const auto& [key, opens] : keys_of(plan_.until->by)) {
                if (std::find(keys.begin(), keys.end(), key) == keys.end()) keys.push_back(key);
            }
        }
        for (const std::string& key : keys) take_key(key);
        if (moment.event->is_exit_of_process) take_exit();
        tidy();
    }

    // Everything at or before `time` has happened.
    void let_time_pass(std::int64_t time) {
        for (Attempt& attempt : attempts_) pass(attempt, time);
        tidy();
    }

    void flush(std::int64_t time) {
        for (Attempt& attempt : attempts_) {
            if (attempt.kind == Attempt::Kind::kGuard) report(attempt, time, true);
        }
        tidy();
    }

    std::vector<Finding> findings;

private:
    using Ways = std::map<std::size_t, bool>;  // way of the slot -> may it open

    // --- Time. Rules 5, 7, 8.

    std::int64_t plus(std::int64_t time, Duration span) const {
        if (span == kUnbounded) return kForever;
        return time + span.count();
    }
    std::int64_t first_time(const Attempt& attempt) const {
        return ns(attempt.done.empty() ? attempt.kept.front().event : attempt.done.front().event);
    }
    std::int64_t last_time(const Attempt& attempt) const {
        const Done& last = attempt.done.back();
        return last.last_number != 0 ? last.last_time : ns(last.event);
    }
    std::int64_t window_end(const Attempt& attempt) const {
        return plus(first_time(attempt), plan_.within);
    }

    void pass(Attempt& attempt, std::int64_t time) {
        if (attempt.is_gone) return;
        if (attempt.kind != Attempt::Kind::kOpen) {
            if (attempt.until_time > time) return;
            if (attempt.kind == Attempt::Kind::kGuard) report(attempt, attempt.until_time, true);
            attempt.is_gone = true;
            return;
        }
        if (attempt.done.empty()) {
            std::erase_if(attempt.kept, [&](const Kept& kept) {
                return plus(ns(kept.event), plan_.within) <= time;
            });
            while (!attempt.kept.empty() && !attempt.kept.front().may_be_first) {
                attempt.kept.erase(attempt.kept.begin());
            }
            attempt.is_gone = attempt.kept.empty();
            return;
        }
        std::int64_t longest = 0;
        for (std::size_t s = attempt.next; s < slots_.size(); ++s) {
            longest = std::max(longest, plus(last_time(attempt), slots_[s].plan->within));
            if (!slots_[s].plan->is_optional || attempt.gathers_at == static_cast<int>(s)) break;
        }
        if (std::min(longest, window_end(attempt)) > time) return;
        if (attempt.counts_on && window_end(attempt) > time) {
            silence(attempt);
            return;
        }
        attempt.is_gone = true;
    }

    void silence(Attempt& attempt) {
        attempt.until_time = window_end(attempt);
        attempt.kind = Attempt::Kind::kQuiet;
        attempt.done.clear();
    }

    void tidy() {
        std::erase_if(attempts_, [](const Attempt& attempt) { return attempt.is_gone; });
    }

    // --- Keys. Rule 2.

    std::vector<std::pair<std::string, bool>> keys_of(const std::vector<KeyField>& by) const {
        std::vector<std::pair<std::string, bool>> keys{{"", true}};
        for (const KeyField& field : by) {
            std::vector<std::pair<std::string, bool>> longer;
            for (const auto& [key, opens] : keys) {
                for (const auto& [value, value_opens] : values_of(field)) {
                    const std::pair<std::string, bool> next{key + value, opens && value_opens};
                    if (std::find(longer.begin(), longer.end(), next) == longer.end()) {
                        longer.push_back(next);
                    }
                }
            }
            keys = longer;
        }
        return keys;
    }

    std::vector<std::pair<std::string, bool>> values_of(const KeyField& field) const {
        std::vector<std::pair<std::string, bool>> values;
        ValueScratch scratch;
        if (field.is_ancestry) {
            const ProcessImage& process = *now_->event->process;
            values.emplace_back(bytes_of(Value::of_text(process.entity.to_string())), true);
            for (const ProcessEntity& ancestor : *process.lineage) {
                values.emplace_back(bytes_of(Value::of_text(ancestor.to_string())), false);
            }
            return values;
        }
        const Value value = extract(field.field, *now_->event, scratch);
        if (value.type == ValueType::kList) {
            for (const Value& element : value.list) values.emplace_back(bytes_of(element), true);
        } else if (value || field.is_optional) {
            values.emplace_back(bytes_of(value), true);
        }
        return values;
    }

    bool satisfies(const StepPlan& step) const {
        if (step.kind == StepKind::kStage) return now_->detections.contains(step.stage_name);
        return now_->conditions.contains(step.condition);
    }

    Ways ways_under(const Slot& slot, const std::string& key) const {
        Ways ways;
        for (std::size_t w = 0; w < slot.ways.size(); ++w) {
            if (!satisfies(*slot.ways[w])) continue;
            for (const auto& [own, opens] : keys_of(slot.ways[w]->by)) {
                if (own == key) ways[w] = ways[w] || opens;
            }
        }
        return ways;
    }

    bool concerns(const StepPlan& step, const std::string& key) const {
        if (!satisfies(step)) return false;
        const auto keys = keys_of(step.by);
        return std::any_of(keys.begin(), keys.end(),
                           [&key](const auto& own) { return own.first == key; });
    }

    // --- Back-references.

    std::vector<const Event*> steps_of(const Attempt* attempt) const {
        std::vector<const Event*> steps(plan_.step_index_count, nullptr);
        if (attempt == nullptr) return steps;
        for (const Done& done : attempt->done) {
            const Event*& event = steps[static_cast<std::size_t>(done.plan->index)];
            if (event == nullptr) event = done.event;
        }
        return steps;
    }

    bool agrees(const StepPlan& step, const Attempt* attempt) const {
        const auto steps = steps_of(attempt);
        ValueScratch scratch;
        for (const KeyLink& link : step.links) {
            const Value own = evaluate(link.own, *now_->event, steps, scratch);
            const Value other = evaluate(link.other, *now_->event, steps, scratch);
            if (!own || !other || bytes_of(own) != bytes_of(other)) return false;
        }
        return !step.residual || evaluate(*step.residual, *now_->event, steps, scratch);
    }

    bool asks_more_from(std::size_t slot) const {
        for (std::size_t s = slot; s < slots_.size(); ++s) {
            for (const StepPlan* way : slots_[s].ways) {
                if (way->residual) return true;
            }
        }
        return std::any_of(gaps_.begin(), gaps_.end(), [slot](const Gap& gap) {
            return gap.before >= slot && gap.plan->residual;
        });
    }

    std::string linked_values(const Attempt& attempt, std::size_t slot) const {
        const auto steps = steps_of(&attempt);
        ValueScratch scratch;
        std::string values;
        for (std::size_t s = slot; s < slots_.size(); ++s) {
            for (const StepPlan* way : slots_[s].ways) {
                for (const KeyLink& link : way->links) {
                    values += bytes_of(evaluate(link.other, *now_->event, steps, scratch));
                }
            }
        }
        return values;
    }

    bool has_links_from(std::size_t slot) const {
        for (std::size_t s = slot; s < slots_.size(); ++s) {
            for (const StepPlan* way : slots_[s].ways) {
                if (!way->links.empty()) return true;
            }
        }
        return false;
    }

    // --- One key: rules 3, 4, 6, 7.

    void take_key(const std::string& key) {
        key_ = key;
        bool is_until = false;
        if (plan_.until && now_->conditions.contains(plan_.until->condition)) {
            for (const auto& [own, opens] : keys_of(plan_.until->by)) {
                is_until = is_until || own == key;
            }
        }
        std::set<std::size_t> used;
        for (std::size_t s = slots_.size(); s-- > 0;) {
            const Ways ways = ways_under(slots_[s], key);
            const bool completes = s + 1 == slots_.size() && !has_trailing();
            if (ways.empty() || (is_until && !completes)) continue;
            const bool is_used = slots_[s].gathers() ? gather(s, ways) : advance(s, ways);
            if (is_used) used.insert(s);
        }
        for (const Gap& gap : gaps_) {
            if (concerns(*gap.plan, key)) forbid(gap);
        }
        if (is_until) {
            for (Attempt& attempt : attempts_) {
                if (attempt.key == key) attempt.is_gone = true;
            }
        }
        for (std::size_t s = slots_.size(); s-- > 0;) {
            const Ways ways = ways_under(slots_[s], key);
            if (ways.empty() || !all_optional(0, s)) continue;
            const bool every = plan_.match == MatchPolicy::kEvery && !slots_[s].gathers();
            if (!used.contains(s) || is_until || every) open(s, ways);
        }
        for (std::size_t g = 0; g < gaps_.size(); ++g) {
            if (concerns(*gaps_[g].plan, key)) seen_[g][key] = now_->time;
        }
        tidy();
    }

    bool all_optional(std::size_t from, std::size_t to) const {
        for (std::size_t s = from; s < to; ++s) {
            if (!slots_[s].plan->is_optional) return false;
        }
        return true;
    }
    bool has_trailing() const {
        return std::any_of(gaps_.begin(), gaps_.end(),
                           [this](const Gap& gap) { return gap.before == slots_.size(); });
    }

    bool in_time(const Attempt& attempt, std::size_t s) const {
        const StepPlan& step = *slots_[s].plan;
        if (attempt.barred_from <= s || now_->time > window_end(attempt)) return false;
        if (now_->time > plus(last_time(attempt), step.within)) return false;
        if (now_->time - last_time(attempt) < step.after.count()) return false;
        return !is_shadowed(attempt.seen_absence, s);
    }
    bool is_shadowed(std::int64_t seen_absence, std::size_t s) const {
        return s + 1 == slots_.size() && seen_absence >= 0 &&
               now_->time <= plus(seen_absence, plan_.within);
    }

    // Attempts that wait at `stage` and for which this event is slot `s`, with the way it takes.
    std::vector<std::pair<std::size_t, std::set<std::size_t>>> ready(std::size_t stage,
                                                                     std::size_t s,
                                                                     const Ways& ways) const {
        std::vector<std::pair<std::size_t, std::set<std::size_t>>> result;
        for (std::size_t i = 0; i < attempts_.size(); ++i) {
            const Attempt& attempt = attempts_[i];
            if (attempt.is_gone || attempt.key != key_ || attempt.next != stage ||
                attempt.kind != Attempt::Kind::kOpen || attempt.done.empty() ||
                (attempt.gathers_at >= 0 && !attempt.counts_on) || !in_time(attempt, s)) {
                continue;
            }
            std::set<std::size_t> fitting;
            for (const auto& [way, opens] : ways) {
                if (agrees(*slots_[s].ways[way], &attempt)) fitting.insert(way);
            }
            if (!fitting.empty()) result.emplace_back(i, fitting);
        }
        return result;
    }

    bool advance(std::size_t s, const Ways& ways) {
        bool is_used = false;
        for (std::size_t stage = s; stage > 0 && all_optional(stage, s); --stage) {
            auto found = ready(stage, s, ways);
            if (found.empty()) continue;
            is_used = true;
            if (plan_.match != MatchPolicy::kEvery && s + 1 == slots_.size()) {
                // As many as are ready would be one match told several times.
                const auto kept = plan_.match == MatchPolicy::kFirst ? found.front() : found.back();
                for (const auto& [i, fitting] : found) {
                    if (i != kept.first) attempts_[i].is_gone = true;
                }
                found = {kept};
            }
            for (const auto& [i, fitting] : found) {
                Attempt moved = attempts_[i];
                if (plan_.match == MatchPolicy::kEvery) {
                    moved.gathers_at = -1;
                } else {
                    attempts_[i].is_gone = true;
                    leave_quiet(moved);
                }
                moved.counts_on = false;
                moved.done.push_back({slots_[s].ways[*fitting.begin()], now_->event});
                finish(moved, s);
            }
            if (plan_.match != MatchPolicy::kEvery) break;
        }
        return is_used;
    }

    // What counted on keeps taking events when its attempt goes.
    void leave_quiet(Attempt& moved) {
        if (!moved.counts_on) return;
        Attempt quiet = moved;
        silence(quiet);
        keep(quiet);
        moved.gathers_at = -1;
        moved.counts_on = false;
    }

    void open(std::size_t s, const Ways& ways) {
        Ways opening;
        for (const auto& [way, opens] : ways) {
            if (opens && agrees(*slots_[s].ways[way], nullptr)) opening[way] = true;
        }
        Kept first;
        first.event = now_->event;
        look_back(s, first);
        if (opening.empty() || !first.may_be_first) return;
        for (const auto& [way, opens] : opening) first.ways.insert(way);
        Attempt attempt;
        attempt.key = key_;
        if (slots_[s].gathers()) {
            if (!value_of(s, first.value)) return;
            attempt.next = s;
            attempt.gathers_at = static_cast<int>(s);
            attempt.kept.push_back(first);
            if (!has_gathered(attempt, s)) keep(attempt);
            return;
        }
        if (is_shadowed(first.seen_absence, s)) return;
        attempt.seen_absence = first.seen_absence;
        attempt.done.push_back({slots_[s].ways[opening.begin()->first], now_->event});
        finish(attempt, s);
    }

    // Leading absences: may this event be the first, and what was seen before it?
    void look_back(std::size_t s, Kept& kept) const {
        for (std::size_t g = 0; g < gaps_.size(); ++g) {
            if (gaps_[g].before > s || !all_optional(0, gaps_[g].before)) continue;
            const auto seen = seen_[g].find(key_);
            if (seen == seen_[g].end()) continue;
            if (gaps_[g].plan->absent_for) {
                if (now_->time <= plus(seen->second, *gaps_[g].plan->absent_for)) {
                    kept.may_be_first = false;
                }
            } else {
                kept.seen_absence = std::max(kept.seen_absence, seen->second);
            }
        }
    }

    void keep(Attempt attempt) {
        if (attempt.opened == 0) attempt.opened = now_->event->number;
        attempts_.push_back(attempt);
    }

    void finish(Attempt attempt, std::size_t s) {
        // `every` makes a new one of each advance, but for those that gather.
        const bool is_copy = plan_.match == MatchPolicy::kEvery && !slots_[s].gathers();
        if (attempt.opened == 0 || is_copy) attempt.opened = now_->event->number;
        attempt.barred_from = 1000;
        attempt.next = s + 1;
        if (attempt.next < slots_.size()) {
            settle(attempt);
            return;
        }
        if (!has_trailing()) {
            report(attempt, now_->time, false);
            return;
        }
        attempt.kind = Attempt::Kind::kGuard;
        attempt.until_time = now_->time;  // Not before it began to wait.
        for (const Gap& gap : gaps_) {
            if (gap.before != slots_.size()) continue;
            attempt.until_time =
                std::max(attempt.until_time, gap.plan->absent_for
                                                 ? plus(last_time(attempt), *gap.plan->absent_for)
                                                 : window_end(attempt));
        }
        keep(attempt);
    }

    // Rule 4: one per key and stage, unless later steps can tell them apart.
    void settle(const Attempt& attempt) {
        if (plan_.match != MatchPolicy::kEvery && !asks_more_from(attempt.next)) {
            for (Attempt& other : attempts_) {
                if (other.is_gone || other.key != key_ || other.next != attempt.next ||
                    other.kind != Attempt::Kind::kOpen ||
                    (other.gathers_at >= 0 && !other.counts_on) ||
                    linked_values(other, attempt.next) != linked_values(attempt, attempt.next)) {
                    continue;
                }
                if (plan_.match == MatchPolicy::kFirst) return;
                other.is_gone = true;
            }
        }
        keep(attempt);
    }

    void forbid(const Gap& gap) {
        const bool is_trailing = gap.before == slots_.size();
        for (std::size_t i = 0; i < attempts_.size(); ++i) {
            Attempt& attempt = attempts_[i];
            const bool is_guard = attempt.kind == Attempt::Kind::kGuard;
            if (attempt.is_gone || attempt.key != key_ || is_trailing != is_guard ||
                attempt.kind == Attempt::Kind::kQuiet || attempt.done.empty() ||
                (attempt.gathers_at >= 0 && !attempt.counts_on)) {
                continue;
            }
            if (!is_trailing &&
                (gap.before < attempt.next || !all_optional(attempt.next, gap.before))) {
                continue;
            }
            if (is_latest_step(attempt)) continue;
            if (gap.plan->absent_for &&
                now_->time > plus(last_time(attempt), *gap.plan->absent_for)) {
                continue;
            }
            if (!agrees(*gap.plan, &attempt)) continue;
            if (!is_trailing && gap.before > attempt.next) {
                attempt.barred_from = std::min(attempt.barred_from, gap.before);
                continue;
            }
            attempt.is_gone = true;
            Attempt gone = attempt;  // A copy, because the list grows.
            gone.is_gone = false;
            leave_quiet(gone);
        }
    }

    bool is_latest_step(const Attempt& attempt) const {
        const Done& last = attempt.done.back();
        const std::uint64_t number = last.last_number != 0 ? last.last_number : last.event->number;
        return number == now_->event->number && last_time(attempt) == now_->time;
    }

    // --- Positions of several events.

    bool value_of(std::size_t s, std::string& value) const {
        if (!slots_[s].plan->distinct) return true;
        ValueScratch scratch;
        const Value of = extract(*slots_[s].plan->distinct, *now_->event, scratch);
        value = bytes_of(of);
        return static_cast<bool>(of);
    }

    bool gather(std::size_t s, const Ways& ways) {
        Kept kept;
        if (!value_of(s, kept.value)) return true;
        kept.event = now_->event;
        look_back(s, kept);
        bool opens = false;
        for (const auto& [way, may_open] : ways) opens = opens || may_open;
        kept.may_be_first = kept.may_be_first && opens;

        bool is_used = false;
        const std::size_t count = attempts_.size();
        for (std::size_t i = 0; i < count; ++i) {
            if (attempts_[i].is_gone || attempts_[i].key != key_ ||
                attempts_[i].gathers_at != static_cast<int>(s) ||
                attempts_[i].kind == Attempt::Kind::kGuard) {
                continue;
            }
            is_used = feed(i, s, ways, kept) || is_used;
        }
        const bool independent =
            plan_.match == MatchPolicy::kEvery || asks_more_from(s) || has_links_from(s);
        if (is_used && !independent) return true;
        for (std::size_t stage = s; stage > 0 && all_optional(stage, s); --stage) {
            const auto found = ready(stage, s, ways);
            if (found.empty()) continue;
            start(found, s, kept, independent);
            return true;
        }
        return is_used;
    }

    bool feed(std::size_t i, std::size_t s, const Ways& ways, Kept kept) {
        if (attempts_[i].kind == Attempt::Kind::kQuiet) return true;
        for (const auto& [way, opens] : ways) {
            if (agrees(*slots_[s].ways[way], &attempts_[i])) kept.ways.insert(way);
        }
        if (kept.ways.empty()) return false;
        if (attempts_[i].counts_on) {
            Done& counted = attempts_[i].done.back();
            ++counted.count;
            counted.last_number = now_->event->number;
            counted.last_time = now_->time;
            return true;
        }
        const bool slides = attempts_[i].done.empty();
        if (!slides && !in_time(attempts_[i], s)) return false;
        Attempt fed = attempts_[i];
        fed.kept.push_back(kept);
        if (slots_[s].is_all() && !slides && earliest(fed, s).size() != fed.kept.size()) {
            return false;  // Brings it no further.
        }
        attempts_[i] = fed;
        if (has_gathered(fed, s)) attempts_[i].is_gone = true;
        return true;
    }

    void start(const std::vector<std::pair<std::size_t, std::set<std::size_t>>>& found,
               std::size_t s, Kept kept, bool independent) {
        if (!independent) {
            for (Attempt& other : attempts_) {
                if (other.is_gone || other.key != key_ || other.gathers_at != static_cast<int>(s) ||
                    other.counts_on || other.kind != Attempt::Kind::kOpen) {
                    continue;
                }
                if (plan_.match == MatchPolicy::kFirst) {
                    attempts_[found.back().first].is_gone = true;
                    return;
                }
                other.is_gone = true;
            }
        }
        for (const auto& [i, fitting] : found) {
            Attempt started = attempts_[i];
            attempts_[i].is_gone = true;
            leave_quiet(started);
            started.next = s;
            started.barred_from = 1000;
            started.gathers_at = static_cast<int>(s);
            kept.ways = fitting;
            started.kept = {kept};
            if (!has_gathered(started, s)) keep(started);
        }
    }

    // Whether all events of `which` can have a way each, no two the same.
    static bool assignable(const std::vector<const Kept*>& which, std::size_t from,
                           std::set<std::size_t>& taken) {
        if (from == which.size()) return true;
        for (const std::size_t way : which[from]->ways) {
            if (!taken.insert(way).second) continue;
            const bool fits = assignable(which, from + 1, taken);
            taken.erase(way);
            if (fits) return true;
        }
        return false;
    }

    // all_of: the first events that can be assigned to parts.
    static std::vector<const Kept*> earliest(const Attempt& attempt, std::size_t) {
        std::vector<const Kept*> chosen;
        for (const Kept& kept : attempt.kept) {
            chosen.push_back(&kept);
            std::set<std::size_t> taken;
            if (!assignable(chosen, 0, taken)) chosen.pop_back();
        }
        return chosen;
    }

    // Moves an attempt on that has all that slot `s` wants.
    bool has_gathered(const Attempt& attempt, std::size_t s) {
        Attempt moved = attempt;
        if (moved.done.empty()) moved.seen_absence = moved.kept.front().seen_absence;
        if (is_shadowed(moved.seen_absence, s)) return false;
        const StepPlan& step = *slots_[s].plan;
        if (slots_[s].is_all()) {
            const auto chosen = earliest(moved, s);
            if (chosen.size() < slots_[s].ways.size()) return false;
            std::set<std::size_t> taken;
            for (std::size_t i = 0; i < chosen.size(); ++i) {
                for (const std::size_t way : chosen[i]->ways) {
                    if (!taken.insert(way).second) continue;
                    if (assignable(chosen, i + 1, taken)) {
                        moved.done.push_back({slots_[s].ways[way], chosen[i]->event});
                        break;
                    }
                    taken.erase(way);
                }
            }
            moved.gathers_at = -1;
            moved.kept.clear();
            finish(moved, s);
            return true;
        }
        std::set<std::string> values;
        for (const Kept& kept : moved.kept) values.insert(kept.value);
        if ((step.distinct ? values.size() : moved.kept.size()) < step.at_least) return false;
        Done done;
        done.plan = slots_[s].ways.front();
        done.event = moved.kept.front().event;
        done.count = moved.kept.size();
        done.last_number = moved.kept.back().event->number;
        done.last_time = ns(moved.kept.back().event);
        moved.done.push_back(done);
        moved.kept.clear();
        moved.counts_on = true;
        if (s + 1 == slots_.size()) leave_quiet(moved);
        finish(moved, s);
        return true;
    }

    // --- Exits: rule 9.

    void take_exit() {
        ValueScratch scratch;
        const std::string who = bytes_of(Value::of_text(now_->event->process->entity.to_string()));
        for (std::size_t f = 0; f < plan_.by.size(); ++f) {
            for (Attempt& attempt : attempts_) {
                if (attempt.is_gone || attempt.kind != Attempt::Kind::kOpen) continue;
                bool needs_it = true;
                for (std::size_t s = attempt.next; s < slots_.size(); ++s) {
                    for (const StepPlan* way : slots_[s].ways) {
                        const KeyField& field = way->by[f];
                        needs_it =
                            needs_it && field.field.name == "proc.entity" && !field.is_ancestry;
                    }
                }
                const Event* first =
                    attempt.done.empty() ? attempt.kept.front().event : attempt.done.front().event;
                const StepPlan& opened_by = attempt.done.empty()
                                                ? *slots_[attempt.next].ways.front()
                                                : *attempt.done.front().plan;
                const Value owner = extract(opened_by.by[f].field, *first, scratch);
                if (needs_it && owner && bytes_of(owner) == who) attempt.is_gone = true;
            }
        }
    }

    // --- What is found.

    void report(const Attempt& attempt, std::int64_t time, bool at_deadline) {
        const Event* completing = attempt.done.back().event;
        const auto steps = steps_of(&attempt);
        ValueScratch scratch;
        if (plan_.exceptions && evaluate(*plan_.exceptions, *completing, steps, scratch)) return;
        Finding finding;
        finding.moment = number_;
        finding.is_deadline = at_deadline || now_->is_deadline;
        finding.time = time;
        finding.last = completing;
        finding.opened = attempt.opened;
        for (const Done& done : attempt.done) {
            finding.text += " " + done.plan->id + "=" + std::to_string(done.event->number);
            if (done.last_number != 0) {
                finding.text +=
                    "x" + std::to_string(done.count) + ".." + std::to_string(done.last_number);
            }
        }
        finding.text = key_text(attempt) + finding.text;
        findings.push_back(finding);
    }

    std::string key_text(const Attempt& attempt) const {
        std::string text;
        std::string rest = attempt.key;
        ValueScratch scratch;
        const std::vector<KeyField>& by = attempt.done.front().plan->by;
        for (const KeyField& field : by) {
            const Value value = extract(field.field, *attempt.done.front().event, scratch);
            std::vector<Value> choices{value};
            if (value.type == ValueType::kList)
                choices.assign(value.list.begin(), value.list.end());
            for (const Value& choice : choices) {
                const std::string bytes = bytes_of(choice);
                if (!rest.starts_with(bytes)) continue;
                rest.erase(0, bytes.size());
                text += text_of(choice) + ",";
                break;
            }
        }
        if (text.empty()) return ":";
        text.back() = ':';
        return " " + text;
    }

    const SequencePlan& plan_;
    std::vector<Slot> slots_;
    std::vector<Gap> gaps_;
    std::vector<std::map<std::string, std::int64_t>> seen_;  // by absence: key -> latest
    std::vector<Attempt> attempts_;                          // in order of arrival at their stage
    const Moment* now_ = nullptr;
    std::size_t number_ = 0;
    std::string key_;
};

bool depends_on(const SequencePlan& plan, const std::string& name) {
    const auto is_it = [&name](const StepPlan& step) {
        return step.kind == StepKind::kStage && step.stage_name == name;
    };
    return std::any_of(plan.steps.begin(), plan.steps.end(), [&](const StepPlan& step) {
        return is_it(step) || std::any_of(step.parts.begin(), step.parts.end(), is_it);
    });
}

// The moments that `plan` sees: events, and between them detections at deadlines. `shown` keeps the
// events of these.
std::vector<std::pair<std::size_t, Moment>> moments_for(
    const SequencePlan& plan, const Story& story,
    const std::map<std::string, std::vector<Finding>>& found, std::deque<Event>& shown) {
    std::vector<std::pair<std::size_t, Moment>> moments;
    std::size_t hit = 0;
    for (std::size_t i = 0; i < story.events.size(); ++i) {
        Moment& moment = moments.emplace_back(2 * i + 1, Moment{}).second;
        moment.event = &story.events[i];
        moment.time = ns(moment.event);
        for (; hit < story.hits.size() && story.hits[hit].event == i; ++hit) {
            moment.conditions.insert(story.hits[hit].condition);
        }
    }
    std::vector<std::pair<std::size_t, Moment>> deadlines;
    for (const auto& [name, findings] : found) {
        if (!depends_on(plan, name)) continue;
        // Those of one deadline in the order in which they were opened.
        std::vector<Finding> ordered = findings;
        std::stable_sort(ordered.begin(), ordered.end(), [](const Finding& a, const Finding& b) {
            return std::pair(a.time, a.opened) < std::pair(b.time, b.opened);
        });
        for (const Finding& finding : ordered) {
            if (!finding.is_deadline) {
                moments[finding.moment].second.detections.insert(name);
                continue;
            }
            std::size_t before = 0;
            while (before < story.events.size() && ns(&story.events[before]) <= finding.time) {
                ++before;
            }
            Event& event = shown.emplace_back(*finding.last);
            event.time = Timestamp(Duration(finding.time));
            event.is_exit_of_process = false;
            Moment& moment = deadlines.emplace_back(2 * before, Moment{}).second;
            moment.event = &event;
            moment.time = finding.time;
            moment.is_deadline = true;
            moment.detections.insert(name);
        }
    }
    moments.insert(moments.end(), deadlines.begin(), deadlines.end());
    std::stable_sort(moments.begin(), moments.end(), [](const auto& a, const auto& b) {
        return std::pair(a.first, a.second.time) < std::pair(b.first, b.second.time);
    });
    return moments;
}

}  // namespace

std::vector<std::string> reference_matches(const RuleSet& rules, const Story& story, bool flush) {
    std::map<std::string, std::vector<Finding>> found;
    std::deque<Event> shown;
    std::vector<std::string> texts;
    std::set<std::string> open;
    for (const SequencePlan& plan : rules.sequences) open.insert(plan.info.name);
    while (!open.empty()) {
        for (const SequencePlan& plan : rules.sequences) {
            const bool is_next =
                open.contains(plan.info.name) &&
                std::none_of(open.begin(), open.end(),
                             [&](const std::string& name) { return depends_on(plan, name); });
            if (!is_next) continue;
            open.erase(plan.info.name);
            SequenceReference reference(plan);
            const auto moments = moments_for(plan, story, found, shown);
            for (const auto& [place, moment] : moments) reference.take(moment, place / 2);
            if (story.events.empty()) continue;
            const std::int64_t end = ns(&story.events.back());
            reference.let_time_pass(end);
            if (flush) reference.flush(end);
            for (const Finding& finding : reference.findings) {
                std::size_t last = finding.moment;
                for (std::size_t i = 0; finding.is_deadline && i < story.events.size(); ++i) {
                    if (ns(&story.events[i]) <= finding.time) last = i;
                }
                texts.push_back(plan.info.name + "@" + std::to_string(finding.time) + "#" +
                                std::to_string(story.events[last].number) + finding.text);
            }
            found[plan.info.name] = reference.findings;
        }
    }
    return texts;
}

}  // namespace sequitur::testing
