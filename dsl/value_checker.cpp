// The lower half of the checker: values on the right of operators.
#include "core/event_type.h"
#include "core/field.h"
#include "core/json_view.h"
#include "core/near_name.h"
#include "core/regex.h"
#include "core/service_names.h"
#include "dsl/checker.h"
#include "dsl/constants.h"
#include "dsl/words.h"

#include <algorithm>

namespace sequitur::dsl {

namespace {

constexpr std::size_t kRepeatMax = 250;  // {m,n}: more states than a matcher keeps cheaply

bool is_port_field(const OperandType& left) {
    return left.info && left.info->name.starts_with("fd.") && left.info->name.ends_with("port");
}

bool looks_like_flag(std::string_view text) {
    return text.size() > 2 && text.front() >= 'A' && text.front() <= 'Z' &&
           text.find('_') != std::string_view::npos &&
           std::all_of(text.begin(), text.end(), [](char c) {
               return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
           });
}

// A repetition with a large count, which costs a state each.
bool has_large_repeat(std::string_view pattern) {
    for (std::size_t i = 0; i + 1 < pattern.size(); ++i) {
        if (pattern[i] == '\\') {
            ++i;
            continue;
        }
        if (pattern[i] != '{') continue;
        std::size_t number = 0;
        for (std::size_t j = i + 1; j < pattern.size() && pattern[j] != '}'; ++j) {
            if (pattern[j] == ',') {
                number = 0;
            } else if (pattern[j] >= '0' && pattern[j] <= '9') {
                number = std::min<std::size_t>(
                    number * 10 + static_cast<std::size_t>(pattern[j] - '0'), kRepeatMax + 1);
            }
            if (number > kRepeatMax) return true;
        }
    }
    return false;
}

bool is_event_type(std::string_view name) {
    return !event_types_named(name).empty() || syscall_id(name) >= 0;
}

}  // namespace

void Checker::check_literal(ast::Literal& literal, const ast::Check& check,
                            const OperandType& left) {
    literal.value = constant_of(literal, check.op, left);
    if (literal.value && left.type == ValueType::kText) check_text(literal, check.op, left);
}

std::optional<Constant> Checker::constant_of(const ast::Literal& literal, Operator op,
                                             const OperandType& left) {
    if (left.is_dynamic && is_order(op)) return number_of(literal, left);
    switch (left.type) {
        case ValueType::kInt:
        case ValueType::kUint:
        case ValueType::kDouble: return number_of(literal, left);
        case ValueType::kBool: {
            if (literal.text == "true") return Constant(true);
            if (literal.text == "false") return Constant(false);
            error(Code::kWrongType, literal.range,
                  "'" + left.text + "' is true or false, not '" + literal.text + "'");
            return std::nullopt;
        }
        case ValueType::kIp:
        case ValueType::kNet: return address_of(literal, left);
        case ValueType::kBytes: {
            if (op != Operator::kBcontains && op != Operator::kBstartswith) {
                return Constant(literal.text);
            }
            if (auto bytes = parse_hex(literal.text)) return Constant(std::move(*bytes));
            error(Code::kWrongType, literal.range,
                  "'" + std::string(text_of(op)) + "' takes pairs of hexadecimal digits, not '" +
                      literal.text + "'");
            return std::nullopt;
        }
        case ValueType::kText:
        case ValueType::kList:
        case ValueType::kMissing: return Constant(equal_text(literal, op, left));
    }
    return std::nullopt;
}

// A number that a dynamic field is to be equal to is written as the field writes numbers.
std::string Checker::equal_text(const ast::Literal& literal, Operator op, const OperandType& left) {
    const bool is_equality = op == Operator::kEq || op == Operator::kNe || op == Operator::kIn ||
                             op == Operator::kIntersects;
    if (!left.is_dynamic || literal.is_quoted || !is_equality) return literal.text;
    const bool is_fraction = literal.text.find_first_of(".eE") != std::string::npos;
    const bool is_json = is_fraction && literal.text.find_first_of("xX+") != 0;
    if (!is_json || !parse_number(literal.text, ValueType::kDouble)) return literal.text;
    ValueScratch scratch;
    return std::string(json_value(literal.text, scratch).text);
}

std::optional<Constant> Checker::number_of(const ast::Literal& literal, const OperandType& left) {
    const ValueType type = left.is_dynamic ? ValueType::kDouble : left.type;
    if (auto number = parse_number(literal.text, type)) {
        return number;
    }
    const bool is_port = is_port_field(left);
    if (is_port) {
        if (const auto port = service_port(literal.text)) return Constant(std::int64_t{*port});
    }
    std::string hint;
    if (!literal.text.empty() &&
        literal.text.find_first_not_of("0123456789") == std::string::npos) {
        hint = "it is beyond 64 bits";
    } else if (parse_number(literal.text, ValueType::kDouble)) {
        hint = "whole numbers only";
    }
    error(Code::kWrongType, literal.range,
          "'" + left.text + "' is a " + (is_port ? "port" : "number") + ", '" + literal.text +
              "' is " + (is_port ? "neither a number nor a known service" : "none"),
          std::move(hint));
    return std::nullopt;
}

std::optional<Constant> Checker::address_of(const ast::Literal& literal, const OperandType& left) {
    if (left.type == ValueType::kIp) {
        if (const auto ip = parse_ip(literal.text)) return Constant(*ip);
        const bool is_net = parse_net(literal.text).has_value();
        std::string hint;
        if (is_net && left.info) {
            std::string other(left.info->name);
            other.replace(other.size() - 2, 2, "net");
            hint = "nets are compared with '" + other + "'";
        } else if (left.info) {
            hint = "domain names are compared with '" + std::string(left.info->name) + ".name'";
        }
        error(Code::kWrongType, literal.range, "'" + literal.text + "' is not an address",
              std::move(hint));
        return std::nullopt;
    }
    if (const auto net = parse_net(literal.text)) return Constant(*net);
    const bool is_ip = parse_ip(literal.text).has_value();
    error(Code::kWrongType, literal.range, "'" + literal.text + "' is not a net",
          is_ip ? "a net has a prefix: " + literal.text + "/" +
                      (literal.text.find(':') == std::string::npos ? "32" : "128")
                : "10.0.0.0/8, for example");
    return std::nullopt;
}

void Checker::check_text(const ast::Literal& literal, Operator op, const OperandType& left) {
    const bool is_exact = op == Operator::kEq || op == Operator::kNe || op == Operator::kIn ||
                          op == Operator::kIntersects;
    if (op == Operator::kRegex) check_regex(literal);
    if (left.info == nullptr) return;
    const std::string_view name = left.info->name;
    if (is_exact && (name == "evt.type" || name == "syscall.type")) check_event_type(literal);
    if (is_exact && name == "evt.dir" && literal.text != "<" && literal.text != ">") {
        error(Code::kWrongType, literal.range, "'evt.dir' is < or >, not '" + literal.text + "'");
    }
    const bool is_part =
        op == Operator::kContains || op == Operator::kStartswith || op == Operator::kEndswith;
    if ((is_exact || is_part) && left.ref->params_by_type) check_flags(literal, *left.ref);
}

void Checker::check_event_type(const ast::Literal& literal) {
    if (is_event_type(literal.text)) return;
    std::vector<std::string_view> names;
    for (const EventTypeInfo& info : event_types()) {
        if (info.is_current && !info.name.empty()) names.push_back(info.name);
    }
    for (std::uint16_t i = 0; i < syscall_count(); ++i) names.push_back(syscall_name(i));
    error(Code::kUnknownEventType, literal.range, "there is no event type '" + literal.text + "'",
          did_you_mean(literal.text, names));
}

// The names of all flags that the argument can have, over the event types that have it.
const std::vector<std::string_view>& Checker::flags_of(const FieldRef& field) {
    const auto [entry, is_new] = flags_.try_emplace(field.name);
    std::vector<std::string_view>& names = entry->second;
    if (!is_new) return names;
    const auto types = event_types();
    for (std::size_t id = 0; id < types.size() && id < field.params_by_type->size(); ++id) {
        const int index = (*field.params_by_type)[id];
        if (index < 0 || static_cast<std::size_t>(index) >= types[id].params.size()) continue;
        const ParamInfo& param = types[id].params[static_cast<std::size_t>(index)];
        const bool is_mode = param.type == ParamType::kMode || param.format == PrintFormat::kOct;
        const FlagTable* table = param.flags;
        if (table == nullptr && is_mode) table = flag_table("chmod_mode");
        if (table == nullptr) {
            const bool is_number = param.format == PrintFormat::kDec ||
                                   param.format == PrintFormat::kHex ||
                                   param.format == PrintFormat::kId;
            if (is_number) continue;  // Shows no names.
            // An argument that is plain text in some call may be anything.
            names.clear();
            return names;
        }
        for (const FlagValue& flag : table->values) names.push_back(flag.name);
    }
    std::sort(names.begin(), names.end());
    names.erase(std::unique(names.begin(), names.end()), names.end());
    return names;
}

void Checker::check_flags(const ast::Literal& literal, const FieldRef& field) {
    if (field.type != ValueType::kText) return;
    const auto& names = flags_of(field);
    if (names.empty()) return;
    std::string_view rest = literal.text;
    while (!rest.empty()) {
        const std::string_view flag = rest.substr(0, rest.find('|'));
        rest.remove_prefix(std::min(rest.size(), flag.size() + 1));
        if (!looks_like_flag(flag)) continue;
        const bool is_known = std::any_of(names.begin(), names.end(), [&](std::string_view name) {
            return name.find(flag) != std::string_view::npos;
        });
        if (is_known) continue;
        warn(Code::kUnknownFlag, literal.range,
             "'" + field.name + "' has no flag '" + std::string(flag) + "'",
             did_you_mean(flag, names));
    }
}

void Checker::check_regex(const ast::Literal& literal) {
    if (regexes_.contains(literal.text)) return;
    const auto compiled = Regex::compile(literal.text);
    if (!compiled) {
        error(Code::kBadRegex, literal.range,
              "this regular expression cannot be compiled: " + compiled.error().message);
        return;
    }
    regexes_.insert(literal.text);
    if (has_large_repeat(literal.text)) {
        warn(Code::kSlowRegex, literal.range, "a large repetition makes this expression slow",
             "a repetition beyond " + std::to_string(kRepeatMax) + " costs a state for each");
    }
}

}  // namespace sequitur::dsl
