// Recursive descent: one function per line of the grammar. Values, lists and transformers are read
// by ValueParser (value_parser.h); here are the logic around checks and the recovery after faults.
#include "dsl/parser.h"

#include "core/near_name.h"
#include "dsl/lexer.h"
#include "dsl/limits.h"
#include "dsl/value_parser.h"
#include "dsl/words.h"

#include <algorithm>
#include <array>

namespace sequitur::dsl {

namespace {

using ast::Expression;

class Parser {
public:
    Parser(const LocatedText& text, Diagnostics& diagnostics)
        : lexer_(text), diagnostics_(diagnostics), values_(lexer_, diagnostics) {}

    Checked<Expression> parse() {
        if (lexer_.peek() == '\0' && lexer_.position() == lexer_.size()) {
            return failure(diagnostics_.error(Code::kSyntax, lexer_.range(0, 0),
                                              "a condition is missing here"));
        }
        Expression expression = parse_or(0);
        while (!gave_up_) {
            const Token token = lexer_.name();
            if (token.kind == Token::Kind::kEnd) break;
            report_unexpected(token);
            recover();
            // What stands behind the fault is read for its own faults only.
            if (!gave_up_ && (accept_keyword("and") || accept_keyword("or"))) parse_or(0);
        }
        if (failed_) return failure(*failed_);
        return expression;
    }

private:
    Failed error(Code code, const Range& range, std::string message, std::string hint = {}) {
        failed_ = diagnostics_.error(code, range, std::move(message), std::move(hint));
        if (++errors_ >= kSyntaxErrorsMax) {
            gave_up_ = true;
            lexer_.go_to(lexer_.size());
        }
        return *failed_;
    }

    // True, and behind it, if the keyword comes next, in small letters or in capitals.
    bool accept_keyword(std::string_view keyword) {
        const std::size_t before = lexer_.position();
        const Token token = lexer_.name();
        if (token.kind == Token::Kind::kWord && is_keyword(token.text, keyword)) return true;
        lexer_.go_to(before);
        return false;
    }

    Expression parse_or(std::size_t depth) { return parse_junction(true, depth); }

    Expression parse_junction(bool is_or, std::size_t depth) {
        lexer_.peek();
        const std::size_t begin = lexer_.position();
        const auto part = [&] { return is_or ? parse_junction(false, depth) : parse_not(depth); };
        Expression first = part();
        ast::Junction junction;
        junction.is_or = is_or;
        while (!gave_up_ && accept_keyword(is_or ? "or" : "and")) {
            if (junction.parts.empty()) junction.parts.push_back(std::move(first));
            junction.parts.push_back(part());
        }
        if (junction.parts.empty()) return first;
        Expression result;
        result.range = lexer_.range(begin, lexer_.position());
        result.node = std::move(junction);
        return result;
    }

    Expression parse_not(std::size_t depth) {
        lexer_.peek();
        const std::size_t begin = lexer_.position();
        std::size_t nots = 0;
        while (accept_keyword("not")) ++nots;
        Expression result = parse_primary(depth + nots);
        // Two nots are none; the meaning of a missing value is settled inside the check.
        if (nots % 2 == 1) {
            if (auto* inner = std::get_if<ast::Negation>(&result.node)) {
                Expression positive = std::move(inner->part.front());
                return positive;
            }
            ast::Negation negation;
            negation.part.push_back(std::move(result));
            result = Expression{};
            result.node = std::move(negation);
            result.range = lexer_.range(begin, lexer_.position());
        }
        return result;
    }

    Expression parse_primary(std::size_t depth) {
        lexer_.peek();
        const std::size_t begin = lexer_.position();
        if (!lexer_.accept('(')) return parse_check();
        if (depth >= kConditionDepthMax) {
            error(Code::kDepth, lexer_.range(begin, begin + 1),
                  "a condition is nested at most " + std::to_string(kConditionDepthMax) + " deep");
            gave_up_ = true;
            lexer_.go_to(lexer_.size());
            return {};
        }
        Expression inner = parse_or(depth + 1);
        if (!gave_up_ && !lexer_.accept(')')) {
            const Token token = lexer_.name();
            if (token.kind == Token::Kind::kEnd) {
                error(Code::kSyntax, lexer_.range(begin, begin + 1),
                      "this parenthesis is never closed");
            } else {
                report_unexpected(token);
                recover();
                while (!gave_up_ && (accept_keyword("and") || accept_keyword("or"))) {
                    parse_or(depth + 1);
                }
                lexer_.accept(')');
            }
        }
        return inner;
    }

    Expression parse_check() {
        lexer_.peek();
        const std::size_t begin = lexer_.position();
        const Token token = lexer_.name();
        Expression result;
        if (token.kind != Token::Kind::kWord) {
            report_missing_check(token);
            return result;
        }
        if (is_keyword(token.text, "and") || is_keyword(token.text, "or")) {
            error(Code::kSyntax, lexer_.range(token),
                  "a check is missing before '" + token.text + "'");
            if (!gave_up_) lexer_.go_to(token.begin);
            return result;
        }
        if (lexer_.at_immediate('(') || token.text.find('.') != std::string::npos ||
            token.text.back() == ']') {
            ast::Check check;
            const bool is_transform = lexer_.at_immediate('(');
            auto left = is_transform ? values_.transform(token) : values_.field(token);
            if (!left) return failed_check(left.error());
            check.left = std::move(*left);
            if (auto right = values_.right_side(check); !right) return failed_check(right.error());
            result.node = std::move(check);
        } else {
            if (const auto failed = refuse_operator_after(token)) return failed_check(*failed);
            result.node = ast::MacroUse{token.text};
        }
        result.range = lexer_.range(begin, lexer_.position());
        return result;
    }

