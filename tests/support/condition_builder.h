// Conditions built in C++, for tests below the rule language.
//
//     all({check("proc.name", Operator::kEq, {"sh"}), none(check("user.uid", Operator::kEq, {0}))})
#pragma once

#include "core/condition.h"

#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace sequitur {

inline Operand field(std::string_view name, std::int32_t step = -1) {
    auto resolved = resolve_field(name);
    if (!resolved) throw std::invalid_argument(resolved.error().message);
    Operand operand;
    operand.kind = Operand::Kind::kField;
    operand.field = std::move(*resolved);
    operand.field.step = step;
    return operand;
}

inline Operand constant(Constant value) {
    Operand operand;
    operand.constant = std::move(value);
    return operand;
}

// What may stand on the right: text, numbers, truth values, nets and operands.
struct Right {
    Right(const char* text) : operand(constant(std::string(text))) {}
    Right(std::string text) : operand(constant(std::move(text))) {}
    Right(int number) : operand(constant(std::int64_t{number})) {}
    Right(std::int64_t number) : operand(constant(number)) {}
    Right(std::uint64_t number) : operand(constant(number)) {}
    Right(double number) : operand(constant(number)) {}
    Right(bool value) : operand(constant(value)) {}
    Right(const IpNet& net) : operand(constant(net)) {}
    Right(Operand given) : operand(std::move(given)) {}
    Operand operand;
};

inline Operand transformed(Transformer function, std::vector<Right> arguments,
                           std::string option = {}) {
    Operand operand;
    operand.kind = Operand::Kind::kTransform;
    operand.transformer = function;
    operand.option = std::move(option);
    for (Right& argument : arguments) operand.arguments.push_back(std::move(argument.operand));
    return operand;
}

inline Condition check(Operand left, Operator op, std::vector<Right> right = {},
                       Quantifier quantifier = Quantifier::kNone) {
    Condition condition;
    condition.kind = Condition::Kind::kCheck;
    condition.check.left = std::move(left);
    condition.check.op = op;
    condition.check.quantifier = quantifier;
    for (Right& one : right) condition.check.right.push_back(std::move(one.operand));
    return condition;
}

inline Condition check(std::string_view name, Operator op, std::vector<Right> right = {},
                       Quantifier quantifier = Quantifier::kNone) {
    return check(field(name), op, std::move(right), quantifier);
}

inline Condition compound(Condition::Kind kind, std::vector<Condition> children) {
    Condition condition;
    condition.kind = kind;
    condition.children = std::move(children);
    return condition;
}
inline Condition all(std::vector<Condition> children) {
    return compound(Condition::Kind::kAnd, std::move(children));
}
inline Condition any(std::vector<Condition> children) {
    return compound(Condition::Kind::kOr, std::move(children));
}
inline Condition none(Condition child) {
    return compound(Condition::Kind::kNot, {std::move(child)});
}

inline IpNet net(std::uint8_t a, std::uint8_t b, std::uint8_t c, std::uint8_t d,
                 std::uint8_t bits = 32) {
    IpNet made;
    made.address.bytes = {a, b, c, d};
    made.prefix_bits = bits;
    return made;
}

}  // namespace sequitur
