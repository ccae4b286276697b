#include "dsl/sequence_compiler.h"

#include "core/event_type_set.h"
#include "core/near_name.h"
#include "dsl/condition_builder.h"
#include "dsl/exceptions.h"
#include "dsl/key_compiler.h"
#include "dsl/output_compiler.h"
#include "dsl/rule_compiler.h"
#include "dsl/step_checker.h"
#include "sequences/support.h"

#include <algorithm>
#include <functional>

namespace sequitur::dsl {

namespace {

// Whether the event speaks of a descriptor.
bool has_descriptor(const EventTypeInfo& type) {
    constexpr auto kAny = event_flag::kUsesFd | event_flag::kCreatesFd;
    return (type.flags & kAny) != 0 || type.fd_param >= 0 ||
           std::ranges::any_of(type.params, [](const ParamInfo& param) {
               return param.type == ParamType::kFd || param.type == ParamType::kFdlist;
           });
}

// Whether events of the type can have the field, as far as the type says.
bool may_have(const FieldRef& field, const EventTypeInfo& type) {
    if (field_info(field.id).name.starts_with("fd.")) return has_descriptor(type);
    const auto types = event_types_of(field);
    return !types || std::ranges::find(*types, static_cast<EventType>(type.id)) != types->end();
}

class SequenceCompiler {
public:
    SequenceCompiler(const SequenceObject& sequence, Workshop& workshop,
                     ConditionSet::Builder& conditions)
        : sequence_(sequence),
          workshop_(workshop),
          diagnostics_(workshop.diagnostics()),
          conditions_(conditions) {}

    std::optional<SequencePlan> compile() {
        const std::size_t errors_before = diagnostics_.mark();
        SequencePlan plan;
        plan.info = detection_info(sequence_, diagnostics_.sources());
        const auto stream = stream_of(plan.info.source);
        if (!stream) {
            diagnostics_.warning(
                Code::kUnknownSource, sequence_.source->range(),
                "there is no source '" + plan.info.source + "'; the sequence is skipped");
            return std::nullopt;
        }
        stream_ = *stream;
        check_steps(sequence_, diagnostics_);
        if (sequence_.by) plan.by = compile_key(*sequence_.by, stream_, workshop_);
        plan.within = sequence_.within.value_or(kUnbounded);
        plan.match = sequence_.match.value_or(MatchPolicy::kLatest);
        if (sequence_.steps) {
            names_ = number_steps(*sequence_.steps, stream_);
            compile_steps(plan);
        }
        compile_until(plan);
        compile_rest(plan);
        for (const StepName& name : names_) {
            if (name.index >= 0) plan.step_index_count = static_cast<std::uint32_t>(name.index) + 1;
        }
        if (diagnostics_.mark() != errors_before || !sequence_.steps) return std::nullopt;
        refuse_unsupported(plan);
        if (diagnostics_.mark() != errors_before) return std::nullopt;
        return plan;
    }

private:
    void compile_steps(SequencePlan& plan) {
        linkable_.assign(names_.size(), false);
        for (const StepObject& step : *sequence_.steps) {
            plan.steps.push_back(compile_step(step, plan, next_name_, nullptr));
        }
    }

    // Which steps a condition may refer to: those before `first_hidden` that have an event.
    void show_steps_before(std::size_t first_hidden, std::size_t own) {
        for (std::size_t at = 0; at < names_.size(); ++at) {
            StepName& name = names_[at];
            name.is_visible = name.index >= 0 && at < first_hidden;
            if (name.index < 0) continue;  // Says why already.
            name.why_invisible = at == own ? "it is this step; a field alone is its own"
                                           : "it does not come before this one";
        }
    }

    // An any_of or all_of, whose key and source are its parts' where they have none of their own.
    struct Group {
        const StepObject& object;
        const StepPlan& plan;
        EventStream stream;
    };

