#include "dsl/condition_builder.h"

#include "core/field.h"

#include <algorithm>
#include <utility>

namespace sequitur::dsl {

namespace {

using Kind = Condition::Kind;

Check build_check(const ast::Check& check) {
    Check result;
    result.left = build_operand(check.left);
    result.op = check.op;
    result.quantifier = check.quantifier;
    result.right.reserve(check.right.size());
    for (const ast::Operand& right : check.right) result.right.push_back(build_operand(right));
    return result;
}

Condition constant(bool value) {
    Condition result;
    result.kind = value ? Kind::kTrue : Kind::kFalse;
    return result;
}

// Puts `part` under a junction of `kind`, joining it with one of the same kind.
void add_part(Condition& junction, Condition part) {
    if (part.kind != junction.kind) {
        junction.children.push_back(std::move(part));
        return;
    }
    for (Condition& child : part.children) junction.children.push_back(std::move(child));
}

Condition negated(Condition part) {
    if (part.kind == Kind::kNot) {
        Condition inner = std::move(part.children.front());
        return inner;
    }
    if (part.kind == Kind::kTrue || part.kind == Kind::kFalse) {
        return constant(part.kind == Kind::kFalse);
    }
    Condition result;
    result.kind = Kind::kNot;
    result.children.push_back(std::move(part));
    return result;
}

// A condition that says of the event alone what `condition` says at most (is_over: it is true
// whenever `condition` can be) or at least.
Condition without_steps(const Condition& condition, bool is_over) {
    switch (condition.kind) {
        case Kind::kCheck: return has_back_reference(condition) ? constant(is_over) : condition;
        case Kind::kNot: return negated(without_steps(condition.children.front(), !is_over));
        case Kind::kAnd:
        case Kind::kOr: {
            const bool is_and = condition.kind == Kind::kAnd;
            const Kind neutral = is_and ? Kind::kTrue : Kind::kFalse;
            const Kind absorbing = is_and ? Kind::kFalse : Kind::kTrue;
            Condition result;
            result.kind = condition.kind;
            for (const Condition& child : condition.children) {
                Condition part = without_steps(child, is_over);
                if (part.kind == absorbing) return part;
                if (part.kind != neutral) add_part(result, std::move(part));
            }
            if (result.children.empty()) return constant(is_and);
            if (result.children.size() == 1) {
                Condition only = std::move(result.children.front());
                return only;
            }
            return result;
        }
        case Kind::kTrue:
        case Kind::kFalse: return condition;
    }
    return condition;
}

// The one step that the operand's fields all belong to; nullopt for none or several.
void collect_steps(const Operand& operand, std::vector<std::int32_t>& steps) {
    if (operand.kind == Operand::Kind::kField) steps.push_back(operand.field.step);
    for (const Operand& argument : operand.arguments) collect_steps(argument, steps);
}

// A value that is one text or number, so that equality of keys is equality of values.
bool is_single_valued(const Operand& operand) {
    if (operand.kind == Operand::Kind::kField) {
        return !field_info(operand.field.id).is_list && !is_many_valued(operand.field);
    }
    return std::all_of(operand.arguments.begin(), operand.arguments.end(), is_single_valued);
}

std::optional<KeyLink> as_link(const Condition& part, const std::vector<bool>& linkable) {
    if (part.kind != Kind::kCheck || part.check.op != Operator::kEq ||
        part.check.quantifier != Quantifier::kNone || part.check.right.size() != 1) {
        return std::nullopt;
    }
    const Operand* own = &part.check.left;
    const Operand* other = &part.check.right.front();
    if (has_back_reference(*own)) std::swap(own, other);
    if (has_back_reference(*own) || !is_single_valued(*own) || !is_single_valued(*other)) {
        return std::nullopt;
    }
    std::vector<std::int32_t> own_steps;
    collect_steps(*own, own_steps);
    std::vector<std::int32_t> steps;
    collect_steps(*other, steps);
    const bool is_one = !own_steps.empty() && !steps.empty() && steps.front() >= 0 &&
                        std::all_of(steps.begin(), steps.end(),
                                    [&](std::int32_t step) { return step == steps.front(); });
    if (!is_one) return std::nullopt;
    const auto index = static_cast<std::size_t>(steps.front());
    if (index >= linkable.size() || !linkable[index]) return std::nullopt;
    return KeyLink{*own, *other};
}

}  // namespace

Operand build_operand(const ast::Operand& operand) {
    Operand result;
    if (const auto* literal = std::get_if<ast::Literal>(&operand.value)) {
        result.kind = Operand::Kind::kConstant;
        result.constant = literal->value.value_or(Constant(literal->text));
    } else if (const auto* field = std::get_if<ast::FieldName>(&operand.value)) {
        result.kind = Operand::Kind::kField;
        result.field = *field->ref;
    } else {
        const auto& transform = std::get<ast::Transform>(operand.value);
        result.kind = Operand::Kind::kTransform;
        result.transformer = transform.function;
        if (transform.option) result.option = transform.option->text;
        for (const ast::Operand& argument : transform.arguments) {
            result.arguments.push_back(build_operand(argument));
        }
    }
    return result;
}

Condition build_condition(const ast::Expression& expression) {
    Condition result;
    if (const auto* check = std::get_if<ast::Check>(&expression.node)) {
        result.kind = Kind::kCheck;
        result.check = build_check(*check);
    } else if (const auto* negation = std::get_if<ast::Negation>(&expression.node)) {
        return negated(build_condition(negation->part.front()));
    } else if (const auto* junction = std::get_if<ast::Junction>(&expression.node)) {
        result.kind = junction->is_or ? Kind::kOr : Kind::kAnd;
        for (const ast::Expression& part : junction->parts) {
            add_part(result, build_condition(part));
        }
    }
    return result;
}

bool has_back_reference(const Operand& operand) {
    if (operand.kind == Operand::Kind::kField) return operand.field.step >= 0;
    return std::any_of(operand.arguments.begin(), operand.arguments.end(),
                       [](const Operand& argument) { return has_back_reference(argument); });
}

bool has_back_reference(const Condition& condition) {
    if (condition.kind == Kind::kCheck) {
        return has_back_reference(condition.check.left) ||
               std::any_of(condition.check.right.begin(), condition.check.right.end(),
                           [](const Operand& right) { return has_back_reference(right); });
    }
    return std::any_of(condition.children.begin(), condition.children.end(),
                       [](const Condition& child) { return has_back_reference(child); });
}

SplitCondition split_condition(Condition condition, const std::vector<bool>& linkable) {
    SplitCondition result;
    if (!has_back_reference(condition)) {
        result.local = std::move(condition);
        return result;
    }
    Condition all;
    all.kind = Kind::kAnd;
    add_part(all, std::move(condition));
    Condition local, residual;
    local.kind = residual.kind = Kind::kAnd;
    for (Condition& part : all.children) {
        if (!has_back_reference(part)) {
            add_part(local, std::move(part));
            continue;
        }
        if (auto link = as_link(part, linkable)) {
            result.links.push_back(std::move(*link));
            continue;
        }
        Condition alone = without_steps(part, true);
        if (alone.kind != Kind::kTrue) add_part(local, std::move(alone));
        add_part(residual, std::move(part));
    }
    const auto take = [](Condition& junction) {
        if (junction.children.empty()) return constant(true);
        if (junction.children.size() > 1) return std::move(junction);
        Condition only = std::move(junction.children.front());
        return only;
    };
    result.local = take(local);
    if (!residual.children.empty()) result.residual = take(residual);
    return result;
}

}  // namespace sequitur::dsl
