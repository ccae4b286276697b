// Condition text to tree. Knows the grammar, and nothing of what names stand for.
//
//   or    := and ('or' and)*          and := not ('and' not)*
//   not   := 'not'* ( '(' or ')' | check )
//   check := FIELD right | TRANSFORM right | FIELD | MACRO
//   right := 'exists' | operator value | operator ('oneof'|'anyof'|'allof') list | list-op list
//
// and, or, not may be written in capitals. The whole of it: docs/rule-language.md.
#pragma once

#include "dsl/ast.h"
#include "dsl/diagnostic.h"
#include "dsl/source.h"

namespace sequitur::dsl {

// The tree of `text`. After a fault the parser goes on behind the next and/or, so that one run
// shows several. Recursion is at most kConditionDepthMax deep; longer texts than
// kConditionBytesMax are refused.
Checked<ast::Expression> parse_condition(const LocatedText& text, Diagnostics& diagnostics);

// `text` as the name of a field, as keys and exceptions have it: one name and nothing else.
Checked<ast::FieldName> parse_field_name(const LocatedText& text, Diagnostics& diagnostics);

// The elements of "(a, b)", or `text` as one element where there are no parentheses.
Checked<std::vector<ast::Operand>> parse_value_list(const LocatedText& text,
                                                    Diagnostics& diagnostics);

}  // namespace sequitur::dsl
