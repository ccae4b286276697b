// Operators against types: each comparison of an expanded condition is one that its field can have,
// and each value becomes a typed constant.
#pragma once

#include "dsl/ast.h"
#include "dsl/diagnostic.h"

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace sequitur::dsl {

// What stands on one side of an operator, as far as the checks need it.
struct OperandType {
    ValueType type = ValueType::kText;
    bool is_list = false;             // list-valued: proc.argv
    bool is_many = false;             // several values, any of which may match
    bool is_dynamic = false;          // text or a number, as what it is compared with
    const FieldInfo* info = nullptr;  // null for transformers
    const FieldRef* ref = nullptr;
    std::string text;  // as written, for messages
};

class Checker {
public:
    explicit Checker(Diagnostics& diagnostics) : diagnostics_(diagnostics) {}

    // Types `expression`, which the resolver made: fills every Literal::value and turns bare fields
    // into `field = true`. True when nothing was wrong; all that is gets reported.
    bool check(ast::Expression& expression);

private:
    void visit(ast::Expression& expression);
    void visit_check(ast::Check& check);
    void check_bare(ast::Check& check);
    bool check_operator(const ast::Check& check, const OperandType& left);
    void check_right(ast::Operand& right, const ast::Check& check, const OperandType& left);
    void check_literal(ast::Literal& literal, const ast::Check& check, const OperandType& left);
    std::optional<Constant> constant_of(const ast::Literal& literal, Operator op,
                                        const OperandType& left);
    static std::string equal_text(const ast::Literal& literal, Operator op,
                                  const OperandType& left);
    std::optional<Constant> number_of(const ast::Literal& literal, const OperandType& left);
    std::optional<Constant> address_of(const ast::Literal& literal, const OperandType& left);
    void check_text(const ast::Literal& literal, Operator op, const OperandType& left);
    void check_event_type(const ast::Literal& literal);
    void check_flags(const ast::Literal& literal, const FieldRef& field);
    void check_regex(const ast::Literal& literal);
    void warn_surprises(const ast::Check& check, const OperandType& left);
    std::optional<OperandType> type_of(ast::Operand& operand);
    std::optional<OperandType> type_of_transform(ast::Operand& operand);
    const std::vector<std::string_view>& flags_of(const FieldRef& field);
    void error(Code code, const Range& range, std::string message, std::string hint = {});
    void warn(Code code, const Range& range, std::string message, std::string hint = {});

    Diagnostics& diagnostics_;
    const Expansion* expansion_ = nullptr;  // of what is being looked at
    bool is_good_ = true;
    std::map<std::string, std::vector<std::string_view>> flags_;
    std::set<std::string> regexes_;  // known to compile
};

// The operators that go with a type, as a list for messages.
std::string operators_for(ValueType type, bool is_list);

}  // namespace sequitur::dsl
