#include "core/atom.h"

#include "core/field.h"
#include "core/glob_pattern.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <initializer_list>
#include <optional>
#include <utility>

// A check becomes the simplest function of shareable atoms that is true when the check is:
//
//   a exists                 E                     a != x     E and not (a = x)
//   a in (x, y), a = x       one atom per set      a <op> anyof (x, y)   (a <op> x) or (a <op> y)
//
// where E says that there is a value, because a comparison with a missing value is false and so is
// != . Whatever does not fit a form below, and whatever compares with another field, is one judged
// atom: its truth is that of evaluate() on the whole check. That is slow and always right, so a
// form is only worth having here if rules use it.
namespace sequitur {
namespace {

constexpr std::size_t kOneofMax = 8;  // constants of `oneof` that are spelled out

ValueClass class_of(const Constant& constant) {
    struct Visitor {
        ValueClass operator()(bool) const { return ValueClass::kBool; }
        ValueClass operator()(std::int64_t) const { return ValueClass::kNumber; }
        ValueClass operator()(std::uint64_t) const { return ValueClass::kNumber; }
        ValueClass operator()(double) const { return ValueClass::kNumber; }
        ValueClass operator()(const std::string&) const { return ValueClass::kText; }
        ValueClass operator()(const IpNet&) const { return ValueClass::kNet; }
    };
    return std::visit(Visitor(), constant);
}

ValueClass class_of(ValueType type) {
    switch (type) {
        case ValueType::kBool: return ValueClass::kBool;
        case ValueType::kInt:
        case ValueType::kUint:
        case ValueType::kDouble: return ValueClass::kNumber;
        case ValueType::kBytes: return ValueClass::kBytes;
        case ValueType::kIp:
        case ValueType::kNet: return ValueClass::kNet;
        case ValueType::kMissing:
        case ValueType::kText:
        case ValueType::kList: return ValueClass::kText;
    }
    return ValueClass::kText;
}

ValueClass class_of(const Operand& operand) {
    if (operand.kind == Operand::Kind::kField) return class_of(operand.field.type);
    return operand.transformer == Transformer::kLen ? ValueClass::kNumber : ValueClass::kText;
}

bool fits(ValueClass constant, ValueClass values) {
    return constant == values || (constant == ValueClass::kText && values == ValueClass::kBytes);
}

// Calls visit(field) for every field of an operand; operands nest no deeper than the parser lets.
template <typename Visit>
void for_each_field(const Operand& operand, Visit&& visit) {
    std::vector<const Operand*> pending = {&operand};
    while (!pending.empty()) {
        const Operand* at = pending.back();
        pending.pop_back();
        if (at->kind == Operand::Kind::kField) visit(at->field);
        for (const Operand& argument : at->arguments) pending.push_back(&argument);
    }
}

// Whether every field of the check is of one of the `scopes`.
bool depends_on(const Check& check, std::initializer_list<FieldScope> scopes) {
    bool holds = true;
    const auto look = [&](const FieldRef& field) {
        holds = holds && std::ranges::find(scopes, field_info(field.id).scope) != scopes.end();
    };
    for_each_field(check.left, look);
    for (const Operand& right : check.right) for_each_field(right, look);
    return holds;
}

// Relative to a number that stands in the event: how long a value takes to get.
double cost_of(const Check& check) {
    constexpr double kReady = 1, kText = 3, kComputed = 12;
    double cost = 0;
    for_each_field(check.left, [&](const FieldRef& field) {
        const FieldInfo& info = field_info(field.id);
        const bool is_computed = field.params_by_type != nullptr || info.is_list || info.is_multi ||
                                 info.name.starts_with("evt.arg");
        const bool is_text = info.type == ValueType::kText || info.type == ValueType::kList;
        cost += is_computed ? kComputed : is_text ? kText : kReady;
    });
    return check.left.kind == Operand::Kind::kTransform ? cost + kComputed : cost + kReady;
}

double probability_of(const Atom& atom) {
    switch (atom.test) {
        case Atom::Test::kExists: return 0.95;
        case Atom::Test::kEqual:
            return atom.is_inverted
                       ? 0.9
                       : std::min(0.5, 0.02 * static_cast<double>(atom.check.right.size()));
        case Atom::Test::kCompare: return 0.5;
        case Atom::Test::kPattern: return 0.05;
        case Atom::Test::kPathPrefix: return 0.1;
        case Atom::Test::kJudged: return 0.5;
    }
    return 0.5;
}

std::optional<Pattern::Kind> pattern_kind_of(Operator op) {
    switch (op) {
        case Operator::kContains:
        case Operator::kIcontains:
        case Operator::kBcontains: return Pattern::Kind::kContains;
        case Operator::kStartswith:
        case Operator::kBstartswith: return Pattern::Kind::kPrefix;
        case Operator::kEndswith: return Pattern::Kind::kSuffix;
        case Operator::kRegex: return Pattern::Kind::kRegex;
        case Operator::kExists:
        case Operator::kEq:
        case Operator::kNe:
        case Operator::kLt:
        case Operator::kLe:
        case Operator::kGt:
        case Operator::kGe:
        case Operator::kGlob:
        case Operator::kIglob:
        case Operator::kIn:
        case Operator::kIntersects:
        case Operator::kPmatch: return std::nullopt;
    }
    return std::nullopt;
}

// Transformers give lists for lists, and what a JSON object holds shows only when it comes.
Slot::Shape shape_of(const Operand& operand) {
    if (operand.kind != Operand::Kind::kField) return Slot::Shape::kSeveral;
    const FieldInfo& info = field_info(operand.field.id);
    const bool is_single =
        !info.is_list && !is_many_valued(operand.field) && info.stream == EventStream::kSyscall;
    return is_single ? Slot::Shape::kSingle : Slot::Shape::kSeveral;
}

bool is_many(const Operand& operand) {
    return operand.kind == Operand::Kind::kField && is_many_valued(operand.field);
}

bool is_order(Operator op) {
    return op == Operator::kLt || op == Operator::kLe || op == Operator::kGt || op == Operator::kGe;
}

bool has_nan(const Check& check) {
    return std::ranges::any_of(check.right, [](const Operand& right) {
        const auto* number = std::get_if<double>(&right.constant);
        return number != nullptr && std::isnan(*number);
    });
}

// Patterns for one constant of a pattern check; nothing when there is no plain one.
std::optional<Pattern> pattern_of(Operator op, const std::string& constant) {
    if (op == Operator::kGlob || op == Operator::kIglob) {
        return pattern_of_glob(constant, op == Operator::kIglob);
    }
    if (op == Operator::kPmatch) return pattern_of_path_glob(constant);
    const std::optional<Pattern::Kind> kind = pattern_kind_of(op);
    if (!kind) return std::nullopt;
    return Pattern{.kind = *kind, .ignore_case = op == Operator::kIcontains, .text = constant};
}

bool is_set(Operator op) { return op == Operator::kIn || op == Operator::kIntersects; }

// A long glob may be more than Hyperscan can do, and then there is a slower way, which a regular
// expression has not: its author is told.
bool is_compilable(const Pattern& pattern, Operator op) {
    constexpr std::size_t kSurelyFine = 400;  // bytes of expression
    if (op == Operator::kRegex || pattern.kind != Pattern::Kind::kRegex) return true;
    return pattern.text.size() <= kSurelyFine ||
           PatternSet::compile(std::span(&pattern, 1)).has_value();
}

// What is to be matched for a pattern check on text; nothing when some constant has no plain
// pattern. Paths without globs are left to Test::kPathPrefix.
std::optional<std::vector<Pattern>> patterns_of(const Check& check) {
    std::vector<Pattern> patterns;
    for (const Operand& right : check.right) {
        const auto& constant = std::get<std::string>(right.constant);
        if (check.op == Operator::kPmatch && !has_glob(constant)) continue;
        std::optional<Pattern> pattern = pattern_of(check.op, constant);
        if (!pattern || !is_compilable(*pattern, check.op)) return std::nullopt;
        patterns.push_back(std::move(*pattern));
    }
    return patterns;
}

bool is_constant_check(const Check& check, ValueClass values) {
    return check.left.kind != Operand::Kind::kConstant &&
           std::ranges::all_of(check.right, [&](const Operand& right) {
               return right.kind == Operand::Kind::kConstant &&
                      fits(class_of(right.constant), values);
           });
}

}  // namespace

Condition condition_of(Check check) {
    Condition condition;
    condition.kind = Condition::Kind::kCheck;
    condition.check = std::move(check);
    return condition;
}

Literal AtomCatalog::literal_of(const Check& check, BoolGraph& graph) {
    std::string text = to_string(condition_of(check));
    if (const auto found = checks_.find(text); found != checks_.end()) return found->second;
    const Literal literal = lower(check, graph);
    checks_.emplace(std::move(text), literal);
    return literal;
}

Literal AtomCatalog::lower(const Check& check, BoolGraph& graph) {
    if (!is_constant_check(check, class_of(check.left)) || has_nan(check)) {
        return judged(check, graph);
    }
    if (check.quantifier != Quantifier::kNone) return lower_quantified(check, graph);
    return lower_plain(check, graph);
}

Literal AtomCatalog::lower_quantified(const Check& check, BoolGraph& graph) {
    const bool is_short = check.right.size() <= kOneofMax;
    const bool is_oneof = check.quantifier == Quantifier::kOneof;
    // For several values the quantifier is asked of each by itself, and so for the names of flags.
    const bool is_apart = shape_of(check.left) == Slot::Shape::kSingle && !is_set(check.op);
    if (check.right.empty() || !is_apart || (is_oneof && !is_short)) return judged(check, graph);
    std::vector<Literal> each;
    for (const Operand& right : check.right) {
        const Check one{.left = check.left, .op = check.op, .right = {right}};
        each.push_back(literal_of(one, graph));
    }
    if (check.quantifier == Quantifier::kAllof) return graph.conjunction(each);
    if (check.quantifier == Quantifier::kAnyof) return graph.disjunction(each);
    std::vector<Literal> exactly;
    for (std::size_t i = 0; i < each.size(); ++i) {
        std::vector<Literal> only = each;
        for (std::size_t j = 0; j < each.size(); ++j) {
            if (j != i) only[j] = negated(each[j]);
        }
        exactly.push_back(graph.conjunction(only));
    }
    return graph.disjunction(exactly);
}

Literal AtomCatalog::lower_plain(const Check& check, BoolGraph& graph) {
    const ValueClass values = class_of(check.left);
    const Slot::Shape shape = shape_of(check.left);
    Atom plain{.check = check};
    const auto add = [&] { return atom(std::move(plain), slot_of(check, values, shape), graph); };
    plain.test = Atom::Test::kExists;
    if (check.op == Operator::kExists) return add();
    if (check.right.empty()) return judged(check, graph);
    const bool takes_many = is_set(check.op) || check.op == Operator::kPmatch;
    if (check.right.size() > 1 && !takes_many) return judged(check, graph);

    plain.test = Atom::Test::kEqual;
    if (is_set(check.op) || check.op == Operator::kEq) {
        plain.wants_all = check.op == Operator::kIn && !is_many(check.left);
        return add();
    }
    if (check.op == Operator::kNe && shape == Slot::Shape::kSingle) {
        const Check exists{.left = check.left, .op = Operator::kExists, .right = {}};
        Check equal = check;
        equal.op = Operator::kEq;
        return graph.conjunction(
            std::array{literal_of(exists, graph), negated(literal_of(equal, graph))});
    }
    if (check.op == Operator::kNe) {
        // "None is equal" is the inverse of "any is equal", "any differs" that of "all are equal".
        plain.is_inverted = true;
        plain.wants_all = !is_many(check.left) || !field_info(check.left.field.id).negates_all;
        return add();
    }
    plain.test = Atom::Test::kCompare;
    if (values == ValueClass::kNumber && is_order(check.op)) return add();
    if (values != ValueClass::kText && values != ValueClass::kBytes) return judged(check, graph);
    std::optional<std::vector<Pattern>> patterns = patterns_of(check);
    if (!patterns) return judged(check, graph);
    plain.test = check.op == Operator::kPmatch ? Atom::Test::kPathPrefix : Atom::Test::kPattern;
    plain.patterns = std::move(*patterns);
    return add();
}

Literal AtomCatalog::judged(const Check& check, BoolGraph& graph) {
    const std::uint32_t slot = slot_of(check, ValueClass::kText, Slot::Shape::kJudged);
    return atom({.check = check, .test = Atom::Test::kJudged}, slot, graph);
}

std::uint32_t AtomCatalog::slot_of(const Check& check, ValueClass value_class, Slot::Shape shape) {
    // A judged slot is one check; any other is shared by all checks with the same left side, since
    // the class and the shape follow from that.
    std::string text = shape == Slot::Shape::kJudged ? "judge " + to_string(condition_of(check))
                                                     : to_string(check.left);
    const auto [found, is_new] =
        slot_numbers_.try_emplace(text, static_cast<std::uint32_t>(slots_.size()));
    if (is_new) {
        constexpr double kJudgedCost = 40;
        slots_.push_back(
            {.operand = check.left,
             .text = std::move(text),
             .value_class = value_class,
             .shape = shape,
             .is_process_scoped = depends_on(check, {FieldScope::kProcess}),
             .is_fd_scoped = depends_on(check, {FieldScope::kFd, FieldScope::kNamedFd}),
             .cost = shape == Slot::Shape::kJudged ? kJudgedCost : cost_of(check),
             .atoms = {}});
    }
    return found->second;
}

Literal AtomCatalog::atom(Atom atom, std::uint32_t slot, BoolGraph& graph) {
    const std::string key = std::to_string(slot) + ' ' + to_string(condition_of(atom.check));
    const auto number = static_cast<std::uint32_t>(atoms_.size());
    const auto [found, is_new] = numbers_.try_emplace(key, number);
    if (is_new) {
        atom.address = {slot, static_cast<std::uint32_t>(slots_[slot].atoms.size())};
        atom.estimate = {.cost = slots_[slot].cost, .probability = probability_of(atom)};
        slots_[slot].atoms.push_back(number);
        atoms_.push_back(std::move(atom));
    }
    return graph.variable(found->second);
}

std::vector<BitAddress> AtomCatalog::addresses() const {
    std::vector<BitAddress> out;
    for (const Atom& atom : atoms_) out.push_back(atom.address);
    return out;
}

std::vector<VariableEstimate> AtomCatalog::estimates() const {
    std::vector<VariableEstimate> out;
    for (const Atom& atom : atoms_) out.push_back(atom.estimate);
    return out;
}

}  // namespace sequitur
