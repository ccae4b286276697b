#include "dsl/step_checker.h"

#include "core/event_type.h"
#include "core/field.h"
#include "dsl/duration.h"
#include "dsl/keys.h"
#include "dsl/lexer.h"
#include "dsl/workshop.h"

#include <algorithm>
#include <map>

namespace sequitur::dsl {

namespace {

bool is_group(const StepObject& step) {
    return step.kind == StepKind::kAnyOf || step.kind == StepKind::kAllOf;
}

std::string_view kind_word(const StepObject& step) {
    switch (step.kind) {
        case StepKind::kEvent: return "event";
        case StepKind::kAbsence: return "not";
        case StepKind::kAnyOf: return "any_of";
        case StepKind::kAllOf: return "all_of";
        case StepKind::kStage: return step.stage_is_sequence ? "sequence" : "rule";
    }
    return "step";
}

class StepChecker {
public:
    StepChecker(const SequenceObject& sequence, Diagnostics& diagnostics)
        : sequence_(sequence), diagnostics_(diagnostics) {}

    void check() {
        const std::vector<StepObject>& steps = *sequence_.steps;
        for (std::size_t i = 0; i < steps.size(); ++i) {
            check_step(steps[i], i);
            if (is_group(steps[i])) check_parts(steps[i]);
        }
        check_count_of_steps(steps);
        check_windows(steps);
    }

private:
    void error(const Range& range, std::string message, std::string hint = {},
               std::vector<Note> notes = {}) {
        diagnostics_.error(Code::kBadStep, range, std::move(message), std::move(hint),
                           std::move(notes));
    }

    void check_step(const StepObject& step, std::size_t i) {
        check_name(step);
        if (step.kind == StepKind::kAbsence) {
            check_absence(step, i);
        } else if (step.absent_for) {
            error(step.for_range, "'for' stands only with 'not'");
        }
        if (i == 0) {
            if (step.within) error(step.within_range, "the first step has no step before it");
            if (step.after) error(step.after_range, "the first step has no step before it");
        }
        if (step.at_least && is_group(step)) {
            error(step.count_range, "'at_least' counts events of one condition, not of a group");
        }
    }

    void check_name(const StepObject& step) {
        const std::string& name = step.id.text;
        if (name.empty()) {
            if (step.kind != StepKind::kEvent) return;
            error(step.range, "this step has no name", "'- NAME: CONDITION', or 'id: NAME'");
            return;
        }
        const bool is_word =
            is_name_start(name.front()) && std::all_of(name.begin(), name.end(), is_name_char);
        if (!is_word) {
            error(step.id.range(), "'" + name + "' cannot be a step's name",
                  "a letter, then letters, digits and '_'");
            return;
        }
        if (const std::string clash = name_clash(name); !clash.empty()) {
            error(step.id.range(), "'" + name + "' cannot be a step's name: " + clash);
            return;
        }
        const auto [first, is_new] = names_.emplace(name, step.id.range());
        if (!is_new) {
            diagnostics_.error(Code::kDuplicateName, step.id.range(),
                               "two steps are called '" + name + "'", {},
                               {{"first used here", first->second}});
        }
    }

    void check_absence(const StepObject& step, std::size_t i) {
        const std::vector<StepObject>& steps = *sequence_.steps;
        const auto is_absence = [](const StepObject& other) {
            return other.kind == StepKind::kAbsence;
        };
        const auto at = static_cast<std::ptrdiff_t>(i);
        const bool is_leading = std::all_of(steps.begin(), steps.begin() + at, is_absence);
        const bool is_trailing = std::all_of(steps.begin() + at + 1, steps.end(), is_absence);
        if ((is_leading && i != 0) || (is_trailing && !is_leading && i + 1 != steps.size())) {
            error(step.range, "a sequence begins and ends with one 'not' at most",
                  "join their conditions with 'or'");
        }
        if (step.absent_for && !is_leading && !is_trailing) {
            error(step.for_range, "'for' stands only with a first or last 'not'",
                  "in the middle, the neighbouring steps are the bounds");
        }
        if (is_trailing && !is_leading && !step.absent_for && sequence_.within == kUnbounded) {
            diagnostics_.error(Code::kBadWindow, step.range,
                               "this 'not' would never be decided: the sequence is unbounded",
                               "give it 'for: DURATION'");
        }
        if (step.within) error(step.within_range, "'within' does not go with 'not'", "'for' does");
        if (step.after) error(step.after_range, "'after' does not go with 'not'", "'for' does");
        if (step.count || step.at_least) error(step.count_range, "'count' does not go with 'not'");
        if (step.is_optional) error(step.optional_range, "'optional' does not go with 'not'");
    }

