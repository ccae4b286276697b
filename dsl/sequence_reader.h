// The `sequence` object and its steps: YAML to SequenceObject. What a step may be beside another is
// checked by the sequence checker; here only its keys and their shapes.
#pragma once

#include "dsl/diagnostic.h"
#include "dsl/map_reader.h"
#include "dsl/objects.h"

#include <optional>

namespace sequitur::dsl {

std::optional<SequenceObject> read_sequence(const MapReader& reader, Diagnostics& diagnostics);

}  // namespace sequitur::dsl
