#include "dsl/rule_compiler.h"

#include "core/event_type_set.h"
#include "dsl/exceptions.h"
#include "dsl/output_compiler.h"
#include "dsl/parser.h"

namespace sequitur::dsl {

namespace {

// True when the rule is to be left out, and the author has been told why.
bool is_skipped(const RuleObject& rule, Workshop& workshop) {
    if (!rule.source || stream_of(rule.source->text)) return false;
    workshop.diagnostics().warning(
        Code::kUnknownSource, rule.source->range(),
        "there is no source '" + rule.source->text + "'; the rule is skipped");
    return true;
}

void warn_skipped(const RuleObject& rule, Diagnostics& diagnostics) {
    diagnostics.warning(Code::kUnknownFilter, rule.name.range(),
                        "this rule is skipped, as it asks: one of its fields is unknown here");
}

// A condition on openat.flags speaks of one call without an evt.type: as good as naming it.
constexpr std::size_t kFewTypes = 8;

void warn_event_types(const RuleObject& rule, const CompiledRule& compiled,
                      Diagnostics& diagnostics) {
    if (compiled.stream != EventStream::kSyscall) return;
    const Range range = rule.condition->range(0, 1);
    if (never_holds(compiled.condition)) {
        diagnostics.warning(Code::kNeverTrue, rule.name.range(),
                            "no event can satisfy this rule's condition");
    } else if (named_event_types_of(compiled.condition).all() &&
               event_types_of(compiled.condition).count() > kFewTypes &&
               rule.warn_evttypes.value_or(true) && rule.enabled.value_or(true)) {
        diagnostics.warning(Code::kAnyEventType, range,
                            "this condition names no event type, so every event is looked at",
                            "'evt.type in (...) and ...', or 'warn_evttypes: false'");
    }
}

}  // namespace

bool never_holds(const Condition& condition) {
    // Events whose name stands in the record are counted in wherever a name may match; one must be
    // asked for: a call without a type of its own, or a name that is no call's.
    EventTypeSet types = event_types_of(condition);
    if (generic_syscalls_of(condition).empty() && !named_event_types_of(condition).all()) {
        types.reset(static_cast<std::size_t>(EventType::kGeneric));
        types.reset(static_cast<std::size_t>(EventType::kAsyncevent));
    }
    return types.none();
}

DetectionInfo detection_info(const DetectionObject& object, const Sources& sources) {
    DetectionInfo info;
    info.name = object.name.text;
    if (object.desc) info.description = object.desc->text;
    info.priority = object.priority.value_or(Priority::kDebug);
    if (object.tags) {
        for (const LocatedText& tag : *object.tags) info.tags.push_back(tag.text);
    }
    if (object.source) info.source = object.source->text;
    const Range place = object.name.range();
    if (place.file < sources.size()) info.file = sources.file(place.file).name();
    info.line = sources.begin_of(place).line;
    return info;
}

std::optional<CompiledRule> compile_rule(const RuleObject& rule, Workshop& workshop) {
    if (is_skipped(rule, workshop)) return std::nullopt;
    Diagnostics& diagnostics = workshop.diagnostics();
    CompiledRule result;
    result.info = detection_info(rule, diagnostics.sources());
    result.stream = stream_of(result.info.source).value_or(EventStream::kSyscall);
    Scope scope;
    scope.stream = result.stream;
    scope.tolerates_unknown_fields = rule.skip_if_unknown.value_or(false);
    bool is_good = true;
    if (rule.condition) {
        auto parsed = parse_condition(*rule.condition, diagnostics);
        std::optional<ast::Expression> exceptions;
        if (rule.exceptions) exceptions = exceptions_condition(*rule.exceptions, diagnostics);
        if (parsed) {
            auto condition =
                workshop.compile(with_exceptions(std::move(*parsed), std::move(exceptions)), scope);
            if (!condition && workshop.resolver().found_unknown_field()) {
                warn_skipped(rule, diagnostics);
                return std::nullopt;
            }
            if (condition) result.condition = std::move(*condition);
            is_good = condition.has_value();
        } else {
            is_good = false;
        }
    } else {
        is_good = false;
    }
    if (is_good) warn_event_types(rule, result, diagnostics);
    if (rule.output) {
        const std::size_t said = diagnostics.mark();
        auto output = compile_output(*rule.output, scope, false, diagnostics);
        if (!output && diagnostics.mark() == said) {
            warn_skipped(rule, diagnostics);
            return std::nullopt;
        }
        if (output) result.info.output = std::move(*output);
        is_good = is_good && output.has_value();
    }
    return is_good ? std::optional(std::move(result)) : std::nullopt;
}

}  // namespace sequitur::dsl
