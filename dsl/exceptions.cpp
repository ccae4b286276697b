#include "dsl/exceptions.h"

#include "core/near_name.h"
#include "dsl/parser.h"
#include "dsl/words.h"

namespace sequitur::dsl {

namespace {

// A value; one with quotes of its own, or `is_plain_text`, is never the name of a list.
ast::Operand literal_of(const LocatedText& text, bool is_plain_text) {
    ast::Operand operand;
    operand.range = text.range();
    std::string value = text.text;
    const bool has_quotes = value.size() >= 2 && (value.front() == '"' || value.front() == '\'') &&
                            value.back() == value.front();
    if (has_quotes) value = value.substr(1, value.size() - 2);
    operand.value =
        ast::Literal{std::move(value), has_quotes || is_plain_text, operand.range, std::nullopt};
    return operand;
}

ast::Expression junction_of(std::vector<ast::Expression> parts, bool is_or) {
    if (parts.size() == 1) {
        ast::Expression only = std::move(parts.front());
        return only;
    }
    ast::Expression result;
    result.range = span_of(parts.front().range, parts.back().range);
    ast::Junction junction;
    junction.is_or = is_or;
    junction.parts = std::move(parts);
    result.node = std::move(junction);
    return result;
}

// One exception's fields and operators, checked against each other.
class ExceptionBuilder {
public:
    ExceptionBuilder(const ExceptionObject& exception, Diagnostics& diagnostics)
        : exception_(exception), diagnostics_(diagnostics) {}

    std::optional<ast::Expression> build() {
        if (!read_fields() || !read_operators() || exception_.values.empty()) return std::nullopt;
        if (!exception_.has_field_list) return single_field();
        std::vector<ast::Expression> rows;
        for (const ExceptionValue& row : exception_.values) {
            if (auto checks = row_of(row)) rows.push_back(std::move(*checks));
        }
        if (rows.empty()) return std::nullopt;
        return junction_of(std::move(rows), true);
    }

private:
    void error(const Range& range, std::string message, std::string hint = {}) {
        diagnostics_.error(Code::kBadException, range,
                           "exception '" + exception_.name.text + "': " + message, std::move(hint));
    }

    bool read_fields() {
        if (!exception_.fields || exception_.fields->empty()) {
            if (!exception_.fields) error(exception_.name.range(), "it has no fields");
            return false;
        }
        for (const LocatedText& text : *exception_.fields) {
            auto field = parse_field_name(text, diagnostics_);
            if (!field) return false;
            fields_.push_back(std::move(*field));
        }
        return true;
    }

    bool read_operators() {
        const auto& comps = exception_.comps;
        if (comps.empty()) {
            ops_.assign(fields_.size(), exception_.has_field_list ? Operator::kEq : Operator::kIn);
            op_ranges_.assign(fields_.size(), exception_.name.range());
            return true;
        }
        if (comps.size() != fields_.size()) {
            error(comps.front().range(), "it has " + std::to_string(fields_.size()) +
                                             " fields and " + std::to_string(comps.size()) +
                                             " comps");
            return false;
        }
        for (const LocatedText& comp : comps) {
            const auto op = find_operator(comp.text);
            if (!op || *op == Operator::kExists) {
                error(comp.range(), "'" + comp.text + "' is no operator with a value",
                      did_you_mean(comp.text, operator_names()));
                return false;
            }
            ops_.push_back(*op);
            op_ranges_.push_back(comp.range());
        }
        return true;
    }

    ast::Expression check_of(std::size_t i, std::vector<ast::Operand> right, ast::RightForm form,
                             Quantifier quantifier) {
        ast::Check check;
        check.left.value = fields_[i];
        check.left.range = fields_[i].range;
        check.op = ops_[i];
        check.op_range = op_ranges_[i];
        check.quantifier = quantifier;
        check.form = form;
        check.right = std::move(right);
        ast::Expression result;
        result.range = fields_[i].range;
        result.node = std::move(check);
        return result;
    }

