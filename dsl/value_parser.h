// The parts of a check: fields, transformers, operators, values and lists. The lower half of the
// condition parser.
#pragma once

#include "dsl/ast.h"
#include "dsl/diagnostic.h"
#include "dsl/lexer.h"

#include <vector>

namespace sequitur::dsl {

// True for the keyword in small letters or in capitals.
bool is_keyword(std::string_view word, std::string_view keyword);

// Reads from a lexer that it shares with the parser above it. Each function reports its own faults.
class ValueParser {
public:
    ValueParser(Lexer& lexer, Diagnostics& diagnostics)
        : lexer_(lexer), diagnostics_(diagnostics) {}

    // `name` was just read and begins a field.
    Checked<ast::Operand> field(const Token& name);
    // `name` was just read and a '(' follows.
    Checked<ast::Operand> transform(const Token& name, std::size_t depth = 0);
    // Operator and right-hand side behind check.left.
    Checked<bool> right_side(ast::Check& check);
    // The elements of a list and its ')'; the '(' was read.
    Checked<bool> list(std::vector<ast::Operand>& items);

private:
    Checked<bool> read_list(std::vector<ast::Operand>& items);
    Checked<bool> read_operator(ast::Check& check);
    Checked<bool> read_values(ast::Check& check);
    Checked<ast::Operand> one_value(const ast::Check& check);
    Checked<ast::Operand> val_field(const Token& word);
    Checked<bool> arguments(ast::Transform& transform, std::size_t depth);
    Checked<ast::Operand> argument(std::size_t depth);
    bool is_quantifier_here(const Token& word);
    bool is_end_of_check();

    Lexer& lexer_;
    Diagnostics& diagnostics_;
};

}  // namespace sequitur::dsl
