// Conditions in the language's own words. What is printed reads back as the same condition, but for
// back-references, which only their sequence could name: they print as #STEP.field.
#include "core/condition.h"
#include "core/transform.h"

#include <algorithm>
#include <array>
#include <charconv>

namespace sequitur {
namespace {

// Words that a string may not look like.
constexpr std::string_view kReserved[] = {
    "and",       "or",          "not",        "AND",      "OR",    "NOT",   "exists",
    "in",        "intersects",  "pmatch",     "glob",     "iglob", "regex", "contains",
    "icontains", "bcontains",   "startswith", "endswith", "oneof", "anyof", "allof",
    "val",       "bstartswith", "true",       "false"};

bool is_bare(std::string_view text) {
    const auto is_plain = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '_' || c == '/' || c == '.' || c == '-';
    };
    // What could be a number, an address or a truth value is text only in quotes.
    const auto begins_number = [](char c) {
        return (c >= '0' && c <= '9') || c == '-' || c == '.';
    };
    return !text.empty() && std::ranges::all_of(text, is_plain) && !begins_number(text.front()) &&
           std::ranges::find(kReserved, text) == std::end(kReserved);
}

void append_hex(unsigned char byte, std::string& out) {
    constexpr std::string_view kDigits = "0123456789abcdef";
    out.push_back(kDigits[byte >> 4]);
    out.push_back(kDigits[byte & 15]);
}

void append_quoted(std::string_view text, std::string& out) {
    out.push_back('"');
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        switch (c) {
            case '"': out += "\\\""; break;
            case '\\': out += "\\\\"; break;
            case '\n': out += "\\n"; break;
            case '\r': out += "\\r"; break;
            case '\t': out += "\\t"; break;
            default:
                if (byte >= 0x20 && byte != 0x7f) {
                    out.push_back(c);
                } else {
                    out += "\\x";
                    append_hex(byte, out);
                }
        }
    }
    out.push_back('"');
}

void append_string(std::string_view text, std::string& out) {
    if (is_bare(text)) {
        out += text;
    } else {
        append_quoted(text, out);
    }
}

void append_double(double number, std::string& out) {
    std::array<char, 32> text;
    const auto end = std::to_chars(text.begin(), text.end(), number).ptr;
    out.append(text.begin(), end);
}

// How the constants of a check are written: what stands on its left decides.
enum class ConstantForm { kPlain, kNet, kHexBytes };

void append_constant(const Constant& constant, ConstantForm form, std::string& out) {
    struct Visitor {
        ConstantForm form;
        std::string& out;
        void operator()(bool value) const { out += value ? "true" : "false"; }
        void operator()(std::int64_t value) const { out += std::to_string(value); }
        void operator()(std::uint64_t value) const { out += std::to_string(value); }
        void operator()(double value) const { append_double(value, out); }
        void operator()(const std::string& value) const {
            if (form != ConstantForm::kHexBytes) return append_string(value, out);
            for (const char c : value) append_hex(static_cast<unsigned char>(c), out);
        }
        void operator()(const IpNet& value) const {
            const bool is_address = value.prefix_bits == (value.address.is_v6 ? 128 : 32);
            const bool is_net = !is_address || form == ConstantForm::kNet;
            append_text(is_net ? Value::of_net(value) : Value::of_ip(value.address), out);
        }
    };
    std::visit(Visitor{form, out}, constant);
}

void append_operand(const Operand& operand, ConstantForm form, std::string& out);

void append_field(const FieldRef& field, std::string& out) {
    if (field.step >= 0) out += "#" + std::to_string(field.step) + ".";
    out += field.name;
}

void append_transform(const Operand& operand, std::string& out) {
    out += name_of(operand.transformer);
    out.push_back('(');
    for (std::size_t i = 0; i < operand.arguments.size(); ++i) {
        if (i > 0) out += ", ";
        const Operand& argument = operand.arguments[i];
        const auto* text = std::get_if<std::string>(&argument.constant);
        // A bare word here would be a field.
        if (argument.kind == Operand::Kind::kConstant && text != nullptr) {
            append_quoted(*text, out);
        } else {
            append_operand(argument, ConstantForm::kPlain, out);
        }
    }
    out.push_back(')');
    if (!operand.option.empty()) out += "[" + operand.option + "]";
}

void append_operand(const Operand& operand, ConstantForm form, std::string& out) {
    switch (operand.kind) {
        case Operand::Kind::kField: append_field(operand.field, out); return;
        case Operand::Kind::kConstant: append_constant(operand.constant, form, out); return;
        case Operand::Kind::kTransform: append_transform(operand, out); return;
    }
}

void append_right(const Operand& operand, ConstantForm form, std::string& out) {
    const bool is_field = operand.kind == Operand::Kind::kField;
    if (is_field) out += "val(";
    append_operand(operand, form, out);
    if (is_field) out.push_back(')');
}

