#include "dsl/value_parser.h"

#include "core/near_name.h"
#include "dsl/words.h"

#include <algorithm>

namespace sequitur::dsl {

namespace {

constexpr std::size_t kTransformDepthMax = 32;

ast::Operand literal(const Token& token, const Range& range) {
    ast::Operand operand;
    operand.range = range;
    operand.value =
        ast::Literal{token.text, token.kind == Token::Kind::kQuoted, range, std::nullopt};
    return operand;
}

bool is_any_keyword(std::string_view word) {
    return is_keyword(word, "and") || is_keyword(word, "or") || is_keyword(word, "not");
}

}  // namespace

bool is_keyword(std::string_view word, std::string_view keyword) {
    if (word == keyword) return true;
    return word.size() == keyword.size() &&
           std::equal(word.begin(), word.end(), keyword.begin(),
                      [](char c, char k) { return c == k - 'a' + 'A'; });
}

Checked<ast::Operand> ValueParser::field(const Token& name) {
    if (lexer_.at_immediate('[')) {
        const std::size_t at = lexer_.position();
        return failure(
            diagnostics_.error(Code::kSyntax, lexer_.range(at, at + 1),
                               "an argument in brackets is one word, or quoted, and ']'"));
    }
    ast::Operand operand;
    operand.range = lexer_.range(name);
    operand.value = ast::FieldName{name.text, operand.range, std::nullopt};
    return operand;
}

Checked<ast::Operand> ValueParser::transform(const Token& name, std::size_t depth) {
    const TransformerWord* word = find_transformer(name.text);
    if (word == nullptr) {
        const bool is_val = name.text == "val";
        return failure(
            diagnostics_.error(Code::kUnknownTransformer, lexer_.range(name),
                               is_val ? "val(...) stands only on the right of an operator"
                                      : "no transformer is called '" + name.text + "'",
                               is_val ? "" : did_you_mean(name.text, transformer_names())));
    }
    if (depth >= kTransformDepthMax) {
        return failure(diagnostics_.error(Code::kDepth, lexer_.range(name),
                                          "transformers are nested too deeply"));
    }
    ast::Transform transform;
    transform.function = word->transformer;
    transform.name_range = lexer_.range(name);
    lexer_.accept('(');
    if (auto done = arguments(transform, depth); !done) {
        lexer_.skip_past_close();
        return failure(done.error());
    }
    if (transform.arguments.size() < word->arguments_min ||
        transform.arguments.size() > word->arguments_max) {
        return failure(
            diagnostics_.error(Code::kSyntax, lexer_.range(name.begin, lexer_.position()),
                               name.text + "() takes " +
                                   (word->arguments_min == word->arguments_max ? "" : "at least ") +
                                   std::to_string(word->arguments_min) +
                                   (word->arguments_min == 1 ? " argument" : " arguments") +
                                   ", here are " + std::to_string(transform.arguments.size())));
    }
    if (lexer_.at_immediate('[')) {
        const std::size_t begin = lexer_.position();
        const std::size_t close = lexer_.text().find(']', begin);
        if (close == std::string_view::npos || close == begin + 1) {
            return failure(diagnostics_.error(Code::kSyntax, lexer_.range(begin, begin + 1),
                                              "an option in brackets wants its ']'"));
        }
        Token option;
        option.text = std::string(lexer_.text().substr(begin + 1, close - begin - 1));
        transform.option = ast::Literal{option.text, false, lexer_.range(begin + 1, close), {}};
        lexer_.go_to(close + 1);
    }
    if ((word->transformer == Transformer::kGetopt) != transform.option.has_value()) {
        return failure(diagnostics_.error(
            Code::kSyntax, lexer_.range(name.begin, lexer_.position()),
            transform.option ? "only getopt() takes an option in brackets"
                             : "getopt() wants the option that is asked for: getopt(...)[c]"));
    }
    ast::Operand operand;
    operand.range = lexer_.range(name.begin, lexer_.position());
    operand.value = std::move(transform);
    return operand;
}

Checked<bool> ValueParser::arguments(ast::Transform& transform, std::size_t depth) {
    if (lexer_.accept(')')) return true;
    while (true) {
        if (lexer_.accept('(')) {
            std::vector<ast::Operand>& out = transform.arguments;
            do {
                auto item = argument(depth);
                if (!item) return failure(item.error());
                out.push_back(std::move(*item));
            } while (lexer_.accept(','));
            if (!lexer_.accept(')')) {
                const Token token = lexer_.name();
                return failure(diagnostics_.error(Code::kSyntax, lexer_.range(token),
                                                  "',' or ')' is expected here"));
            }
        } else {
            auto item = argument(depth);
            if (!item) return failure(item.error());
            transform.arguments.push_back(std::move(*item));
        }
        if (lexer_.accept(')')) return true;
        if (!lexer_.accept(',')) {
            const Token token = lexer_.name();
            return failure(diagnostics_.error(Code::kSyntax, lexer_.range(token),
                                              "',' or ')' is expected here"));
        }
    }
}

// A transformer, a field, a quoted text or a number.
Checked<ast::Operand> ValueParser::argument(std::size_t depth) {
    const char next = lexer_.peek();
    if (is_name_start(next)) {
        const Token name = lexer_.name();
        if (lexer_.at_immediate('(')) return transform(name, depth + 1);
        if (name.text.find('.') == std::string::npos) {
            return failure(diagnostics_.error(Code::kSyntax, lexer_.range(name),
                                              "'" + name.text + "' is no field",
                                              "text as an argument is quoted"));
        }
        return field(name);
    }
    const Token value = lexer_.value(diagnostics_);
    if (value.kind == Token::Kind::kQuoted || value.kind == Token::Kind::kWord) {
        return literal(value, lexer_.range(value));
    }
    return failure(
        diagnostics_.error(Code::kSyntax, lexer_.range(value), "an argument is missing here"));
}

// Whether a check without an operator ends here.
bool ValueParser::is_end_of_check() {
    const std::size_t before = lexer_.position();
    const Token next = lexer_.name();
    lexer_.go_to(before);
    return next.kind == Token::Kind::kEnd || next.kind == Token::Kind::kClose ||
           (next.kind == Token::Kind::kWord && is_any_keyword(next.text));
}

Checked<bool> ValueParser::read_operator(ast::Check& check) {
    const Token token = lexer_.name();
    check.op_range = lexer_.range(token);
    if (token.kind == Token::Kind::kSymbol || token.kind == Token::Kind::kWord) {
        if (const auto op = find_operator(token.text)) {
            check.op = *op;
            return true;
        }
    }
    std::string hint;
    if (token.kind == Token::Kind::kWord) hint = did_you_mean(token.text, operator_names());
    return failure(diagnostics_.error(Code::kUnknownOperator, check.op_range,
                                      "an operator is expected here, not '" + token.text + "'",
                                      std::move(hint)));
}

Checked<bool> ValueParser::right_side(ast::Check& check) {
    const std::size_t before = lexer_.position();
    if (const Token next = lexer_.name();
        next.kind == Token::Kind::kWord && is_keyword(next.text, "not")) {
        return failure(diagnostics_.error(Code::kSyntax, lexer_.range(next),
                                          "an operator is expected here, not 'not'",
                                          "'not' stands before the field: 'not FIELD in (...)'"));
    }
    lexer_.go_to(before);
    if (is_end_of_check()) {
        check.is_bare = true;
        check.op = Operator::kEq;
        check.op_range = check.left.range;
        return true;
    }
    if (auto done = read_operator(check); !done) return done;
    if (check.op == Operator::kExists) return true;
    return read_values(check);
}

bool ValueParser::is_quantifier_here(const Token& word) {
    if (word.kind != Token::Kind::kWord || !find_quantifier(word.text)) return false;
    const std::size_t before = lexer_.position();
    const bool opens = lexer_.peek() == '(';
    const Token next = lexer_.name();
    lexer_.go_to(before);
    return opens || (next.kind == Token::Kind::kWord && !is_any_keyword(next.text));
}

Checked<bool> ValueParser::read_values(ast::Check& check) {
    const std::size_t before = lexer_.position();
    bool wants_list = takes_list(check.op);
    if (!wants_list && takes_quantifier(check.op)) {
        const Token word = lexer_.value(diagnostics_);
        if (is_quantifier_here(word)) {
            check.quantifier = *find_quantifier(word.text);
            wants_list = true;
        } else {
            lexer_.go_to(before);
        }
    }
    if (wants_list && lexer_.accept('(')) {
        check.form = ast::RightForm::kList;
        return list(check.right);
    }
    auto value = one_value(check);
    if (!value) return failure(value.error());
    check.form = ast::RightForm::kOne;
    if (wants_list && std::holds_alternative<ast::Literal>(value->value)) {
        check.form = ast::RightForm::kListName;
    }
    check.right.push_back(std::move(*value));
    return true;
}

Checked<ast::Operand> ValueParser::one_value(const ast::Check& check) {
    Token token = lexer_.value(diagnostics_);
    const std::string op(text_of(check.op));
    if (token.kind == Token::Kind::kWord && lexer_.at_immediate('(')) {
        if (token.text == "val") return val_field(token);
        return transform(token);
    }
    if (token.kind == Token::Kind::kWord && is_any_keyword(token.text) && !is_end_of_check()) {
        return failure(
            diagnostics_.error(Code::kSyntax, lexer_.range(token),
                               "a value is missing between '" + op + "' and '" + token.text + "'"));
    }
    if (token.kind == Token::Kind::kQuoted || token.kind == Token::Kind::kWord) {
        return literal(token, lexer_.range(token));
    }
    if (token.kind == Token::Kind::kOpen) {
        lexer_.skip_past_close();
        return failure(diagnostics_.error(
            Code::kSyntax, lexer_.range(token), "'" + op + "' takes one value, not a list",
            takes_quantifier(check.op)
                ? "write '" + op + " anyof (...)'" + (op == "=" ? ", or 'in (...)'" : "")
                : ""));
    }
    lexer_.go_to(token.begin);
    return failure(diagnostics_.error(Code::kSyntax, lexer_.range(token),
                                      "a value is missing after '" + op + "'"));
}

Checked<ast::Operand> ValueParser::val_field(const Token& word) {
    lexer_.accept('(');
    const Token name = lexer_.name();
    if (name.kind != Token::Kind::kWord || name.text.find('.') == std::string::npos) {
        if (name.kind == Token::Kind::kClose) lexer_.go_to(name.begin);
        lexer_.skip_past_close();
        return failure(diagnostics_.error(Code::kSyntax, lexer_.range(name),
                                          "val(...) wants the name of a field"));
    }
    auto result = field(name);
    if (!result) return result;
    if (!lexer_.accept(')')) {
        const Token next = lexer_.name();
        lexer_.skip_past_close();
        return failure(
            diagnostics_.error(Code::kSyntax, lexer_.range(next), "')' is expected here"));
    }
    result->range = lexer_.range(word.begin, lexer_.position());
    return result;
}

Checked<bool> ValueParser::list(std::vector<ast::Operand>& items) {
    auto done = read_list(items);
    if (!done) lexer_.skip_past_close();
    return done;
}

Checked<bool> ValueParser::read_list(std::vector<ast::Operand>& items) {
    if (lexer_.accept(')')) return true;
    while (true) {
        const Token token = lexer_.value(diagnostics_);
        if (token.kind == Token::Kind::kOpen) {
            lexer_.skip_past_close();
            return failure(diagnostics_.error(
                Code::kSyntax, lexer_.range(token), "a list cannot stand inside a list",
                "give the inner one a name: '- list: NAME', and use that"));
        }
        if (token.kind != Token::Kind::kQuoted && token.kind != Token::Kind::kWord) {
            if (token.kind == Token::Kind::kClose) lexer_.go_to(token.begin);
            return failure(diagnostics_.error(
                Code::kSyntax, lexer_.range(token),
                token.kind == Token::Kind::kEnd ? "this list is never closed"
                : token.text == "="             ? "'=' in a value needs quotes"
                                    : "a value is missing before '" + token.text + "'"));
        }
        items.push_back(literal(token, lexer_.range(token)));
        if (lexer_.accept(')')) return true;
        if (!lexer_.accept(',')) {
            const std::size_t at = lexer_.position();
            const Token next = lexer_.value(diagnostics_);
            lexer_.go_to(at);
            return failure(
                diagnostics_.error(Code::kSyntax, lexer_.range(next), "',' or ')' is expected here",
                                   next.kind == Token::Kind::kEnd ? ""
                                   : next.text == "="             ? "a value with '=' needs quotes"
                                                      : "a value with blanks needs quotes"));
        }
    }
}

}  // namespace sequitur::dsl
