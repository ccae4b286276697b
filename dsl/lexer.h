// Tokens of a condition. What a word is depends on where it stands (a value may be "<NA>" or
// "--all", a field may not), so the parser asks for the kind of token that it can use.
#pragma once

#include "dsl/diagnostic.h"
#include "dsl/source.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace sequitur::dsl {

struct Token {
    enum class Kind : std::uint8_t {
        kEnd,
        kOpen,   // (
        kClose,  // )
        kComma,
        kWord,  // a name or a bare value
        kQuoted,
        kSymbol,  // an operator of signs: = == != < <= > >=
        kOther,   // a byte that begins no token here
    };
    Kind kind = Kind::kEnd;
    std::string text;       // words; quoted text without its quotes and escapes
    std::size_t begin = 0;  // in the condition's text
    std::size_t end = 0;
};

// A cursor over one condition. Each function skips white space, then reads one token and goes
// behind it. Where the text has no token of that kind, kOther with the one offending character.
class Lexer {
public:
    explicit Lexer(const LocatedText& text) : text_(text) {}

    // A name: letters, digits, '_', '.', then perhaps [argument]; a sign operator; a parenthesis.
    Token name();
    // A value: quoted, or anything without white space, quotes, parentheses, ',' and '='.
    // A quoted value that is wrong is reported, and given as far as it could be read.
    Token value(Diagnostics& diagnostics);

    std::size_t position() const { return at_; }
    void go_to(std::size_t position) { at_ = position; }
    bool at_immediate(char c) const { return at_ < size() && text_.text[at_] == c; }
    // Goes over `c` if it comes next, after white space.
    bool accept(char c);
    // After a fault inside parentheses: behind the ')' that closes them, or nowhere.
    void skip_past_close();
    // The next character that is no white space, or NUL at the end.
    char peek();

    Range range(std::size_t begin, std::size_t end) const { return text_.range(begin, end); }
    Range range(const Token& token) const { return text_.range(token.begin, token.end); }
    std::size_t size() const { return text_.text.size(); }
    std::string_view text() const { return text_.text; }

private:
    void skip_space();
    Token token(Token::Kind kind, std::size_t begin);
    Token quoted(Diagnostics& diagnostics);
    bool read_escape(char quote, std::string& out, Diagnostics& diagnostics);
    bool read_argument();

    const LocatedText& text_;
    std::size_t at_ = 0;
};

bool is_name_start(char c);
bool is_name_char(char c);  // of one part of a field's name
bool is_bare_char(char c);  // of a value without quotes

}  // namespace sequitur::dsl