    // `group`: the one that the step is a part of, or null.
    StepPlan compile_step(const StepObject& object, const SequencePlan& plan,
                          std::size_t visible_before, const Group* group) {
        StepPlan step;
        step.kind = object.kind;
        step.id = object.id.text;
        step.within = object.within.value_or(kUnbounded);
        step.after = object.after.value_or(Duration(0));
        step.absent_for = object.absent_for;
        step.is_optional = object.is_optional;
        step.count = object.count.value_or(1);
        step.at_least = object.at_least.value_or(0);
        step.stage_name = object.stage.text;
        step.stage_is_sequence = object.stage_is_sequence;
        const EventStream stream = stream_of_step(object, group, step);
        const std::size_t own = next_name_++;
        step.index = names_[own].index;
        show_steps_before(visible_before, own);
        const Scope scope = scope_for(stream);
        if (object.kind == StepKind::kEvent || object.kind == StepKind::kAbsence) {
            compile_condition(object, scope, step);
        }
        compile_step_key(object, group, plan, stream, step);
        if (!object.distinct.empty()) {
            if (auto field = workshop_.compile_field(object.distinct, scope)) {
                step.distinct = std::move(*field);
            }
        }
        if (object.kind == StepKind::kStage) check_stage(object);
        const Group own_parts{object, step, stream};
        for (const StepObject& part : object.parts) {
            step.parts.push_back(compile_step(part, plan, visible_before, &own_parts));
        }
        const bool is_linkable = object.kind == StepKind::kEvent && !object.is_optional &&
                                 group == nullptr && step.count <= 1 && step.at_least == 0;
        if (step.index >= 0) linkable_[static_cast<std::size_t>(step.index)] = is_linkable;
        return step;
    }

    EventStream stream_of_step(const StepObject& object, const Group* group, StepPlan& step) {
        step.stream_source = group != nullptr   ? group->plan.stream_source
                             : sequence_.source ? sequence_.source->text
                                                : "syscall";
        if (!object.source) return group != nullptr ? group->stream : stream_;
        step.stream_source = object.source->text;
        const auto stream = stream_of(object.source->text);
        if (!stream) {
            diagnostics_.error(Code::kBadValue, object.source->range(),
                               "there is no source '" + object.source->text + "'",
                               "syscall or json");
        }
        return stream.value_or(stream_);
    }

    Scope scope_for(EventStream stream) const {
        Scope scope;
        scope.stream = stream;
        scope.steps = names_;
        return scope;
    }

    void compile_condition(const StepObject& object, const Scope& scope, StepPlan& step) {
        if (object.condition.empty()) return;
        auto condition = workshop_.compile(object.condition, scope);
        if (!condition) return;
        if (scope.stream == EventStream::kSyscall && never_holds(*condition)) {
            diagnostics_.warning(Code::kImpossibleStep, object.condition.range(0, 1),
                                 "no event can satisfy this step");
        }
        SplitCondition split = split_condition(std::move(*condition), linkable_);
        local_types_ = event_types_of(split.local);
        step.links = std::move(split.links);
        step.residual = std::move(split.residual);
        step.condition = conditions_.add(std::move(split.local), scope.stream);
    }

    void compile_step_key(const StepObject& object, const Group* group, const SequencePlan& plan,
                          EventStream stream, StepPlan& step) {
        const std::optional<Texts>& by =
            !object.by && group != nullptr ? group->object.by : object.by;
        step.by = group != nullptr ? group->plan.by : plan.by;
        if (object.by) {
            const std::size_t wanted = sequence_.by ? sequence_.by->size() : 0;
            if (object.by->size() != wanted) {
                const Range range = object.by->empty() ? object.range : object.by->front().range();
                diagnostics_.error(Code::kBadKey, range,
                                   "this step's key has " + std::to_string(object.by->size()) +
                                       (object.by->size() == 1 ? " field" : " fields") +
                                       ", the sequence's has " + std::to_string(wanted),
                                   wanted == 0 ? "the sequence needs a 'by' of its own" : "");
                return;
            }
            step.by = compile_key(*object.by, stream, workshop_);
        } else if (by && stream != group->stream) {
            step.by = compile_key(*by, stream, workshop_);
        }
        if (step.condition == kNoCondition || stream != EventStream::kSyscall) return;
        const auto& texts = by ? *by : sequence_.by.value_or(Texts{});
        for (std::size_t i = 0; i < step.by.size() && i < texts.size(); ++i) {
            warn_missing_key(step.by[i], texts[i], object);
        }
    }

    using Texts = std::vector<LocatedText>;