    // One field: any of the values.
    std::optional<ast::Expression> single_field() {
        std::vector<ast::Operand> items;
        for (const ExceptionValue& value : exception_.values) {
            if (value.is_list) {
                error(value.range, "one field takes a plain list of values",
                      "write 'fields: [" + fields_.front().text + "]' for rows");
                return std::nullopt;
            }
            items.push_back(literal_of(value.text, false));
        }
        if (takes_list(ops_.front())) {
            return check_of(0, std::move(items), ast::RightForm::kList, Quantifier::kNone);
        }
        if (takes_quantifier(ops_.front())) {
            return check_of(0, std::move(items), ast::RightForm::kList, Quantifier::kAnyof);
        }
        std::vector<ast::Expression> parts;
        for (ast::Operand& item : items) {
            parts.push_back(
                check_of(0, {std::move(item)}, ast::RightForm::kOne, Quantifier::kNone));
        }
        return junction_of(std::move(parts), true);
    }

    std::optional<ast::Expression> row_of(const ExceptionValue& row) {
        if (!row.is_list || row.items.size() != fields_.size()) {
            error(row.range,
                  row.is_list ? "a row of " + std::to_string(row.items.size()) + " values for " +
                                    std::to_string(fields_.size()) + " fields"
                              : std::string("with a list of fields, each value is a row: a list"));
            return std::nullopt;
        }
        std::vector<ast::Expression> checks;
        for (std::size_t i = 0; i < fields_.size(); ++i) {
            const ExceptionValue& value = row.items[i];
            if (!value.is_list && !takes_list(ops_[i])) {
                checks.push_back(check_of(i, {literal_of(value.text, true)}, ast::RightForm::kOne,
                                          Quantifier::kNone));
                continue;
            }
            std::vector<ast::Operand> items;
            if (!list_of(value, i, items)) return std::nullopt;
            checks.push_back(
                check_of(i, std::move(items), ast::RightForm::kList, Quantifier::kNone));
        }
        return junction_of(std::move(checks), false);
    }

    bool list_of(const ExceptionValue& value, std::size_t i, std::vector<ast::Operand>& items) {
        if (!takes_list(ops_[i])) {
            error(value.range,
                  "'" + std::string(text_of(ops_[i])) + "' takes one value, not a list");
            return false;
        }
        if (!value.is_list) {
            if (!value.text.text.starts_with('(')) {
                items.push_back(literal_of(value.text, false));
                return true;
            }
            auto parsed = parse_value_list(value.text, diagnostics_);
            if (!parsed) return false;
            items = std::move(*parsed);
            return true;
        }
        for (const ExceptionValue& item : value.items) {
            if (item.is_list) {
                error(item.range, "a list cannot stand inside a list");
                return false;
            }
            items.push_back(literal_of(item.text, false));
        }
        return true;
    }

    const ExceptionObject& exception_;
    Diagnostics& diagnostics_;
    std::vector<ast::FieldName> fields_;
    std::vector<Operator> ops_;
    std::vector<Range> op_ranges_;
};

}  // namespace

std::optional<ast::Expression> exceptions_condition(const std::vector<ExceptionObject>& exceptions,
                                                    Diagnostics& diagnostics) {
    std::vector<ast::Expression> parts;
    for (const ExceptionObject& exception : exceptions) {
        if (auto part = ExceptionBuilder(exception, diagnostics).build()) {
            parts.push_back(std::move(*part));
        }
    }
    if (parts.empty()) return std::nullopt;
    return junction_of(std::move(parts), true);
}

ast::Expression with_exceptions(ast::Expression condition,
                                std::optional<ast::Expression> exceptions) {
    if (!exceptions) return condition;
    ast::Negation negation;
    negation.part.push_back(std::move(*exceptions));
    ast::Expression excepted;
    excepted.range = negation.part.front().range;
    excepted.node = std::move(negation);
    ast::Junction junction;
    ast::Expression result;
    result.range = condition.range;
    junction.parts.push_back(std::move(condition));
    junction.parts.push_back(std::move(excepted));
    result.node = std::move(junction);
    return result;
}

}  // namespace sequitur::dsl
