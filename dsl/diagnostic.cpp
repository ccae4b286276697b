#include "dsl/diagnostic.h"

#include "dsl/limits.h"

#include <algorithm>
#include <array>

namespace sequitur::dsl {

namespace {

struct CodeInfo {
    Code code;
    std::string_view name;
    std::string_view meaning;
    bool is_on = true;  // warnings: without any -W
};

constexpr std::array kCodes{
    CodeInfo{Code::kYaml, "yaml", "The file is not YAML that this program reads."},
    CodeInfo{Code::kEncoding, "encoding", "The file is not UTF-8 text."},
    CodeInfo{Code::kTooLarge, "too-large", "An input is larger than the program's limits allow."},
    CodeInfo{Code::kDuplicateKey, "duplicate-key", "A key stands twice in one object."},
    CodeInfo{Code::kUnknownKey, "unknown-key", "An object has no key of that name."},
    CodeInfo{Code::kMissingKey, "missing-key", "A required key is not there."},
    CodeInfo{Code::kWrongKind, "wrong-kind",
             "A value is a map, a list or text where another is wanted."},
    CodeInfo{Code::kBadValue, "bad-value", "A value is not one of those that the key takes."},
    CodeInfo{Code::kWrongObject, "wrong-object", "What stands in the file's list is no object."},
    CodeInfo{Code::kSyntax, "syntax", "A condition does not follow the grammar."},
    CodeInfo{Code::kDepth, "depth", "A condition is nested too deeply."},
    CodeInfo{Code::kUnknownField, "unknown-field", "No field has that name."},
    CodeInfo{Code::kUnknownMacro, "unknown-macro", "No macro has that name."},
    CodeInfo{Code::kUnknownList, "unknown-list", "No list has that name."},
    CodeInfo{Code::kUnknownStep, "unknown-step", "No earlier step has that name."},
    CodeInfo{Code::kUnknownOperator, "unknown-operator", "No operator has that name."},
    CodeInfo{Code::kUnknownTransformer, "unknown-transformer", "No transformer has that name."},
    CodeInfo{Code::kUnknownEventType, "unknown-event-type", "No event type has that name."},
    CodeInfo{Code::kUnknownRule, "unknown-rule", "No rule or sequence has that name."},
    CodeInfo{Code::kRecursion, "recursion", "A macro, list or sequence needs itself."},
    CodeInfo{Code::kWrongOperator, "wrong-operator",
             "The operator does not go with the field's type."},
    CodeInfo{Code::kWrongType, "wrong-type", "The value does not go with the field's type."},
    CodeInfo{Code::kBadRegex, "bad-regex", "A regular expression cannot be compiled."},
    CodeInfo{Code::kBadOutput, "bad-output", "An output template cannot be compiled."},
    CodeInfo{Code::kBadStep, "bad-step", "A step stands where it has no meaning, or lacks a part."},
    CodeInfo{Code::kBadKey, "bad-key", "A join key does not fit its sequence."},
    CodeInfo{Code::kBadWindow, "bad-window", "A time window is not possible."},
    CodeInfo{Code::kBadOverride, "bad-override", "An override or append cannot be applied."},
    CodeInfo{Code::kBadException, "bad-exception",
             "An exception's fields, comps and values do not fit."},
    CodeInfo{Code::kDuplicateName, "duplicate-name", "A name is taken."},
    CodeInfo{Code::kRequirement, "requirement", "The file needs another engine or plugin."},
    CodeInfo{Code::kUnsupported, "unsupported", "The engine does not run this construct yet."},
    CodeInfo{Code::kUnknownObject, "unknown-object", "An object of the file is of no known kind."},
    CodeInfo{Code::kIgnoredKey, "ignored-key", "A key that the object does not have is ignored."},
    CodeInfo{Code::kUnknownSource, "unknown-source",
             "A rule of a source that is not there is skipped."},
    CodeInfo{Code::kUnknownFilter, "unknown-filter",
             "A rule with unknown fields is skipped, as it asks."},
    CodeInfo{Code::kDeprecated, "deprecated", "An old form that still works."},
    CodeInfo{Code::kUnknownFlag, "unknown-flag", "No flag of that argument has that name."},
    CodeInfo{Code::kNeverTrue, "never-true", "No event can satisfy the rule."},
    CodeInfo{Code::kImpossibleStep, "impossible-step", "No event can satisfy the step."},
    CodeInfo{Code::kImpossibleWindow, "impossible-window",
             "A window is shorter than what it must hold."},
    CodeInfo{Code::kImpossibleKey, "impossible-key", "No event of the step has the key."},
    CodeInfo{Code::kUnusedMacro, "unused-macro", "Nothing uses the macro.", false},
    CodeInfo{Code::kUnusedList, "unused-list", "Nothing uses the list.", false},
    CodeInfo{Code::kUnusedStep, "unused-step", "A step's name is never used.", false},
    CodeInfo{Code::kAnyEventType, "any-event-type", "The rule is evaluated on every event type."},
    CodeInfo{Code::kSlowRegex, "slow-regex", "The regular expression is costly to match."},
    CodeInfo{Code::kAncestorDiffers, "ancestor-differs", "!= on ancestors is true if any differs."},
    CodeInfo{Code::kWholeText, "whole-text", "The field is one text, not a list of words.", false},
    CodeInfo{Code::kListOrder, "list-order", "An item is also the name of a list defined later."},
    CodeInfo{Code::kDisabledStage, "disabled-stage",
             "A step waits for a rule that is switched off."},
};
static_assert(kCodes.size() == static_cast<std::size_t>(Code::kDisabledStage) + 1);

const CodeInfo& info_of(Code code) { return kCodes[static_cast<std::size_t>(code)]; }

}  // namespace

std::string_view name_of(Code code) { return info_of(code).name; }
std::string_view meaning_of(Code code) { return info_of(code).meaning; }
bool is_warning(Code code) { return code >= Code::kUnknownObject; }

std::vector<Code> all_codes() {
    std::vector<Code> codes;
    for (const CodeInfo& info : kCodes) codes.push_back(info.code);
    return codes;
}

Diagnostics::Diagnostics() {
    for (const CodeInfo& info : kCodes) {
        if (!info.is_on) disabled_.insert(info.code);
    }
}

Failed Diagnostics::error(Code code, const Range& range, std::string message, std::string hint,
                          std::vector<Note> notes) {
    keep({Severity::kError, code, std::move(message), range, std::move(hint), std::move(notes)});
    return {};
}

void Diagnostics::warning(Code code, const Range& range, std::string message, std::string hint,
                          std::vector<Note> notes) {
    if (!is_enabled(code)) return;
    const Severity severity = warnings_are_errors_ ? Severity::kError : Severity::kWarning;
    keep({severity, code, std::move(message), range, std::move(hint), std::move(notes)});
}

void Diagnostics::keep(Diagnostic diagnostic) {
    std::string identity = std::to_string(static_cast<int>(diagnostic.code)) + ':' +
                           std::to_string(diagnostic.range.file) + ':' +
                           std::to_string(diagnostic.range.begin) + ':' + diagnostic.message;
    const bool has_room = kept_.size() < kDiagnosticsMax;
    if (has_room ? !seen_.insert(std::move(identity)).second : seen_.contains(identity)) return;
    ++(diagnostic.severity == Severity::kError ? errors_ : warnings_);
    if (has_room) kept_.push_back(std::move(diagnostic));
}

bool Diagnostics::set_warning(std::string_view option) {
    if (option == "error") {
        warnings_are_errors_ = true;
        return true;
    }
    const bool is_off = option.substr(0, 3) == "no-" || option == "none";
    const std::string_view name = option.substr(0, 3) == "no-" ? option.substr(3) : option;
    bool found = false;
    for (const CodeInfo& info : kCodes) {
        if (!is_warning(info.code)) continue;
        if (name != info.name && name != "all" && name != "none") continue;
        found = true;
        if (is_off) {
            disabled_.insert(info.code);
        } else {
            disabled_.erase(info.code);
        }
    }
    return found;
}

bool Diagnostics::is_enabled(Code code) const { return !disabled_.contains(code); }

std::vector<Diagnostic> Diagnostics::sorted() const {
    std::vector<Diagnostic> result = kept_;
    std::stable_sort(result.begin(), result.end(), [](const Diagnostic& a, const Diagnostic& b) {
        return std::pair(a.range.file, a.range.begin) < std::pair(b.range.file, b.range.begin);
    });
    return result;
}

}  // namespace sequitur::dsl
