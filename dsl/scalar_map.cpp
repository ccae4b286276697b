// The walk goes over the raw text and says for each stretch how many cooked bytes it made; runs of
// equal length on both sides are merged. Flow scalars (plain and quoted) follow YAML's folding
// rules. In block scalars only blanks and line ends differ between the two sides, so there the
// other bytes are matched one to one, and white space is whatever stands between them.
#include "dsl/scalar_map.h"

#include "core/hex_digit.h"

#include <algorithm>
#include <string_view>

namespace sequitur::dsl {

namespace {

bool is_blank(char c) { return c == ' ' || c == '\t'; }
bool is_space(char c) { return is_blank(c) || c == '\n' || c == '\r'; }

class ScalarWalk {
public:
    ScalarWalk(std::string_view raw, FileIndex file, std::size_t begin, LocatedText& out)
        : raw_(raw), file_(file), at_(begin), out_(out) {}

    void run() {
        skip_properties();
        begin_ = at_;
        if (at_ < raw_.size()) {
            switch (raw_[at_]) {
                case '\'': walk_quoted('\''); break;
                case '"': walk_quoted('"'); break;
                case '|':
                case '>': walk_block(); break;
                default: walk_plain(); break;
            }
        }
        finish();
    }

    bool is_closed() const { return is_closed_; }

private:
    // An anchor (&x) and a tag (!x) may stand before the scalar, in either order.
    void skip_properties() {
        while (at_ < raw_.size() && (raw_[at_] == '&' || raw_[at_] == '!')) {
            while (at_ < raw_.size() && !is_space(raw_[at_])) ++at_;
            while (at_ < raw_.size() && is_space(raw_[at_])) ++at_;
        }
    }

    // The next `cooked` bytes of the text came from the next `raw` bytes of the file.
    void emit(std::size_t cooked, std::size_t raw) {
        cooked = std::min(cooked, out_.text.size() - cooked_);
        if (cooked > 0) {
            if (!(cooked == 1 && raw == 1 && extends_last())) {
                out_.runs.push_back({offset(cooked_), {file_, offset(at_), offset(at_ + raw)}});
                last_is_bytewise_ = cooked == raw;
            } else {
                ++out_.runs.back().source.end;
            }
        }
        cooked_ += cooked;
        at_ += raw;
    }

    bool extends_last() const {
        return last_is_bytewise_ && !out_.runs.empty() &&
               out_.runs.back().source.end == offset(at_);
    }

    static std::uint32_t offset(std::size_t value) { return static_cast<std::uint32_t>(value); }

    // White space with a line end in it, in a flow scalar: one line end is a blank, n are n - 1.
    void fold(std::size_t end) {
        const auto lines = static_cast<std::size_t>(
            std::count(raw_.begin() + static_cast<std::ptrdiff_t>(at_),
                       raw_.begin() + static_cast<std::ptrdiff_t>(end), '\n'));
        emit(std::max<std::size_t>(1, lines - 1), end - at_);
    }

    // Blanks as they are, line ends folded. True if there was white space.
    bool walk_space() {
        const std::size_t end = std::min(
            raw_.size(), static_cast<std::size_t>(
                             std::find_if_not(raw_.begin() + static_cast<std::ptrdiff_t>(at_),
                                              raw_.end(), is_space) -
                             raw_.begin()));
        if (end == at_) return false;
        if (raw_.substr(at_, end - at_).find('\n') == std::string_view::npos) {
            while (at_ < end) emit(1, 1);
        } else {
            fold(end);
        }
        return true;
    }

    void walk_plain() {
        while (cooked_ < out_.text.size() && at_ < raw_.size()) {
            if (walk_space()) continue;
            if (raw_[at_] != out_.text[cooked_]) return;  // What follows is not understood.
            emit(1, 1);
        }
    }

    void walk_quoted(char quote) {
        ++at_;
        while (at_ < raw_.size()) {
            if (walk_space()) continue;
            const char c = raw_[at_];
            if (c == quote) {
                if (quote == '\'' && raw_.substr(at_, 2) == "''") {
                    emit(1, 2);
                    continue;
                }
                ++at_;
                return;
            }
            if (c == '\\' && quote == '"') {
                walk_escape();
            } else {
                emit(1, 1);
            }
        }
        is_closed_ = false;
    }

    void walk_escape() {
        const char kind = at_ + 1 < raw_.size() ? raw_[at_ + 1] : '\0';
        switch (kind) {
            case '\r':
            case '\n': {  // Joins the lines; the next one's indentation goes too.
                std::size_t end = at_ + 1;
                while (end < raw_.size() && is_space(raw_[end])) ++end;
                emit(0, end - at_);
                return;
            }
            case 'x': emit(hex_bytes(2), 4); return;
            case 'u': emit(hex_bytes(4), 6); return;
            case 'U': emit(hex_bytes(8), 10); return;
            case 'N':
            case '_': emit(2, 2); return;
            case 'L':
            case 'P': emit(3, 2); return;
            default: emit(1, 2); return;
        }
    }

    // UTF-8 length of the code point in the hexadecimal escape at the cursor.
    std::size_t hex_bytes(std::size_t digits) const {
        std::uint32_t code = 0;
        for (const char c : raw_.substr(std::min(at_ + 2, raw_.size()), digits)) {
            code = code * 16 + static_cast<std::uint32_t>(std::max(hex_digit(c), 0));
        }
        return code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
    }

    void walk_block() {
        at_ = std::min(raw_.find('\n', at_), raw_.size());  // Indicators and a comment.
        const std::string& text = out_.text;
        while (cooked_ < text.size()) {
            std::size_t cooked_end = cooked_;
            while (cooked_end < text.size() && is_space(text[cooked_end])) ++cooked_end;
            std::size_t raw_end = at_;
            while (raw_end < raw_.size() && is_space(raw_[raw_end])) ++raw_end;
            if (cooked_end > cooked_) {
                emit(cooked_end - cooked_, raw_end - at_);
            } else {
                at_ = raw_end;
            }
            if (cooked_ == text.size() || at_ == raw_.size() || raw_[at_] != text[cooked_]) return;
            while (cooked_ < text.size() && !is_space(text[cooked_]) && at_ < raw_.size() &&
                   raw_[at_] == text[cooked_]) {
                emit(1, 1);
            }
        }
    }

    // Text that was not reached maps to the scalar's first line.
    void finish() {
        const std::size_t line_end = std::min(raw_.find('\n', begin_), raw_.size());
        const Range first_line{file_, offset(begin_), offset(std::max(begin_, line_end))};
        if (cooked_ < out_.text.size()) out_.runs.push_back({offset(cooked_), first_line});
        out_.whole = {file_, offset(begin_), offset(std::max(at_, begin_))};
        if (out_.text.empty()) {
            out_.runs.assign(1, {0, {file_, offset(begin_), offset(std::max(at_, begin_))}});
        }
    }

    std::string_view raw_;
    FileIndex file_;
    std::size_t at_;          // in raw_
    std::size_t begin_ = 0;   // of the scalar itself
    std::size_t cooked_ = 0;  // in out_.text
    bool last_is_bytewise_ = false;
    bool is_closed_ = true;
    LocatedText& out_;
};

}  // namespace

MappedScalar map_scalar(const SourceFile& file, FileIndex index, std::size_t begin,
                        std::string text) {
    MappedScalar result;
    result.text.text = std::move(text);
    ScalarWalk walk(file.text(), index, std::min(begin, file.text().size()), result.text);
    walk.run();
    result.is_closed = walk.is_closed();
    return result;
}

}  // namespace sequitur::dsl
