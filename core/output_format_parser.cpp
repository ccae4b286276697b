#include "core/output_format_parser.h"

#include "core/transform.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

namespace sequitur {
namespace {

constexpr int kNestingMax = 32;
constexpr std::uint32_t kWidthMax = 4096;

bool is_word(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '.';
}
bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

struct MatchName {
    std::string_view name;
    MatchField field;
};
constexpr std::array<MatchName, 4> kMatchNames{{{"sequence.key", MatchField::kKey},
                                                {"sequence.duration", MatchField::kDuration},
                                                {"sequence.start", MatchField::kStart},
                                                {"sequence.steps", MatchField::kSteps}}};
constexpr std::array<Transformer, 8> kTransformers{
    Transformer::kTolower, Transformer::kToupper, Transformer::kB64,    Transformer::kBasename,
    Transformer::kLen,     Transformer::kJoin,    Transformer::kConcat, Transformer::kGetopt};

std::string quoted(std::string_view text) { return "`" + std::string(text) + "`"; }

// Recursive descent over one value; the first fault ends it.
class ValueParser {
public:
    ValueParser(std::string_view text, const OutputScope& scope) : text_(text), scope_(scope) {}

    std::optional<Operand> value(int depth);
    std::optional<MatchField> match_field();
    std::size_t position() const { return at_; }
    OutputFault& fault() { return fault_; }

private:
    std::optional<Operand> field();
    std::optional<Operand> transformer(Transformer function, int depth);
    bool arguments(Operand& operand, int depth);
    std::optional<Operand> argument(int depth);
    std::optional<Operand> quoted_text();
    std::optional<Operand> number();
    std::optional<FieldRef> resolve(std::string_view name);
    std::string suggestion_for(std::string_view name) const;

    std::size_t word_length() const {
        std::size_t length = 0;
        while (at_ + length < text_.size() && is_word(text_[at_ + length])) ++length;
        return length;
    }
    void skip_blanks() {
        while (at_ < text_.size() && is_blank(text_[at_])) ++at_;
    }
    bool take(char c) {
        if (at_ >= text_.size() || text_[at_] != c) return false;
        ++at_;
        return true;
    }
    std::nullopt_t fail_at(std::size_t offset, std::size_t length, std::string message) {
        fault_ = {offset, length, std::move(message), {}};
        return std::nullopt;
    }