    // A name without a dot is a macro; one with an operator behind it was meant as a field.
    std::optional<Failed> refuse_operator_after(const Token& name) {
        const std::size_t before = lexer_.position();
        const Token next = lexer_.name();
        const bool is_operator =
            next.kind == Token::Kind::kSymbol ||
            (next.kind == Token::Kind::kWord && find_operator(next.text).has_value());
        if (!is_operator) {
            lexer_.go_to(before);
            return std::nullopt;
        }
        return diagnostics_.error(Code::kSyntax, lexer_.range(name),
                                  "'" + name.text + "' is no field: fields have a dot",
                                  "a macro stands alone, without an operator");
    }

    Expression failed_check(Failed failed) {
        failed_ = failed;
        if (++errors_ >= kSyntaxErrorsMax) gave_up_ = true;
        recover();
        return {};
    }

    void report_missing_check(const Token& token) {
        const Range range = lexer_.range(token);
        switch (token.kind) {
            case Token::Kind::kEnd:
                error(Code::kSyntax, range, "the condition ends where a check is expected");
                return;
            case Token::Kind::kClose:
                lexer_.go_to(token.begin);
                error(Code::kSyntax, range, "a check is missing before ')'");
                return;
            case Token::Kind::kOpen:
            case Token::Kind::kComma:
            case Token::Kind::kWord:
            case Token::Kind::kQuoted:
            case Token::Kind::kSymbol:
            case Token::Kind::kOther: break;
        }
        if (token.text == "\"" || token.text == "'") {
            error(Code::kSyntax, range, "a check begins with a field, not with a value");
        } else {
            error(Code::kSyntax, range,
                  "a field or a macro is expected here, not '" + token.text + "'",
                  token.text == "!" ? "'not' negates" : "");
        }
        recover();
    }

    void report_unexpected(const Token& token) {
        const Range range = lexer_.range(token);
        if (token.kind == Token::Kind::kClose) {
            error(Code::kSyntax, range, "this ')' closes nothing");
            return;
        }
        std::string hint;
        if (token.text == "&") {
            hint = "write 'and'";
        } else if (token.text == "|") {
            hint = "write 'or'";
        } else if (token.kind == Token::Kind::kWord) {
            constexpr std::array<std::string_view, 2> kKeywords{"and", "or"};
            hint = did_you_mean(token.text, kKeywords);
        }
        if (hint.empty() && token.kind != Token::Kind::kSymbol) {
            hint = "a value with blanks or special characters needs quotes";
        }
        error(Code::kSyntax, range,
              "'and', 'or' or the end is expected here, not '" + token.text + "'", std::move(hint));
    }

    // Goes to the next and/or, to the ')' that closes what is open here, or to the end.
    void recover() {
        std::size_t open = 0;
        while (lexer_.position() < lexer_.size()) {
            const std::size_t before = lexer_.position();
            const char next = lexer_.peek();
            if (next == '"' || next == '\'') {
                skip_quoted(next);
                continue;
            }
            const Token token = lexer_.name();
            if (token.kind == Token::Kind::kOpen) ++open;
            if (token.kind == Token::Kind::kClose && open-- == 0) {
                lexer_.go_to(before);
                return;
            }
            if (open == 0 && token.kind == Token::Kind::kWord &&
                (is_keyword(token.text, "and") || is_keyword(token.text, "or"))) {
                lexer_.go_to(before);
                return;
            }
        }
    }

    void skip_quoted(char quote) {
        const std::string_view text = lexer_.text();
        std::size_t at = lexer_.position() + 1;
        while (at < text.size() && text[at] != quote) at += text[at] == '\\' ? 2u : 1u;
        lexer_.go_to(std::min(at + 1, text.size()));
    }

    Lexer lexer_;
    Diagnostics& diagnostics_;
    ValueParser values_;
    std::optional<Failed> failed_;
    std::size_t errors_ = 0;
    bool gave_up_ = false;
};

}  // namespace

Checked<Expression> parse_condition(const LocatedText& text, Diagnostics& diagnostics) {
    if (text.text.size() > kConditionBytesMax) {
        return failure(diagnostics.error(
            Code::kTooLarge, text.range(0, 1),
            "a condition has at most " + std::to_string(kConditionBytesMax >> 10) + " KiB"));
    }
    const std::size_t errors_before = diagnostics.mark();
    auto result = Parser(text, diagnostics).parse();
    if (result && diagnostics.mark() != errors_before) {
        // A quoted value was wrong; its error is reported, the tree is not to be used.
        return failure(diagnostics.already_reported());
    }
    return result;
}

Checked<ast::FieldName> parse_field_name(const LocatedText& text, Diagnostics& diagnostics) {
    Lexer lexer(text);
    const Token token = lexer.name();
    if (token.kind != Token::Kind::kWord || lexer.peek() != '\0') {
        return failure(diagnostics.error(Code::kSyntax, text.range(),
                                         "'" + text.text + "' is not the name of a field"));
    }
    return ast::FieldName{token.text, lexer.range(token), std::nullopt};
}

Checked<std::vector<ast::Operand>> parse_value_list(const LocatedText& text,
                                                    Diagnostics& diagnostics) {
    Lexer lexer(text);
    if (lexer.peek() == '(') {
        std::vector<ast::Operand> items;
        lexer.accept('(');
        auto done = ValueParser(lexer, diagnostics).list(items);
        if (!done) return failure(done.error());
        return items;
    }
    ast::Operand operand;
    operand.range = text.range();
    operand.value = ast::Literal{text.text, true, text.range(), std::nullopt};
    return std::vector<ast::Operand>{std::move(operand)};
}

}  // namespace sequitur::dsl