    void warn_missing_key(const KeyField& key, const LocatedText& text, const StepObject& object) {
        if (key.is_optional || local_types_.none()) return;
        const bool is_possible = std::ranges::any_of(event_types(), [&](const EventTypeInfo& type) {
            return local_types_.test(type.id) && may_have(key.field, type);
        });
        if (is_possible) return;
        diagnostics_.warning(Code::kImpossibleKey, object.range,
                             "no event of this step has the key '" + text.text + "'", {},
                             {{"the key", text.range()}});
    }

    void check_stage(const StepObject& object) {
        if (object.stage.empty()) return;
        const RuleBook& book = workshop_.book();
        const DetectionObject* found =
            object.stage_is_sequence
                ? static_cast<const DetectionObject*>(book.sequences().find(object.stage.text))
                : book.rules().find(object.stage.text);
        if (found == nullptr) {
            const std::string kind = object.stage_is_sequence ? "sequence" : "rule";
            const auto names =
                object.stage_is_sequence ? book.sequences().names() : book.rules().names();
            diagnostics_.error(Code::kUnknownRule, object.stage.range(),
                               "there is no " + kind + " '" + object.stage.text + "'",
                               did_you_mean(object.stage.text, names));
        } else if (!found->enabled.value_or(true)) {
            diagnostics_.warning(Code::kDisabledStage, object.stage.range(),
                                 "'" + object.stage.text +
                                     "' is not enabled: this step cannot be "
                                     "reached");
        }
    }

    void compile_until(SequencePlan& plan) {
        if (!sequence_.until) return;
        Scope scope;
        scope.stream = stream_;
        auto condition = workshop_.compile(*sequence_.until, scope);
        if (!condition) return;
        plan.until.emplace();
        plan.until->condition = conditions_.add(std::move(*condition), stream_);
        plan.until->by = plan.by;
    }

    // What looks at the whole match: exceptions, suppression, output. Every step can be named.
    void compile_rest(SequencePlan& plan) {
        show_steps_before(names_.size(), names_.size());
        EventStream last = stream_;
        if (sequence_.steps && !sequence_.steps->empty() && sequence_.steps->back().source) {
            last = stream_of(sequence_.steps->back().source->text).value_or(stream_);
        }
        const Scope scope = scope_for(last);
        if (sequence_.exceptions) {
            if (auto excepted = exceptions_condition(*sequence_.exceptions, diagnostics_)) {
                auto condition = workshop_.compile(*excepted, scope);
                if (condition) plan.exceptions = std::move(*condition);
            }
        }
        if (sequence_.suppress) {
            plan.suppress.emplace();
            plan.suppress->duration = sequence_.suppress->duration.value_or(Duration(0));
            for (const LocatedText& text : sequence_.suppress->by) {
                auto field = workshop_.compile_field(text, scope);
                if (field) plan.suppress->by.push_back(std::move(*field));
            }
        }
        if (sequence_.output) {
            auto output = compile_output(*sequence_.output, scope, true, diagnostics_);
            if (output) plan.info.output = std::move(*output);
        }
    }

    void refuse_unsupported(const SequencePlan& plan) {
        for (const UnsupportedConstruct& construct : unsupported_constructs(plan)) {
            const auto step = static_cast<std::size_t>(construct.step);
            const Range range = construct.step >= 0 && step < sequence_.steps->size()
                                    ? (*sequence_.steps)[step].range
                                    : sequence_.name.range();
            diagnostics_.error(Code::kUnsupported, range,
                               "this is not supported: " + construct.what);
        }
    }

    const SequenceObject& sequence_;
    Workshop& workshop_;
    Diagnostics& diagnostics_;
    ConditionSet::Builder& conditions_;
    EventStream stream_ = EventStream::kSyscall;
    std::vector<StepName> names_;
    std::vector<bool> linkable_;
    std::size_t next_name_ = 0;
    EventTypeSet local_types_;
};

}  // namespace

std::optional<SequencePlan> compile_sequence(const SequenceObject& sequence, Workshop& workshop,
                                             ConditionSet::Builder& conditions) {
    return SequenceCompiler(sequence, workshop, conditions).compile();
}

}  // namespace sequitur::dsl
