// Any bytes as an output template of a sequence with one step: compiled, or refused at places that
// exist.
#include "dsl/diagnostic.h"
#include "dsl/output_compiler.h"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

namespace dsl = sequitur::dsl;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string text(reinterpret_cast<const char*>(data), size);
    dsl::Diagnostics diagnostics;
    const dsl::FileIndex file = diagnostics.sources().add("fuzz", text);
    const auto located = dsl::located(text, {file, 0, static_cast<std::uint32_t>(text.size())});
    dsl::StepName step;
    step.name = "first";
    step.index = 0;
    dsl::Scope scope;
    scope.steps = {&step, 1};
    const auto format = dsl::compile_output(located, scope, true, diagnostics);
    if (format.has_value() == diagnostics.has_errors()) std::abort();
    for (const dsl::Diagnostic& diagnostic : diagnostics.sorted()) {
        if (diagnostic.range.end > text.size()) std::abort();
    }
    diagnostics.to_text();
    return 0;
}
