#include "dsl/checker.h"

#include "core/field.h"
#include "dsl/constants.h"
#include "dsl/resolver.h"
#include "dsl/words.h"

#include <algorithm>

namespace sequitur::dsl {

namespace {

bool is_equality(Operator op) { return op == Operator::kEq || op == Operator::kNe; }
bool is_byte_operator(Operator op) {
    return op == Operator::kBcontains || op == Operator::kBstartswith;
}
bool is_set_operator(Operator op) { return op == Operator::kIn || op == Operator::kIntersects; }

// Operators by type.
bool goes_with(Operator op, ValueType type, bool is_list) {
    if (op == Operator::kExists) return true;
    if (is_list) return is_set_operator(op);
    switch (type) {
        case ValueType::kInt:
        case ValueType::kUint:
        case ValueType::kDouble: return is_equality(op) || is_order(op) || is_set_operator(op);
        case ValueType::kBool:
        case ValueType::kIp:
        case ValueType::kNet: return is_equality(op) || is_set_operator(op);
        case ValueType::kBytes:
            return is_equality(op) || is_set_operator(op) || is_byte_operator(op) ||
                   op == Operator::kContains || op == Operator::kStartswith ||
                   op == Operator::kEndswith;
        case ValueType::kText: return !is_byte_operator(op);
        case ValueType::kList: return is_set_operator(op);
        case ValueType::kMissing: return false;
    }
    return false;
}

// A field that is what the event has is compared as text, or as a number.
bool goes_with(Operator op, const OperandType& left) {
    return (left.is_dynamic && is_order(op)) || goes_with(op, left.type, left.is_list);
}

// Types whose values can be equal.
int family_of(ValueType type) {
    if (is_number(type)) return 1;
    if (type == ValueType::kIp || type == ValueType::kNet) return 2;
    if (type == ValueType::kText || type == ValueType::kBytes) return 3;
    return 10 + static_cast<int>(type);
}

}  // namespace

std::string operators_for(ValueType type, bool is_list) {
    std::string out;
    for (const std::string_view name : operator_names()) {
        if (!goes_with(*find_operator(name), type, is_list)) continue;
        if (!out.empty()) out += ' ';
        out += name;
    }
    return out;
}

void Checker::error(Code code, const Range& range, std::string message, std::string hint) {
    is_good_ = false;
    diagnostics_.error(code, range, std::move(message), std::move(hint),
                       expansion_notes(expansion_));
}

void Checker::warn(Code code, const Range& range, std::string message, std::string hint) {
    diagnostics_.warning(code, range, std::move(message), std::move(hint),
                         expansion_notes(expansion_));
}

bool Checker::check(ast::Expression& expression) {
    is_good_ = true;
    visit(expression);
    return is_good_;
}

void Checker::visit(ast::Expression& expression) {
    if (auto* check = std::get_if<ast::Check>(&expression.node)) {
        expansion_ = expression.expansion;
        visit_check(*check);
    } else if (auto* junction = std::get_if<ast::Junction>(&expression.node)) {
        for (ast::Expression& part : junction->parts) visit(part);
    } else if (auto* negation = std::get_if<ast::Negation>(&expression.node)) {
        visit(negation->part.front());
    }
}

void Checker::visit_check(ast::Check& check) {
    if (check.is_bare) {
        check_bare(check);
        return;
    }
    const auto left = type_of(check.left);
    if (!left || !check_operator(check, *left)) return;
    if (check.right.size() == 1 && check.form == ast::RightForm::kOne) {
        check_right(check.right.front(), check, *left);
    } else {
        for (ast::Operand& right : check.right) {
            if (auto* literal = std::get_if<ast::Literal>(&right.value)) {
                check_literal(*literal, check, *left);
            }
        }
    }
    warn_surprises(check, *left);
}

// A field alone is a question with yes or no.
void Checker::check_bare(ast::Check& check) {
    const auto left = type_of(check.left);
    if (!left) return;
    if (left->type != ValueType::kBool || left->is_list) {
        error(Code::kWrongType, check.left.range,
              "'" + left->text + "' is " + std::string(type_name(left->type)) +
                  " and needs an operator",
              "'" + left->text + " exists' asks whether it has a value");
        return;
    }
    ast::Operand right;
    right.range = check.left.range;
    right.value = ast::Literal{"true", false, check.left.range, Constant(true)};
    check.right.assign(1, std::move(right));
    check.form = ast::RightForm::kOne;
}

bool Checker::check_operator(const ast::Check& check, const OperandType& left) {
    const std::string op(text_of(check.op));
    if (!goes_with(check.op, left)) {
        const bool is_order_on_other = is_order(check.op) && !left.is_list;
        error(Code::kWrongOperator, check.op_range,
              "'" + op + "' does not go with '" + left.text + "', which is " +
                  std::string(left.is_list ? "a list" : type_name(left.type)),
              (is_order_on_other ? "only numbers have an order; it takes " : "it takes ") +
                  operators_for(left.type, left.is_list));
        return false;
    }
    if (check.op == Operator::kExists &&
        !std::holds_alternative<ast::FieldName>(check.left.value)) {
        error(Code::kWrongOperator, check.op_range,
              "'exists' asks of a field, not of a transformer");
        return false;
    }
    return true;
}

std::optional<OperandType> Checker::type_of(ast::Operand& operand) {
    if (auto* field = std::get_if<ast::FieldName>(&operand.value)) {
        if (!field->ref) return std::nullopt;
        OperandType result;
        result.info = &field_info(field->ref->id);
        result.ref = &*field->ref;
        result.type = field->ref->type;
        result.is_list = result.info->is_list || result.type == ValueType::kList;
        if (result.type == ValueType::kList) result.type = ValueType::kText;
        result.is_many = is_many_valued(*field->ref);
        result.is_dynamic = result.info->is_dynamic;
        result.text = field->text;
        return result;
    }
    if (std::holds_alternative<ast::Transform>(operand.value)) return type_of_transform(operand);
    const auto& literal = std::get<ast::Literal>(operand.value);
    OperandType result;
    const bool is_plain_number =
        !literal.is_quoted && parse_number(literal.text, ValueType::kDouble).has_value();
    result.type = is_plain_number ? ValueType::kDouble : ValueType::kText;
    result.text = literal.text;
    return result;
}

std::optional<OperandType> Checker::type_of_transform(ast::Operand& operand) {
    auto& transform = std::get<ast::Transform>(operand.value);
    const std::string name(word_of(transform.function).text);
    OperandType result;
    result.type = transform.function == Transformer::kLen ? ValueType::kUint : ValueType::kText;
    result.text = name + "(...)";
    for (ast::Operand& argument : transform.arguments) {
        const auto type = type_of(argument);
        if (!type) return std::nullopt;
        if (auto* literal = std::get_if<ast::Literal>(&argument.value)) {
            literal->value = Constant(literal->text);
            continue;
        }
        if (type->info && (type->info->filter_only || type->is_many)) {
            error(Code::kWrongType, argument.range,
                  "'" + type->text + "' has several values and cannot be transformed");
            return std::nullopt;
        }
        const bool is_text = family_of(type->type) == 3;
        const bool takes_lists = transform.function == Transformer::kLen ||
                                 transform.function == Transformer::kJoin ||
                                 transform.function == Transformer::kGetopt;
        const bool takes_any =
            transform.function == Transformer::kJoin || transform.function == Transformer::kConcat;
        if ((!is_text && !takes_any) || (type->is_list && !takes_lists)) {
            error(Code::kWrongType, argument.range,
                  name + "() takes text, and '" + type->text + "' is " +
                      std::string(type->is_list ? "a list" : type_name(type->type)));
            return std::nullopt;
        }
    }
    return result;
}

void Checker::check_right(ast::Operand& right, const ast::Check& check, const OperandType& left) {
    if (auto* literal = std::get_if<ast::Literal>(&right.value)) {
        check_literal(*literal, check, left);
        return;
    }
    const auto type = type_of(right);
    if (!type) return;
    if (type->info && (type->info->filter_only || type->is_many)) {
        error(Code::kWrongType, right.range,
              "'" + type->text + "' has several values and cannot stand on the right");
    } else if (type->is_list && !takes_list(check.op)) {
        error(Code::kWrongType, right.range,
              "'" + type->text + "' is a list; it stands behind 'in' or 'intersects'");
    } else if (family_of(type->type) != family_of(left.type) && !left.is_dynamic &&
               !type->is_dynamic) {
        error(Code::kWrongType, right.range,
              "'" + left.text + "' is " + std::string(type_name(left.type)) + ", '" + type->text +
                  "' is " + std::string(type_name(type->type)));
    }
}

void Checker::warn_surprises(const ast::Check& check, const OperandType& left) {
    if (left.info == nullptr) return;
    if (left.is_many && !left.info->negates_all && check.op == Operator::kNe) {
        warn(Code::kAncestorDiffers, check.op_range,
             "'" + left.text + " != x' is true if any of the ancestors differs",
             "'not " + left.text + " = x' is true if none is x");
    }
    const std::string_view name = left.info->name;
    const bool is_command = name == "proc.args" || name == "proc.cmdline" ||
                            name == "proc.pcmdline" || name == "proc.exeline" ||
                            name == "proc.env" || name == "evt.args";
    if (is_command && !left.is_list && check.op == Operator::kIntersects && left.ref->index < 0) {
        warn(Code::kWholeText, check.op_range,
             "'" + left.text + "' is one text; 'intersects' compares it whole",
             name == "proc.args" ? "proc.argv is the list of arguments"
                                 : "'contains anyof (...)' looks inside");
    }
}

}  // namespace sequitur::dsl
