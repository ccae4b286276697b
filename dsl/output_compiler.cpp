#include "dsl/output_compiler.h"

#include "core/output_format_parser.h"

#include <algorithm>

namespace sequitur::dsl {

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
        std::string message = fault.message;
        std::replace(message.begin(), message.end(), '`', '\'');
        diagnostics.error(
            Code::kBadOutput, text.range(fault.offset, fault.offset + fault.length),
            std::move(message),
            fault.suggestion.empty() ? "" : "did you mean '" + fault.suggestion + "'?");
    }
    if (!faults.empty()) return failure(diagnostics.already_reported());
    return format;
}

}  // namespace sequitur::dsl
