#include "dsl/printer.h"

#include "dsl/lexer.h"
#include "dsl/value_parser.h"
#include "dsl/words.h"

#include <algorithm>

namespace sequitur::dsl {

namespace {

enum class Level { kOr, kAnd, kNot };

std::string in_quotes(std::string_view text) {
    constexpr std::string_view kHex = "0123456789abcdef";
    std::string out = "\"";
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (c == '"' || c == '\\') {
            out += '\\';
            out += c;
        } else if (byte < 0x20 || byte == 0x7F) {
            out += "\\x";
            out += kHex[byte >> 4];
            out += kHex[byte & 15];
        } else {
            out += c;
        }
    }
    return out + '"';
}

std::string print_list(const std::vector<ast::Operand>& items) {
    std::string out = "(";
    for (std::size_t i = 0; i < items.size(); ++i) {
        if (i > 0) out += ", ";
        out += print(items[i]);
    }
    return out + ')';
}

std::string print_check(const ast::Check& check) {
    std::string out = print(check.left);
    if (check.is_bare) return out;
    out += ' ';
    out += text_of(check.op);
    if (check.quantifier != Quantifier::kNone) {
        out += ' ';
        out += text_of(check.quantifier);
    }
    switch (check.form) {
        case ast::RightForm::kNone: return out;
        case ast::RightForm::kList: return out + ' ' + print_list(check.right);
        case ast::RightForm::kOne: {
            const ast::Operand& right = check.right.front();
            out += ' ';
            if (std::holds_alternative<ast::FieldName>(right.value)) {
                return out + "val(" + print(right) + ')';
            }
            return out + print(right);
        }
        case ast::RightForm::kListName:
            return out + ' ' + std::get<ast::Literal>(check.right.front().value).text;
    }
    return out;
}

std::string print_at(const ast::Expression& expression, Level level) {
    if (const auto* check = std::get_if<ast::Check>(&expression.node)) return print_check(*check);
    if (const auto* macro = std::get_if<ast::MacroUse>(&expression.node)) return macro->name;
    if (const auto* negation = std::get_if<ast::Negation>(&expression.node)) {
        return "not " + print_at(negation->part.front(), Level::kNot);
    }
    const auto& junction = std::get<ast::Junction>(expression.node);
    const Level own = junction.is_or ? Level::kOr : Level::kAnd;
    std::string out;
    for (const ast::Expression& part : junction.parts) {
        if (!out.empty()) out += junction.is_or ? " or " : " and ";
        // A junction of the same kind inside keeps its parentheses: it is a tree of its own.
        out += print_at(part, own == Level::kOr ? Level::kAnd : Level::kNot);
    }
    return own < level ? '(' + out + ')' : out;
}

}  // namespace

std::string quoted_if_needed(std::string_view text) {
    const bool is_bare = !text.empty() && std::all_of(text.begin(), text.end(), is_bare_char) &&
                         std::none_of(text.begin(), text.end(), [](char c) {
                             const auto byte = static_cast<unsigned char>(c);
                             return byte < 0x20 || byte == 0x7F;
                         });
    const bool is_word = is_keyword(text, "and") || is_keyword(text, "or") ||
                         is_keyword(text, "not") || find_quantifier(text).has_value();
    return is_bare && !is_word ? std::string(text) : in_quotes(text);
}

std::string print(const ast::Operand& operand) {
    if (const auto* literal = std::get_if<ast::Literal>(&operand.value)) {
        // As written: in a list an unquoted word may be another list's name.
        return literal->is_quoted ? in_quotes(literal->text) : quoted_if_needed(literal->text);
    }
    if (const auto* field = std::get_if<ast::FieldName>(&operand.value)) return field->text;
    const auto& transform = std::get<ast::Transform>(operand.value);
    std::string out(word_of(transform.function).text);
    out += '(';
    for (std::size_t i = 0; i < transform.arguments.size(); ++i) {
        const ast::Operand& argument = transform.arguments[i];
        if (i > 0) out += ", ";
        out += print(argument);
    }
    out += ')';
    if (transform.option) out += '[' + transform.option->text + ']';
    return out;
}

std::string print(const ast::Expression& expression) { return print_at(expression, Level::kOr); }

}  // namespace sequitur::dsl
