#include "dsl/overrides.h"

#include "core/near_name.h"

#include <algorithm>
#include <array>

namespace sequitur::dsl {

namespace {

using Names = std::span<const std::string_view>;

constexpr std::array<std::string_view, 5> kAppendableRule{"condition", "output", "desc", "tags",
                                                          "exceptions"};
constexpr std::array<std::string_view, 11> kReplaceableRule{
    "condition", "output",          "desc",
    "tags",      "exceptions",      "priority",
    "enabled",   "warn_evttypes",   "skip-if-unknown-filter",
    "capture",   "capture_duration"};
constexpr std::array<std::string_view, 4> kAppendableSequence{"output", "desc", "tags",
                                                              "exceptions"};
constexpr std::array<std::string_view, 12> kReplaceableSequence{
    "output", "desc",   "tags",  "exceptions", "priority", "enabled",
    "by",     "within", "steps", "until",      "match",    "suppress"};

bool contains(Names names, std::string_view name) {
    return std::find(names.begin(), names.end(), name) != names.end();
}

template <typename T>
void replace(std::optional<T>& target, std::optional<T>&& source) {
    if (source) target = std::move(source);
}

void append_text(std::optional<LocatedText>& target, std::optional<LocatedText>&& source) {
    if (!source) return;
    if (target && !target->empty()) {
        target->append(*source);
    } else {
        target = std::move(source);
    }
}

void append_tags(DetectionObject& existing, DetectionObject& change) {
    if (!change.tags) return;
    if (!existing.tags) existing.tags.emplace();
    for (LocatedText& tag : *change.tags) existing.tags->push_back(std::move(tag));
}

// An exception of a name that is there gets further values; another one is new.
void append_exceptions(DetectionObject& existing, DetectionObject& change,
                       Diagnostics& diagnostics) {
    if (!change.exceptions) return;
    if (!existing.exceptions) existing.exceptions.emplace();
    for (ExceptionObject& added : *change.exceptions) {
        const auto same =
            std::find_if(existing.exceptions->begin(), existing.exceptions->end(),
                         [&](const auto& other) { return other.name.text == added.name.text; });
        if (same == existing.exceptions->end()) {
            existing.exceptions->push_back(std::move(added));
            continue;
        }
        if (added.fields || !added.comps.empty()) {
            diagnostics.error(Code::kBadException, added.name.range(),
                              "fields and comps of exception '" + added.name.text +
                                  "' are given already; an append has only name and values",
                              {}, {{"first given here", same->name.range()}});
            continue;
        }
        for (ExceptionValue& value : added.values) same->values.push_back(std::move(value));
    }
}

void apply_common(DetectionObject& existing, DetectionObject& change, const OverrideEntry& entry,
                  Diagnostics& diagnostics) {
    const std::string& key = entry.key.text;
    if (key == "output") {
        if (entry.is_append) {
            append_text(existing.output, std::move(change.output));
        } else {
            replace(existing.output, std::move(change.output));
        }
    } else if (key == "desc") {
        if (entry.is_append) {
            append_text(existing.desc, std::move(change.desc));
        } else {
            replace(existing.desc, std::move(change.desc));
        }
    } else if (key == "tags") {
        if (entry.is_append) {
            append_tags(existing, change);
        } else {
            replace(existing.tags, std::move(change.tags));
        }
    } else if (key == "exceptions") {
        if (entry.is_append) {
            append_exceptions(existing, change, diagnostics);
        } else {
            replace(existing.exceptions, std::move(change.exceptions));
        }
    } else if (key == "priority") {
        replace(existing.priority, std::move(change.priority));
    } else if (key == "enabled") {
        replace(existing.enabled, std::move(change.enabled));
    }
}

}  // namespace

Names appendable_rule_keys() { return kAppendableRule; }
Names replaceable_rule_keys() { return kReplaceableRule; }
Names appendable_sequence_keys() { return kAppendableSequence; }
Names replaceable_sequence_keys() { return kReplaceableSequence; }

bool check_overrides(const Overrides& overrides, std::string_view name_key, Names appendable,
                     Names replaceable, Diagnostics& diagnostics) {
    const std::size_t errors_before = diagnostics.mark();
    for (const OverrideEntry& entry : overrides.entries) {
        const std::string& key = entry.key.text;
        if (!contains(entry.is_append ? appendable : replaceable, key)) {
            const bool other_way = contains(entry.is_append ? replaceable : appendable, key);
            diagnostics.error(
                Code::kBadOverride, entry.key.range(),
                "'" + key + "' cannot be " + (entry.is_append ? "appended to" : "replaced"),
                other_way ? std::string("it can be ") + (entry.is_append ? "replaced" : "appended")
                          : did_you_mean(key, replaceable));
            continue;
        }
        const bool is_given =
            std::any_of(overrides.given_keys.begin(), overrides.given_keys.end(),
                        [&](const LocatedText& given) { return given.text == key; });
        if (!is_given) {
            diagnostics.error(Code::kBadOverride, entry.key.range(),
                              "the override names '" + key + "', which is not given");
        }
    }
    for (const LocatedText& given : overrides.given_keys) {
        if (given.text == name_key) continue;
        const bool is_named =
            std::any_of(overrides.entries.begin(), overrides.entries.end(),
                        [&](const OverrideEntry& entry) { return entry.key.text == given.text; });
        if (!is_named) {
            diagnostics.error(Code::kBadOverride, given.range(),
                              "'" + given.text + "' is given, but the override does not name it",
                              "'override: {" + given.text + ": replace}'");
        }
    }
    return diagnostics.mark() == errors_before;
}

void apply_overrides(RuleObject& existing, RuleObject change, Diagnostics& diagnostics) {
    for (const OverrideEntry& entry : change.overrides.entries) {
        const std::string& key = entry.key.text;
        apply_common(existing, change, entry, diagnostics);
        if (key == "condition") {
            if (entry.is_append) {
                append_text(existing.condition, std::move(change.condition));
            } else {
                replace(existing.condition, std::move(change.condition));
            }
        }
        if (key == "warn_evttypes") {
            replace(existing.warn_evttypes, std::move(change.warn_evttypes));
        }
        if (key == "skip-if-unknown-filter") {
            replace(existing.skip_if_unknown, std::move(change.skip_if_unknown));
        }
        if (key == "capture") replace(existing.capture, std::move(change.capture));
        if (key == "capture_duration") {
            replace(existing.capture_duration, std::move(change.capture_duration));
        }
    }
}

void apply_overrides(SequenceObject& existing, SequenceObject change, Diagnostics& diagnostics) {
    for (const OverrideEntry& entry : change.overrides.entries) {
        const std::string& key = entry.key.text;
        apply_common(existing, change, entry, diagnostics);
        if (key == "by") replace(existing.by, std::move(change.by));
        if (key == "within") {
            replace(existing.within, std::move(change.within));
            existing.within_range = change.within_range;
        }
        if (key == "steps") {
            existing.has_refused_steps = change.has_refused_steps;
            replace(existing.steps, std::move(change.steps));
            existing.steps_range = change.steps_range;
        }
        if (key == "until") replace(existing.until, std::move(change.until));
        if (key == "match") replace(existing.match, std::move(change.match));
        if (key == "suppress") replace(existing.suppress, std::move(change.suppress));
    }
}

void apply_old_append(RuleObject& existing, RuleObject change, Diagnostics& diagnostics) {
    if (!change.condition && !change.exceptions) {
        diagnostics.error(Code::kBadOverride, change.name.range(),
                          "'append' on a rule appends to its condition or exceptions; neither is "
                          "given");
    }
    append_text(existing.condition, std::move(change.condition));
    append_exceptions(existing, change, diagnostics);
}

}  // namespace sequitur::dsl
