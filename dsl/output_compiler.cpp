#include "dsl/output_compiler.h"

#include "core/near_name.h"
#include "core/output_format_parser.h"
#include "dsl/words.h"

#include <algorithm>
#include <array>

namespace sequitur::dsl {

namespace {

// Core knows fields; here the names of steps and of transformers are known too.
std::string hint_for(const OutputFault& fault, std::string_view text, const Scope& scope,
                     bool is_sequence) {
    const std::size_t end = std::min(fault.offset + fault.length, text.size());
    const std::string_view written = text.substr(std::min(fault.offset, end), fault.length);
    constexpr std::array<std::string_view, 4> kOfMatches{"sequence.key", "sequence.duration",
                                                         "sequence.start", "sequence.steps"};
    if (written.starts_with("sequence.") && !is_sequence) {
        return "only a sequence's output has %sequence.key and its like";
    }
    if (written.starts_with("sequence.")) return did_you_mean(written, kOfMatches);
    if (end < text.size() && text[end] == '(') return did_you_mean(written, transformer_names());
    if (is_sequence && written.find('.') != std::string_view::npos) {
        return Resolver::field_hint(written, scope);
    }
    return fault.suggestion.empty() ? std::string() : "did you mean '" + fault.suggestion + "'?";
}

}  // namespace

Checked<OutputFormat> compile_output(const LocatedText& text, const Scope& scope, bool is_sequence,
                                     Diagnostics& diagnostics) {
    OutputScope names;
    names.is_sequence = is_sequence;
    if (is_sequence) {
        names.step_of = [&scope](std::string_view name) {
            for (const StepName& step : scope.steps) {
                if (step.name == name && step.is_visible) return static_cast<int>(step.index);
            }
            return -1;
        };
    }
    // A folded block ends with a line end that nobody means to print.
    std::string_view line = text.text;
    line = line.substr(0, line.find_last_not_of(" \t\r\n") + 1);
    std::vector<OutputFault> faults;
    OutputFormat format = parse_output_format(line, names, faults);
    for (const OutputFault& fault : faults) {
        if (fault.is_of_field && scope.tolerates_unknown_fields) continue;
        std::string message = fault.message;
        std::replace(message.begin(), message.end(), '`', '\'');
        diagnostics.error(Code::kBadOutput, text.range(fault.offset, fault.offset + fault.length),
                          std::move(message), hint_for(fault, text.text, scope, is_sequence));
    }
    if (!faults.empty()) return failure(diagnostics.already_reported());
    return format;
}

}  // namespace sequitur::dsl
