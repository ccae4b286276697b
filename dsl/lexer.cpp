#include "dsl/lexer.h"

#include "core/hex_digit.h"
#include "core/utf8.h"

#include <algorithm>

namespace sequitur::dsl {

namespace {

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

}  // namespace

bool is_name_start(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_name_char(char c) { return is_name_start(c) || (c >= '0' && c <= '9') || c == '_'; }
bool is_bare_char(char c) {
    return !is_space(c) && c != '(' && c != ')' && c != '"' && c != '\'' && c != '=' && c != ',';
}

void Lexer::skip_space() {
    while (at_ < size() && is_space(text_.text[at_])) ++at_;
}

char Lexer::peek() {
    skip_space();
    return at_ < size() ? text_.text[at_] : '\0';
}

void Lexer::skip_past_close() {
    const std::string& text = text_.text;
    std::size_t open = 1;
    for (std::size_t i = at_; i < size(); ++i) {
        if (text[i] == '"' || text[i] == '\'') {
            const std::size_t close = text.find(text[i], i + 1);
            if (close == std::string::npos) return;
            i = close;
        } else if (text[i] == '(') {
            ++open;
        } else if (text[i] == ')' && --open == 0) {
            at_ = i + 1;
            return;
        }
    }
}

bool Lexer::accept(char c) {
    if (peek() != c || at_ == size()) return false;
    ++at_;
    return true;
}

Token Lexer::token(Token::Kind kind, std::size_t begin) {
    Token result;
    result.kind = kind;
    result.begin = begin;
    result.end = at_;
    result.text = text_.text.substr(begin, at_ - begin);
    return result;
}

// [argument] behind a field's name: quoted, or without brackets, quotes and white space.
bool Lexer::read_argument() {
    const std::string& text = text_.text;
    std::size_t end = at_ + 1;
    if (end < size() && (text[end] == '"' || text[end] == '\'')) {
        const std::size_t close = text.find(text[end], end + 1);
        if (close == std::string::npos || close + 1 >= size() || text[close + 1] != ']')
            return false;
        at_ = close + 2;
        return true;
    }
    while (end < size() && text[end] != ']' && text[end] != '[' && text[end] != '"' &&
           text[end] != '\'' && !is_space(text[end])) {
        ++end;
    }
    if (end >= size() || text[end] != ']' || end == at_ + 1) return false;
    at_ = end + 1;
    return true;
}

Token Lexer::name() {
    skip_space();
    const std::string& text = text_.text;
    const std::size_t begin = at_;
    if (at_ == size()) return token(Token::Kind::kEnd, begin);
    const char c = text[at_];
    if (c == '(' || c == ')' || c == ',') {
        ++at_;
        return token(c == '('   ? Token::Kind::kOpen
                     : c == ')' ? Token::Kind::kClose
                                : Token::Kind::kComma,
                     begin);
    }
    if (c == '=' || c == '<' || c == '>' || c == '!') {
        ++at_;
        if (at_ < size() && text[at_] == '=') ++at_;
        return token(c == '!' && at_ == begin + 1 ? Token::Kind::kOther : Token::Kind::kSymbol,
                     begin);
    }
    if (!is_name_start(c)) {
        at_ += std::max<std::size_t>(1, utf8_length(text, at_));
        return token(Token::Kind::kOther, begin);
    }
    while (at_ < size() && (is_name_char(text[at_]) || text[at_] == '.')) ++at_;
    if (at_ < size() && text[at_] == '[') read_argument();
    return token(Token::Kind::kWord, begin);
}

Token Lexer::value(Diagnostics& diagnostics) {
    skip_space();
    const std::string& text = text_.text;
    const std::size_t begin = at_;
    if (at_ == size()) return token(Token::Kind::kEnd, begin);
    const char c = text[at_];
    if (c == '"' || c == '\'') return quoted(diagnostics);
    if (!is_bare_char(c)) {
        ++at_;
        return token(c == '('   ? Token::Kind::kOpen
                     : c == ')' ? Token::Kind::kClose
                     : c == ',' ? Token::Kind::kComma
                                : Token::Kind::kOther,
                     begin);
    }
    while (at_ < size() && is_bare_char(text[at_])) ++at_;
    return token(Token::Kind::kWord, begin);
}

// Precondition: at the backslash. False, and reported, when it is no escape of the language.
bool Lexer::read_escape(char quote, std::string& out, Diagnostics& diagnostics) {
    const std::string& text = text_.text;
    const std::size_t begin = at_;
    const char kind = at_ + 1 < size() ? text[at_ + 1] : '\0';
    at_ = std::min(at_ + 2, size());
    switch (kind) {
        case 'b': out += '\b'; return true;
        case 'f': out += '\f'; return true;
        case 'n': out += '\n'; return true;
        case 'r': out += '\r'; return true;
        case 't': out += '\t'; return true;
        case '\\':
        case '/': out += kind; return true;
        case ' ':  // Stands in rules that are in use, for the two bytes that it is.
            out += "\\ ";
            return true;
        case 'x': {
            const int high = at_ < size() ? hex_digit(text[at_]) : -1;
            const int low = at_ + 1 < size() ? hex_digit(text[at_ + 1]) : -1;
            if (high >= 0 && low >= 0) {
                out += static_cast<char>(high * 16 + low);
                at_ += 2;
                return true;
            }
            break;
        }
        default:
            if (kind == quote) {
                out += kind;
                return true;
            }
            break;
    }
    const std::string shown(1, kind == '\0' ? ' ' : kind);
    diagnostics.error(
        Code::kSyntax, range(begin, at_),
        kind == 'x' ? "\\x wants two hexadecimal digits" : "'\\" + shown + "' is not an escape",
        "a backslash itself is written \\\\");
    out += kind;
    return false;
}

Token Lexer::quoted(Diagnostics& diagnostics) {
    const std::string& text = text_.text;
    const std::size_t begin = at_;
    const char quote = text[at_++];
    std::string content;
    while (at_ < size() && text[at_] != quote) {
        if (text[at_] == '\\') {
            read_escape(quote, content, diagnostics);
        } else {
            content += text[at_++];
        }
    }
    if (at_ == size()) {
        diagnostics.error(Code::kSyntax, range(begin, begin + 1), "this quote is never closed");
    } else {
        ++at_;
    }
    Token result = token(Token::Kind::kQuoted, begin);
    result.text = std::move(content);
    return result;
}

}  // namespace sequitur::dsl
