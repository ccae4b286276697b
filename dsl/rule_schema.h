// A JSON Schema (draft 2020-12) for rule files, for editors: made from the table of keys that the
// readers use, so that the two cannot differ.
#pragma once

#include <string>

namespace sequitur::dsl {

std::string rule_schema();

}  // namespace sequitur::dsl
