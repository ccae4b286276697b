// The shape of a sequence: which steps may stand where, their names and their windows. Nothing of
// conditions.
#pragma once

#include "dsl/diagnostic.h"
#include "dsl/objects.h"
#include "dsl/resolver.h"

#include <vector>

namespace sequitur::dsl {

// Reports every step that stands where it has no meaning, lacks a part, or has one too many.
void check_steps(const SequenceObject& sequence, Diagnostics& diagnostics);

// All steps that have an event, with the numbers by which back-references name them: in the order
// of the file, parts after their group. `is_visible` is left true.
std::vector<StepName> number_steps(const std::vector<StepObject>& steps, EventStream stream);

// Whether a step may have that name: what it clashes with, or empty.
std::string name_clash(std::string_view name);

}  // namespace sequitur::dsl
