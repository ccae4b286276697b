#include "dsl/keys.h"

#include <algorithm>
#include <array>

namespace sequitur::dsl {

namespace {

constexpr std::array kEngineVersionKeys{
    KeyInfo{"required_engine_version", Shape::kText, true,
            "The engine version that the file needs."},
};
constexpr std::array kPluginVersionsKeys{
    KeyInfo{"required_plugin_versions", Shape::kPlugins, true, "The plugins that the file needs."},
};
constexpr std::array kPluginKeys{
    KeyInfo{"name", Shape::kText, true, "The plugin's name."},
    KeyInfo{"version", Shape::kText, true, "The version that is needed, at least."},
    KeyInfo{"alternatives", Shape::kAlternatives, false, "Other plugins that will do."},
};
constexpr std::array kPluginAlternativeKeys{
    KeyInfo{"name", Shape::kText, true, "The plugin's name."},
    KeyInfo{"version", Shape::kText, true, "The version that is needed, at least."},
};
constexpr std::array kListKeys{
    KeyInfo{"list", Shape::kText, true, "The list's name."},
    KeyInfo{"items", Shape::kTextList, true, "Values, and names of earlier lists."},
    KeyInfo{"append", Shape::kBool, false, "Old form of 'override: {items: append}'."},
    KeyInfo{"override", Shape::kOverride, false, "Which keys to append or replace."},
};
constexpr std::array kMacroKeys{
    KeyInfo{"macro", Shape::kText, true, "The macro's name."},
    KeyInfo{"condition", Shape::kCondition, true, "What the name stands for."},
    KeyInfo{"append", Shape::kBool, false, "Old form of 'override: {condition: append}'."},
    KeyInfo{"override", Shape::kOverride, false, "Which keys to append or replace."},
};
constexpr std::array kRuleKeys{
    KeyInfo{"rule", Shape::kText, true, "The rule's name, unique among rules and sequences."},
    KeyInfo{"desc", Shape::kText, true, "What the rule detects."},
    KeyInfo{"condition", Shape::kCondition, true, "Which events fire the rule."},
    KeyInfo{"output", Shape::kOutput, true, "The alert's text, with %fields."},
    KeyInfo{"priority", Shape::kPriority, true, "How urgent the alert is."},
    KeyInfo{"source", Shape::kText, false,
            "Where the events come from: syscall (default) or json."},
    KeyInfo{"enabled", Shape::kBool, false, "false: the rule is checked and does not run."},
    KeyInfo{"tags", Shape::kTextList, false, "Words to select and sort rules by."},
    KeyInfo{"exceptions", Shape::kExceptions, false, "Values for which the rule stays silent."},
    KeyInfo{"warn_evttypes", Shape::kBool, false, "false: no warning if no event type is named."},
    KeyInfo{"skip-if-unknown-filter", Shape::kBool, false,
            "true: the rule is skipped where one of its fields is unknown."},
    KeyInfo{"capture", Shape::kBool, false, "Record events around an alert."},
    KeyInfo{"capture_duration", Shape::kNumber, false, "How long to record, in milliseconds."},
    KeyInfo{"append", Shape::kBool, false, "Old form of 'override' with append."},
    KeyInfo{"override", Shape::kOverride, false, "Which keys to append or replace."},
};
constexpr std::array kSequenceKeys{
    KeyInfo{"sequence", Shape::kText, true,
            "The sequence's name, unique among rules and sequences."},
    KeyInfo{"desc", Shape::kText, true, "What the sequence detects."},
    KeyInfo{"by", Shape::kTextOrList, false, "The join key: what ties the steps together."},
    KeyInfo{"within", Shape::kDuration, true,
            "Longest time from first to last step, or 'unbounded'."},
    KeyInfo{"steps", Shape::kSteps, true, "What has to happen, in order."},
    KeyInfo{"until", Shape::kCondition, false, "An event that ends open matches of the same key."},
    KeyInfo{"match", Shape::kMatch, false, "Which partial matches are kept: latest, first, every."},
    KeyInfo{"suppress", Shape::kSuppress, false,
            "How long further alerts with equal values are held."},
    KeyInfo{"output", Shape::kOutput, true,
            "The alert's text, with %step.field and %sequence.key."},
    KeyInfo{"priority", Shape::kPriority, true, "How urgent the alert is."},
    KeyInfo{"source", Shape::kText, false,
            "Where the events come from: syscall (default) or json."},
    KeyInfo{"enabled", Shape::kBool, false, "false: the sequence is checked and does not run."},
    KeyInfo{"tags", Shape::kTextList, false, "Words to select and sort sequences by."},
    KeyInfo{"exceptions", Shape::kExceptions, false, "Values for which a match is no alert."},
    KeyInfo{"override", Shape::kOverride, false, "Which keys to append or replace."},
};
constexpr std::array kTestKeys{
    KeyInfo{"test", Shape::kText, true, "What the test shows."},
    KeyInfo{"rules", Shape::kTextList, false, "The rule files under test."},
    KeyInfo{"events", Shape::kAny, false, "The events, inline."},
    KeyInfo{"capture", Shape::kText, false, "The events, from a capture."},
    KeyInfo{"containers", Shape::kAny, false, "Containers that are known before the first event."},
    KeyInfo{"procs", Shape::kAny, false, "Processes that are there before the first event."},
    KeyInfo{"expect", Shape::kAny, true, "The alerts, all of them."},
};
constexpr std::array kExceptionKeys{
    KeyInfo{"name", Shape::kText, true, "The exception's name within its rule."},
    KeyInfo{"fields", Shape::kTextOrList, false, "The fields that are compared."},
    KeyInfo{"comps", Shape::kTextOrList, false, "The operator for each field."},
    KeyInfo{"values", Shape::kAny, false, "The values, a row for each exception."},
};
constexpr std::array kStepKeys{
    KeyInfo{"id", Shape::kText, false, "The step's name."},
    KeyInfo{"condition", Shape::kCondition, false, "What the step's event satisfies."},
    KeyInfo{"not", Shape::kCondition, false, "No such event comes here."},
    KeyInfo{"any_of", Shape::kSteps, false, "One of these steps."},
    KeyInfo{"all_of", Shape::kSteps, false, "All of these steps, in any order."},
    KeyInfo{"rule", Shape::kText, false, "A detection of that rule."},
    KeyInfo{"sequence", Shape::kText, false, "A detection of that sequence."},
    KeyInfo{"by", Shape::kTextOrList, false, "This step's own key fields."},
    KeyInfo{"within", Shape::kDuration, false, "At most this long after the previous step."},
    KeyInfo{"after", Shape::kDuration, false, "At least this long after the previous step."},
    KeyInfo{"for", Shape::kDuration, false, "How long nothing may come: a first or last 'not'."},
    KeyInfo{"count", Shape::kCount, false, "How often: a number, or {at_least, distinct}."},
    KeyInfo{"optional", Shape::kBool, false, "true: the step may be skipped."},
    KeyInfo{"source", Shape::kText, false, "Where this step's events come from."},
};
constexpr std::array kCountKeys{
    KeyInfo{"at_least", Shape::kNumber, true, "So many events, inside the window."},
    KeyInfo{"distinct", Shape::kText, false, "So many different values of this field."},
};
constexpr std::array kSuppressKeys{
    KeyInfo{"by", Shape::kTextOrList, true, "The fields whose values are compared."},
    KeyInfo{"for", Shape::kDuration, true, "How long after an alert."},
};

constexpr std::array kTopLevel{
    ObjectKind::kEngineVersion, ObjectKind::kPluginVersions, ObjectKind::kMacro, ObjectKind::kList,
    ObjectKind::kRule,          ObjectKind::kSequence,       ObjectKind::kTest,
};

constexpr std::array<std::string_view, 14> kReservedStepNames{
    "id", "condition", "not",   "any_of", "all_of", "rule",     "sequence",
    "by", "within",    "after", "for",    "count",  "optional", "source",
};

}  // namespace

std::span<const KeyInfo> keys_of(ObjectKind kind) {
    switch (kind) {
        case ObjectKind::kEngineVersion: return kEngineVersionKeys;
        case ObjectKind::kPluginVersions: return kPluginVersionsKeys;
        case ObjectKind::kList: return kListKeys;
        case ObjectKind::kMacro: return kMacroKeys;
        case ObjectKind::kRule: return kRuleKeys;
        case ObjectKind::kSequence: return kSequenceKeys;
        case ObjectKind::kTest: return kTestKeys;
        case ObjectKind::kPlugin: return kPluginKeys;
        case ObjectKind::kPluginAlternative: return kPluginAlternativeKeys;
        case ObjectKind::kException: return kExceptionKeys;
        case ObjectKind::kStep: return kStepKeys;
        case ObjectKind::kCount: return kCountKeys;
        case ObjectKind::kSuppress: return kSuppressKeys;
    }
    return {};
}

std::string_view name_of(ObjectKind kind) {
    switch (kind) {
        case ObjectKind::kEngineVersion: return "required_engine_version";
        case ObjectKind::kPluginVersions: return "required_plugin_versions";
        case ObjectKind::kList: return "list";
        case ObjectKind::kMacro: return "macro";
        case ObjectKind::kRule: return "rule";
        case ObjectKind::kSequence: return "sequence";
        case ObjectKind::kTest: return "test";
        case ObjectKind::kPlugin: return "plugin requirement";
        case ObjectKind::kPluginAlternative: return "plugin alternative";
        case ObjectKind::kException: return "exception";
        case ObjectKind::kStep: return "step";
        case ObjectKind::kCount: return "count";
        case ObjectKind::kSuppress: return "suppress";
    }
    return {};
}

const KeyInfo* find_key(ObjectKind kind, std::string_view name) {
    const auto keys = keys_of(kind);
    const auto found = std::find_if(keys.begin(), keys.end(),
                                    [&](const KeyInfo& key) { return key.name == name; });
    return found == keys.end() ? nullptr : &*found;
}

std::span<const ObjectKind> top_level_kinds() { return kTopLevel; }
std::span<const std::string_view> reserved_step_names() { return kReservedStepNames; }

}  // namespace sequitur::dsl