    void check_parts(const StepObject& group) {
        const std::string kind(kind_word(group));
        if (group.parts.size() < 2 && !group.has_refused_parts) {
            error(group.range, "'" + kind + "' wants two steps or more");
        }
        for (const StepObject& part : group.parts) {
            if (part.kind == StepKind::kAbsence || is_group(part)) {
                error(part.range,
                      "'" + std::string(kind_word(part)) + "' cannot stand inside '" + kind + "'");
                continue;
            }
            check_name(part);
            if (part.within)
                error(part.within_range, "'within' goes with the whole '" + kind + "'");
            if (part.after) error(part.after_range, "'after' goes with the whole '" + kind + "'");
            if (part.absent_for) error(part.for_range, "'for' stands only with 'not'");
            if (part.count || part.at_least) {
                error(part.count_range, "'count' cannot stand inside '" + kind + "'");
            }
            if (part.is_optional) {
                error(part.optional_range, "'optional' goes with the whole '" + kind + "'");
            }
        }
    }

    void check_count_of_steps(const std::vector<StepObject>& steps) {
        std::size_t positions = 0;
        bool has_mandatory = false;
        for (const StepObject& step : steps) {
            if (step.kind == StepKind::kAbsence) {
                ++positions;
                continue;
            }
            const bool is_counted =
                step.at_least || step.count.value_or(1) > 1 || step.is_count_refused;
            positions += is_counted || step.kind == StepKind::kAllOf ? 2 : 1;
            has_mandatory = has_mandatory || !step.is_optional;
        }
        if (sequence_.has_refused_steps) return;
        if (steps.empty() || positions < 2) {
            error(sequence_.steps_range, "a sequence has two steps or more",
                  "or one step with 'count'; a single event is a 'rule'");
        } else if (!has_mandatory) {
            error(sequence_.steps_range, "no step of this sequence has to happen",
                  "one step, at least, is neither 'not' nor 'optional'");
        }
    }

    void check_windows(const std::vector<StepObject>& steps) {
        const auto warn = [&](const Range& range, std::string message) {
            diagnostics_.warning(Code::kImpossibleWindow, range, std::move(message));
        };
        Duration total{0};
        for (const StepObject& step : steps) {
            if (!step.after) continue;
            if (step.within && *step.within < *step.after) {
                warn(step.within_range, "this step comes within " + to_text(*step.within) +
                                            ", but not before " + to_text(*step.after));
            }
            if (step.is_optional) continue;
            total += *step.after;
            if (sequence_.within && total > *sequence_.within) {
                warn(step.after_range, "the steps need " + to_text(total) +
                                           ", but the sequence ends within " +
                                           to_text(*sequence_.within));
                return;
            }
        }
    }

    const SequenceObject& sequence_;
    Diagnostics& diagnostics_;
    std::map<std::string, Range> names_;
};

}  // namespace

void check_steps(const SequenceObject& sequence, Diagnostics& diagnostics) {
    if (sequence.steps) StepChecker(sequence, diagnostics).check();
}

std::string name_clash(std::string_view name) {
    const auto reserved = reserved_step_names();
    if (std::find(reserved.begin(), reserved.end(), name) != reserved.end()) {
        return "it is a key of steps";
    }
    const auto begins = [&](std::string_view field) {
        return field.size() > name.size() && field.starts_with(name) && field[name.size()] == '.';
    };
    for (const FieldInfo& field : field_table()) {
        if (begins(field.name)) return "fields begin with it, like " + std::string(field.name);
    }
    for (const EventType type : event_types_named(name)) {
        const EventTypeInfo* info = event_type_info(type);
        if (info != nullptr && info->source == EventSourceKind::kSyscall) {
            return "it is a system call, and fields begin with it";
        }
    }
    if (name == "sequence") return "%sequence.key and its like begin with it";
    return {};
}

std::vector<StepName> number_steps(const std::vector<StepObject>& steps, EventStream stream) {
    std::vector<StepName> names;
    std::int32_t next = 0;
    // Parts may hold groups only where that is refused; they are numbered all the same.
    const auto add = [&](const auto& self, const std::vector<StepObject>& parts,
                         EventStream stream_around) -> void {
        for (const StepObject& step : parts) {
            StepName name;
            name.name = step.id.text;
            // An absence has no event, and a group none of its own; its parts have.
            if (step.kind == StepKind::kAbsence) {
                name.why_invisible = "it stands for no event";
            } else if (is_group(step)) {
                name.why_invisible = "it stands for several steps; their names can be used";
            } else {
                name.index = next++;
            }
            // What it means instead is what the conditions go on with; the name is refused
            // elsewhere.
            if (!name.name.empty() && !name_clash(name.name).empty()) name.name.clear();
            const auto own = step.source ? stream_of(step.source->text) : std::nullopt;
            name.stream = own.value_or(step.source ? stream : stream_around);
            const EventStream inside = name.stream;
            names.push_back(std::move(name));
            self(self, step.parts, inside);
        }
    };
    add(add, steps, stream);
    return names;
}

}  // namespace sequitur::dsl
