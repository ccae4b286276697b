// A condition as the language front end hands it over: a checked, typed tree, macros expanded.
//
// Plain data with one obvious meaning, given by evaluate() below: a slow tree walk. The batched
// engine (core/condition_set.h) must give the same answers and is tested against it; it is also
// what judges back-references between steps.
#pragma once

#include "core/field.h"
#include "core/value.h"

#include <cstdint>
#include <span>
#include <string>
#include <variant>
#include <vector>

namespace sequitur {

enum class Operator : std::uint8_t {
    kExists,
    kEq,
    kNe,
    kLt,
    kLe,
    kGt,
    kGe,
    kContains,
    kIcontains,
    kBcontains,
    kStartswith,
    kBstartswith,
    kEndswith,
    kGlob,
    kIglob,
    kRegex,
    kIn,
    kIntersects,
    kPmatch,
};

enum class Quantifier : std::uint8_t { kNone, kOneof, kAnyof, kAllof };

enum class Transformer : std::uint8_t {
    kTolower,
    kToupper,
    kB64,
    kBasename,
    kLen,
    kJoin,
    kConcat,
    kGetopt,
};

using Constant = std::variant<bool, std::int64_t, std::uint64_t, double, std::string, IpNet>;
// An IP address is an IpNet of all its bits. Byte buffers' right-hand sides are the decoded bytes.

// What stands on either side of an operator.
struct Operand {
    enum class Kind : std::uint8_t { kField, kConstant, kTransform };
    Kind kind = Kind::kConstant;
    FieldRef field;                  // kField: a field on the left, val(field) on the right
    Constant constant;               // kConstant
    Transformer transformer{};       // kTransform
    std::vector<Operand> arguments;  // kTransform; join and concat may have lists spliced in
    std::string option;              // getopt(...)[c]
};

struct Check {
    Operand left;
    Operator op = Operator::kExists;
    Quantifier quantifier = Quantifier::kNone;
    std::vector<Operand> right;  // one; any number for lists; none for exists
};

struct Condition {
    enum class Kind : std::uint8_t { kCheck, kAnd, kOr, kNot, kTrue, kFalse };
    Kind kind = Kind::kTrue;
    Check check;                      // kCheck
    std::vector<Condition> children;  // kAnd, kOr: any number; kNot: one
};

// The condition's truth on `event`. `steps[i]` is the event of the sequence's step i for fields
// with step = i (null: not reached, its fields are missing). A check with a missing value is false,
// != included; then not, and, or as usual. Cost: the whole tree, no caches. Pure; any thread with
// its own scratch.
bool evaluate(const Condition& condition, const Event& event, std::span<const Event* const> steps,
              ValueScratch& scratch);

// The value of an operand; missing where a transformer cannot be applied (b64 of junk).
Value evaluate(const Operand& operand, const Event& event, std::span<const Event* const> steps,
               ValueScratch& scratch);

// The condition in the language's own words, fully parenthesised where needed. Two conditions that
// print alike are the same.
std::string to_string(const Condition& condition);
std::string to_string(const Operand& operand);
std::string_view to_string(Operator op);

}  // namespace sequitur
