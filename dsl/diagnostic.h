// Diagnostics: what the author of a rule file has to mend, as values.
//
// Stages report to one Diagnostics and go on, so that one run shows every fault. A stage that
// cannot give its result returns the Failed token, which only Diagnostics makes: "failed" always
// means that the author has been told. How they look is in dsl/diagnostic_text.cpp and
// diagnostic_json.cpp.
#pragma once

#include "core/result.h"
#include "dsl/source.h"

#include <cstddef>
#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace sequitur::dsl {

enum class Severity : std::uint8_t { kError, kWarning };

// What kind of fault; its name stands in JSON and SARIF, and for warnings after -W.
enum class Code : std::uint8_t {
    // Errors.
    kYaml,
    kEncoding,
    kTooLarge,
    kDuplicateKey,
    kUnknownKey,
    kMissingKey,
    kWrongKind,
    kBadValue,
    kWrongObject,
    kSyntax,
    kDepth,
    kUnknownField,
    kUnknownMacro,
    kUnknownList,
    kUnknownStep,
    kUnknownOperator,
    kUnknownTransformer,
    kUnknownEventType,
    kUnknownRule,
    kRecursion,
    kWrongOperator,
    kWrongType,
    kBadRegex,
    kBadOutput,
    kBadStep,
    kBadKey,
    kBadWindow,
    kBadOverride,
    kBadException,
    kDuplicateName,
    kRequirement,
    kUnsupported,
    // Warnings.
    kUnknownObject,
    kIgnoredKey,
    kUnknownSource,
    kUnknownFilter,
    kDeprecated,
    kUnknownFlag,
    kNeverTrue,
    kImpossibleStep,
    kImpossibleWindow,
    kImpossibleKey,
    kUnusedMacro,
    kUnusedList,
    kUnusedStep,
    kAnyEventType,
    kSlowRegex,
    kAncestorDiffers,
    kWholeText,
    kListOrder,
    kDisabledStage,
};

std::string_view name_of(Code code);     // "unknown-field"
std::string_view meaning_of(Code code);  // one sentence
bool is_warning(Code code);
// Every code, in the order of the enumeration.
std::vector<Code> all_codes();

struct Note {
    std::string message;
    Range range;
};

struct Diagnostic {
    Severity severity = Severity::kError;
    Code code = Code::kSyntax;
    std::string message;  // one line, no full stop
    Range range;
    std::string hint;         // what was probably meant, or empty
    std::vector<Note> notes;  // "expanded from macro 'x'", "first defined here"
};

// Proof that an error was reported. Only Diagnostics can make one.
class Failed {
public:
    Failed(const Failed&) = default;
    Failed& operator=(const Failed&) = default;

private:
    friend class Diagnostics;
    Failed() {}
};

template <typename T>
using Checked = tl::expected<T, Failed>;
inline tl::unexpected<Failed> failure(Failed failed) { return tl::unexpected<Failed>(failed); }

class Diagnostics {
public:
    Diagnostics();

    Sources& sources() { return sources_; }
    const Sources& sources() const { return sources_; }

    // Records an error. The same fault at the same place is kept once; beyond kDiagnosticsMax only
    // the counts go on.
    Failed error(Code code, const Range& range, std::string message, std::string hint = {},
                 std::vector<Note> notes = {});
    // Records a warning, unless it is switched off. Precondition: is_warning(code).
    void warning(Code code, const Range& range, std::string message, std::string hint = {},
                 std::vector<Note> notes = {});

    // -W NAME, -W no-NAME, -W all, -W none, -W error: false when no warning has that name.
    bool set_warning(std::string_view option);
    bool is_enabled(Code code) const;

    bool has_errors() const { return errors_ > 0; }
    std::size_t error_count() const { return errors_; }
    std::size_t warning_count() const { return warnings_; }
    // The number of errors so far, to ask later whether a stage added some.
    std::size_t mark() const { return errors_; }
    // The token for an error that was reported before. Precondition: has_errors().
    Failed already_reported() const { return {}; }
    // By place: file, then offset, then the order of reporting.
    std::vector<Diagnostic> sorted() const;
    std::size_t omitted_count() const { return errors_ + warnings_ - kept_.size(); }

    // FILE:LINE:COLUMN: error: MESSAGE, the line, a caret under the range; then hint and notes.
    std::string to_text() const;
    // One JSON object a line: file, range, severity, code, message, hint, notes.
    std::string to_json() const;
    // A SARIF 2.1.0 log of one run.
    std::string to_sarif() const;

private:
    void keep(Diagnostic diagnostic);

    Sources sources_;
    std::vector<Diagnostic> kept_;
    std::set<std::string> seen_;
    std::set<Code> disabled_;
    bool warnings_are_errors_ = false;
    std::size_t errors_ = 0;
    std::size_t warnings_ = 0;
};

}  // namespace sequitur::dsl
