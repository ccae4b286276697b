// Output templates to core's format, with located faults.
#pragma once

#include "core/output_format.h"
#include "dsl/diagnostic.h"
#include "dsl/resolver.h"
#include "dsl/source.h"

namespace sequitur::dsl {

// `text` compiled. %step.field may name the steps of `scope`; %sequence.NAME exists where
// `is_sequence`. All faults are reported, but fields that are unknown where `scope` tolerates them.
Checked<OutputFormat> compile_output(const LocatedText& text, const Scope& scope, bool is_sequence,
                                     Diagnostics& diagnostics);

}  // namespace sequitur::dsl