    std::string_view text_;
    const OutputScope& scope_;
    std::size_t at_ = 0;
    OutputFault fault_;
};

std::optional<MatchField> ValueParser::match_field() {
    if (!scope_.is_sequence) return std::nullopt;
    const std::string_view rest = text_.substr(at_);
    for (const MatchName& known : kMatchNames) {
        if (!rest.starts_with(known.name)) continue;
        at_ += known.name.size();
        return known.field;
    }
    return std::nullopt;
}

std::optional<Operand> ValueParser::value(int depth) {
    if (depth > kNestingMax) return fail_at(at_, 1, "transformers are nested too deep");
    const std::string_view word = text_.substr(at_, word_length());
    const bool is_call = at_ + word.size() < text_.size() && text_[at_ + word.size()] == '(';
    if (is_call) {
        for (const Transformer function : kTransformers) {
            if (name_of(function) == word) return transformer(function, depth);
        }
    }
    return field();
}

std::optional<FieldRef> ValueParser::resolve(std::string_view name) {
    const std::size_t dot = name.find('.');
    const int step =
        scope_.step_of && dot != std::string_view::npos ? scope_.step_of(name.substr(0, dot)) : -1;
    auto found = resolve_field(step < 0 ? name : name.substr(dot + 1));
    if (!found) {
        fault_.message = found.error().message;
        return std::nullopt;
    }
    if (field_info(found->id).filter_only) {
        fault_.message = quoted(found->name) + " can be compared, but not printed";
        return std::nullopt;
    }
    found->step = step;
    return std::move(*found);
}

std::string ValueParser::suggestion_for(std::string_view name) const {
    const std::size_t dot = name.find('.');
    if (scope_.step_of && dot != std::string_view::npos &&
        scope_.step_of(name.substr(0, dot)) >= 0) {
        const std::string field = closest_field(name.substr(dot + 1));
        return field.empty() ? field : std::string(name.substr(0, dot + 1)) + field;
    }
    return closest_field(name);
}

// The longest start of what stands here that is a field: "%proc.name." ends before its dot.
std::optional<Operand> ValueParser::field() {
    const std::size_t word = word_length();
    std::size_t bracket = 0;
    if (at_ + word < text_.size() && text_[at_ + word] == '[') {
        // A quoted argument may have brackets in it.
        std::size_t inside = at_ + word + 1;
        if (inside < text_.size() && (text_[inside] == '"' || text_[inside] == '\'')) {
            inside = std::min(text_.find(text_[inside], inside + 1), text_.size());
        }
        const std::size_t close = text_.find(']', inside);
        if (close != std::string_view::npos) bracket = close + 1 - at_ - word;
    }
    if (word == 0) return fail_at(at_, 1, "a field is expected here");

    fault_ = {};
    std::string first_message;
    for (std::size_t length = word + bracket; length > 0; --length) {
        if (length > word && length < word + bracket) continue;
        const std::string_view name = text_.substr(at_, length);
        if (auto found = resolve(name)) {
            Operand operand;
            operand.kind = Operand::Kind::kField;
            operand.field = std::move(*found);
            at_ += length;
            return operand;
        }
        if (first_message.empty()) first_message = fault_.message;
    }
    // A dot at its end closes a sentence, rather.
    std::size_t length = word;
    while (length > 1 && text_[at_ + length - 1] == '.') --length;
    const std::string_view name = text_.substr(at_, length);
    if (length < word && !resolve(name)) first_message = fault_.message;
    std::string suggestion = suggestion_for(name);
    if (suggestion == name) suggestion.clear();
    const std::size_t blamed = length + (length == word ? bracket : 0);
    fault_ = {at_, blamed, std::move(first_message), std::move(suggestion), true};
    return std::nullopt;
}

std::optional<Operand> ValueParser::transformer(Transformer function, int depth) {
    Operand operand;
    operand.kind = Operand::Kind::kTransform;
    operand.transformer = function;
    const std::size_t start = at_;
    at_ += name_of(function).size() + 1;
    if (!arguments(operand, depth)) return std::nullopt;
    const std::size_t least = function == Transformer::kJoin || function == Transformer::kGetopt ||
                                      function == Transformer::kConcat
                                  ? 2
                                  : 1;
    const bool takes_one = least == 1;
    if (operand.arguments.size() < least || (takes_one && operand.arguments.size() > 1)) {
        return fail_at(start, at_ - start,
                       quoted(name_of(function)) +
                           (takes_one ? " takes one argument" : " takes two arguments or more"));
    }
    if (function == Transformer::kGetopt && take('[')) {
        const std::size_t close = text_.find(']', at_);
        if (close != at_ + 1)
            return fail_at(at_ - 1, 1, "one option letter is expected in brackets");
        operand.option = text_.substr(at_, 1);
        at_ = close + 1;
    }
    return operand;
}

// Arguments up to the closing parenthesis; a list among them is opened up.
bool ValueParser::arguments(Operand& operand, int depth) {
    for (skip_blanks(); !take(')'); skip_blanks()) {
        if (at_ >= text_.size()) {
            fail_at(at_ - 1, 1, "the parenthesis does not close");
            return false;
        }
        if (take('(')) {
            if (depth >= kNestingMax) {
                fail_at(at_ - 1, 1, "lists are nested too deep");
                return false;
            }
            if (!arguments(operand, depth + 1)) return false;
        } else {
            auto one = argument(depth + 1);
            if (!one) return false;
            operand.arguments.push_back(std::move(*one));
        }
        skip_blanks();
        if (at_ < text_.size() && !take(',') && text_[at_] != ')') {
            fail_at(at_, 1, "`,` or `)` is expected here");
            return false;
        }
    }
    return true;
}

std::optional<Operand> ValueParser::argument(int depth) {
    const char c = text_[at_];
    if (c == '"' || c == '\'') return quoted_text();
    if (is_digit(c) || c == '-' || c == '+') return number();
    return value(depth);
}

std::optional<Operand> ValueParser::quoted_text() {
    const std::size_t start = at_;
    const char quote = text_[at_++];
    std::string text;
    while (at_ < text_.size() && text_[at_] != quote) {
        char c = text_[at_++];
        if (c == '\\' && at_ < text_.size()) {
            constexpr std::string_view kLetters = "bfnrt", kMeanings = "\b\f\n\r\t";
            c = text_[at_++];
            const std::size_t known = kLetters.find(c);
            if (known != std::string_view::npos) c = kMeanings[known];
        }
        text.push_back(c);
    }
    if (!take(quote)) return fail_at(start, 1, "the quote does not close");
    Operand operand;
    operand.constant = std::move(text);
    return operand;
}

std::optional<Operand> ValueParser::number() {
    const std::size_t start = at_;
    if (text_[at_] == '+' || text_[at_] == '-') ++at_;
    at_ += word_length();
    const std::string_view word = text_.substr(start, at_ - start);
    const std::string_view digits = word.front() == '+' ? word.substr(1) : word;
    std::int64_t whole = 0;
    double real = 0;
    const char* const end = digits.data() + digits.size();
    Operand operand;
    if (const auto read = std::from_chars(digits.data(), end, whole);
        read.ec == std::errc() && read.ptr == end) {
        operand.constant = whole;
    } else if (const auto again = std::from_chars(digits.data(), end, real);
               again.ec == std::errc() && again.ptr == end) {
        operand.constant = real;
    } else {
        return fail_at(start, std::max<std::size_t>(word.size(), 1), "not a number");
    }
    return operand;
}

// Width behind a '%': "20"; 0 for none.
std::uint32_t take_width(std::string_view text, std::size_t& at) {
    std::uint32_t width = 0;
    for (; at < text.size() && is_digit(text[at]); ++at) {
        width = std::min(width * 10 + static_cast<std::uint32_t>(text[at] - '0'), kWidthMax);
    }
    return width;
}

}  // namespace

std::optional<ParsedOutputValue> parse_output_value(std::string_view text, const OutputScope& scope,
                                                    OutputFault& fault) {
    ParsedOutputValue parsed;
    ValueParser parser(text, scope);
    if (const auto match = parser.match_field()) {
        parsed.segment.match_field = *match;
    } else if (auto operand = parser.value(0)) {
        parsed.segment.value = std::move(*operand);
    } else {
        fault = std::move(parser.fault());
        return std::nullopt;
    }
    parsed.length = parser.position();
    parsed.segment.has_value = true;
    parsed.segment.name = text.substr(0, parsed.length);
    return parsed;
}

OutputFormat parse_output_format(std::string_view text, const OutputScope& scope,
                                 std::vector<OutputFault>& faults) {
    OutputFormat format;
    format.source = text;
    std::string literal;
    std::size_t at = 0;
    while (at < text.size()) {
        if (text[at] != '%') {
            literal.push_back(text[at++]);
            continue;
        }
        const std::size_t percent = at++;
        const std::uint32_t width = take_width(text, at);
        if (at < text.size() && text[at] == '*') ++at;
        if (at >= text.size()) {
            faults.push_back({percent, at - percent, "a field is expected behind `%`", {}});
            break;
        }
        OutputFault fault;
        auto parsed = parse_output_value(text.substr(at), scope, fault);
        if (!parsed) {
            fault.offset += at;
            at = std::max(fault.offset + fault.length, at);
            faults.push_back(std::move(fault));
            continue;
        }
        parsed->segment.text = std::move(literal);
        parsed->segment.width = width;
        literal.clear();
        at += parsed->length;
        format.segments.push_back(std::move(parsed->segment));
    }
    if (!literal.empty()) {
        OutputSegment tail;
        tail.text = std::move(literal);
        format.segments.push_back(std::move(tail));
    }
    return format;
}

}  // namespace sequitur