bool wants_list(const Check& check) {
    if (check.quantifier != Quantifier::kNone) return true;
    const bool is_set = check.op == Operator::kIn || check.op == Operator::kIntersects ||
                        check.op == Operator::kPmatch;
    const bool is_value =
        check.right.size() == 1 && check.right.front().kind != Operand::Kind::kConstant;
    return (is_set && !is_value) || check.right.size() > 1;
}

ConstantForm constants_of(const Check& check) {
    if (check.op == Operator::kBcontains || check.op == Operator::kBstartswith) {
        return ConstantForm::kHexBytes;
    }
    const bool is_net =
        check.left.kind == Operand::Kind::kField && check.left.field.type == ValueType::kNet;
    return is_net ? ConstantForm::kNet : ConstantForm::kPlain;
}

void append_check(const Check& check, std::string& out) {
    append_operand(check.left, ConstantForm::kPlain, out);
    out.push_back(' ');
    out += to_string(check.op);
    if (check.quantifier == Quantifier::kOneof) out += " oneof";
    if (check.quantifier == Quantifier::kAnyof) out += " anyof";
    if (check.quantifier == Quantifier::kAllof) out += " allof";
    if (check.op == Operator::kExists) return;
    const bool is_list = wants_list(check);
    out += is_list ? " (" : " ";
    for (std::size_t i = 0; i < check.right.size(); ++i) {
        if (i > 0) out += ", ";
        append_right(check.right[i], constants_of(check), out);
    }
    if (is_list) out.push_back(')');
}

// How tightly what stands around a condition binds: or, and, not.
enum class Binding { kOr, kAnd, kNot };

void append_condition(const Condition& condition, Binding around, std::string& out);

void append_children(const Condition& condition, Binding binding, std::string_view word,
                     Binding around, std::string& out) {
    if (condition.children.size() == 1) {
        return append_condition(condition.children.front(), around, out);
    }
    const bool is_wrapped = around > binding;
    if (is_wrapped) out.push_back('(');
    for (std::size_t i = 0; i < condition.children.size(); ++i) {
        if (i > 0) out += word;
        // A child of the same kind keeps its parentheses, so that it reads back as it was.
        const bool is_same = condition.children[i].kind == condition.kind &&
                             condition.children[i].children.size() > 1;
        append_condition(condition.children[i], is_same ? Binding::kNot : binding, out);
    }
    if (is_wrapped) out.push_back(')');
}

void append_condition(const Condition& condition, Binding around, std::string& out) {
    // Every event has a number, which is how Falco's own rules write true and false.
    constexpr std::string_view kTrueText = "evt.num >= 0", kFalseText = "evt.num < 0";
    switch (condition.kind) {
        case Condition::Kind::kCheck: append_check(condition.check, out); return;
        case Condition::Kind::kTrue: out += kTrueText; return;
        case Condition::Kind::kFalse: out += kFalseText; return;
        case Condition::Kind::kNot:
            out += "not ";
            if (condition.children.empty()) {
                out += kTrueText;
            } else {
                append_condition(condition.children.front(), Binding::kNot, out);
            }
            return;
        case Condition::Kind::kAnd:
            if (condition.children.empty()) out += kTrueText;
            if (!condition.children.empty()) {
                append_children(condition, Binding::kAnd, " and ", around, out);
            }
            return;
        case Condition::Kind::kOr:
            if (condition.children.empty()) out += kFalseText;
            if (!condition.children.empty()) {
                append_children(condition, Binding::kOr, " or ", around, out);
            }
            return;
    }
}

}  // namespace

std::string to_string(const Condition& condition) {
    std::string out;
    append_condition(condition, Binding::kOr, out);
    return out;
}

std::string to_string(const Operand& operand) {
    std::string out;
    append_operand(operand, ConstantForm::kPlain, out);
    return out;
}

std::string_view to_string(Operator op) {
    switch (op) {
        case Operator::kExists: return "exists";
        case Operator::kEq: return "=";
        case Operator::kNe: return "!=";
        case Operator::kLt: return "<";
        case Operator::kLe: return "<=";
        case Operator::kGt: return ">";
        case Operator::kGe: return ">=";
        case Operator::kContains: return "contains";
        case Operator::kIcontains: return "icontains";
        case Operator::kBcontains: return "bcontains";
        case Operator::kStartswith: return "startswith";
        case Operator::kBstartswith: return "bstartswith";
        case Operator::kEndswith: return "endswith";
        case Operator::kGlob: return "glob";
        case Operator::kIglob: return "iglob";
        case Operator::kRegex: return "regex";
        case Operator::kIn: return "in";
        case Operator::kIntersects: return "intersects";
        case Operator::kPmatch: return "pmatch";
    }
    return {};
}

}  // namespace sequitur
