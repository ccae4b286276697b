#include "core/condition.h"

#include "core/compare.h"
#include "core/transform.h"

#include <algorithm>
#include <optional>

namespace sequitur {
namespace {

using Steps = std::span<const Event* const>;

Value value_of(const Constant& constant) {
    struct Visitor {
        Value operator()(bool value) const { return Value::of(value); }
        Value operator()(std::int64_t value) const { return Value::of_int(value); }
        Value operator()(std::uint64_t value) const { return Value::of_uint(value); }
        Value operator()(double value) const { return Value::of_double(value); }
        Value operator()(const std::string& value) const { return Value::of_text(value); }
        Value operator()(const IpNet& value) const { return Value::of_net(value); }
    };
    return std::visit(Visitor(), constant);
}

Value value_of(const FieldRef& field, const Event& event, Steps steps, ValueScratch& scratch) {
    if (field.step < 0) return extract(field, event, scratch);
    const auto step = static_cast<std::size_t>(field.step);
    if (step >= steps.size() || steps[step] == nullptr) return Value::missing();
    return extract(field, *steps[step], scratch);
}

// The right sides, lists among them opened up.
std::span<const Value> right_values(const Check& check, const Event& event, Steps steps,
                                    ValueScratch& scratch) {
    Value* const sides = scratch.allocate_values(check.right.size());
    std::size_t count = 0;
    for (std::size_t i = 0; i < check.right.size(); ++i) {
        sides[i] = evaluate(check.right[i], event, steps, scratch);
        count += sides[i].type == ValueType::kList ? sides[i].list.size() : 1;
    }
    Value* const values = scratch.allocate_values(count);
    Value* next = values;
    for (const Value& side : std::span(sides, check.right.size())) {
        if (side.type == ValueType::kList) {
            next = std::ranges::copy(side.list, next).out;
        } else {
            *next++ = side;
        }
    }
    return {values, count};
}

// A value that stands for several: how many of them have to satisfy the check.
bool wants_all(const Check& check) {
    const bool is_field = check.left.kind == Operand::Kind::kField;
    if (is_field && is_many_valued(check.left.field)) {
        return check.op == Operator::kNe && field_info(check.left.field.id).negates_all;
    }
    return check.op == Operator::kIn;
}

bool evaluate(const Check& check, const Event& event, Steps steps, ValueScratch& scratch) {
    const Value left = evaluate(check.left, event, steps, scratch);
    if (!left) return false;
    if (check.op == Operator::kExists) return true;
    const std::span<const Value> right = right_values(check, event, steps, scratch);
    const auto holds = [&](const Value& value) {
        return compare(value, check.op, check.quantifier, right);
    };
    if (left.type == ValueType::kList) {
        if (!wants_all(check)) return std::ranges::any_of(left.list, holds);
        return !left.list.empty() && std::ranges::all_of(left.list, holds);
    }
    if (holds(left)) return true;
    // The names of a flag argument, when the whole text is not what is looked for.
    if (left.list.empty()) return false;
    if (check.op == Operator::kIn) return std::ranges::all_of(left.list, holds);
    return check.op == Operator::kIntersects && std::ranges::any_of(left.list, holds);
}

}  // namespace

bool evaluate(const Condition& condition, const Event& event, Steps steps, ValueScratch& scratch) {
    const auto holds = [&](const Condition& child) {
        return evaluate(child, event, steps, scratch);
    };
    switch (condition.kind) {
        case Condition::Kind::kCheck: return evaluate(condition.check, event, steps, scratch);
        case Condition::Kind::kAnd: return std::ranges::all_of(condition.children, holds);
        case Condition::Kind::kOr: return std::ranges::any_of(condition.children, holds);
        case Condition::Kind::kNot: return !std::ranges::all_of(condition.children, holds);
        case Condition::Kind::kTrue: return true;
        case Condition::Kind::kFalse: return false;
    }
    return false;
}

Value evaluate(const Operand& operand, const Event& event, Steps steps, ValueScratch& scratch) {
    switch (operand.kind) {
        case Operand::Kind::kField: return value_of(operand.field, event, steps, scratch);
        case Operand::Kind::kConstant: return value_of(operand.constant);
        case Operand::Kind::kTransform: break;
    }
    Value* const arguments = scratch.allocate_values(operand.arguments.size());
    for (std::size_t i = 0; i < operand.arguments.size(); ++i) {
        arguments[i] = evaluate(operand.arguments[i], event, steps, scratch);
    }
    return transform(operand.transformer, {arguments, operand.arguments.size()}, operand.option,
                     scratch);
}

}  // namespace sequitur
