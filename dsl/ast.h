// A condition as a tree: what the parser writes, the resolver expands, the checker types and the
// compiler reads. Plain structs; every part has the range of the file where it stands.
#pragma once

#include "core/condition.h"
#include "dsl/source.h"

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace sequitur::dsl {

// "This came out of macro NAME, used at USE." Kept by the resolver's arena.
struct Expansion {
    std::string macro;
    Range use;
    const Expansion* parent = nullptr;
};

namespace ast {

struct Literal {
    std::string text;  // unquoted, escapes done
    bool is_quoted = false;
    Range range;
    std::optional<Constant> value;  // by the checker
};

struct FieldName {
    std::string text;  // as written: "drop.proc.aname[2]"
    Range range;
    std::optional<FieldRef> ref;  // by the resolver
};

struct Operand;

struct Transform {
    Transformer function{};
    Range name_range;
    std::vector<Operand> arguments;  // lists are spliced in
    std::optional<Literal> option;   // getopt(...)[c]
};

struct Operand {
    std::variant<Literal, FieldName, Transform> value;
    Range range;
};

// How the right side of a check is written.
enum class RightForm : std::uint8_t {
    kNone,      // exists
    kOne,       // one operand
    kList,      // (a, b)
    kListName,  // the name of a list, without parentheses
};

struct Check {
    Operand left;
    Operator op = Operator::kExists;
    Range op_range;
    Quantifier quantifier = Quantifier::kNone;
    RightForm form = RightForm::kNone;
    std::vector<Operand> right;
    bool is_bare = false;  // a field alone; the checker wants it to be a boolean
};

struct MacroUse {
    std::string name;
};

struct Expression;

struct Junction {
    bool is_or = false;
    std::vector<Expression> parts;  // two or more
};

struct Negation {
    std::vector<Expression> part;  // one
};

struct Expression {
    std::variant<Check, MacroUse, Junction, Negation> node;
    Range range;
    const Expansion* expansion = nullptr;  // by the resolver; null: stands in the condition itself
};

}  // namespace ast
}  // namespace sequitur::dsl
