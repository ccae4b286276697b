// The joined field table. For core/field*.cpp only; everything else asks core/field.h.
#pragma once

#include "core/field_row.h"

#include <span>
#include <string_view>
#include <vector>

namespace sequitur {

// How to get the value of each field, by id.
std::span<const Extractor> extractors();

// The row of exactly this name, or nullptr.
const FieldInfo* find_field(std::string_view name);

// The family that `name` belongs to (its longest prefix that is a row and ends in '.'), or nullptr.
const FieldInfo* find_family(std::string_view name);

}  // namespace sequitur
