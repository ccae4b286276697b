// A condition's tree back to text, in one form: small letters, '=' for '==', quotes and parentheses
// only where they are needed. Parsing the text again gives the same tree.
#pragma once

#include "dsl/ast.h"

#include <string>

namespace sequitur::dsl {

std::string print(const ast::Expression& expression);
std::string print(const ast::Operand& operand);

// `text` as a value of the language: bare where that is possible, else quoted.
std::string quoted_if_needed(std::string_view text);

}  // namespace sequitur::dsl
