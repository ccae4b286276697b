// Names to what they stand for: macros are put in place, lists spliced, fields and steps looked up.
//
// The result is a tree without MacroUse and without list names, every FieldName with its reference.
// Each part that came out of a macro remembers by which uses it got there.
#pragma once

#include "dsl/ast.h"
#include "dsl/diagnostic.h"
#include "dsl/rule_book.h"

#include <deque>
#include <map>
#include <span>
#include <string>

namespace sequitur::dsl {

// A step that a condition may refer to: NAME.field.
struct StepName {
    std::string name;
    std::int32_t index = -1;    // FieldRef::step
    bool is_visible = true;     // false: it exists, but later or as an absence
    std::string why_invisible;  // "it comes later"
    EventStream stream = EventStream::kSyscall;
};

// What the names of one condition mean.
struct Scope {
    EventStream stream = EventStream::kSyscall;
    std::uint32_t visibility = 0xffffffff;  // macros defined before this may be used
    std::span<const StepName> steps;
    // Unknown fields set `found_unknown_field` instead of being reported.
    bool tolerates_unknown_fields = false;
};

// The macros of a rule book, each parsed once.
class MacroTable {
public:
    // Parses all of them; faults go to `diagnostics`, and those macros count as broken.
    MacroTable(const RuleBook& book, Diagnostics& diagnostics);

    // The parsed condition, or null where the macro is broken. Precondition: it is in the book.
    const ast::Expression* condition_of(const std::string& name) const;

private:
    std::map<std::string, ast::Expression, std::less<>> conditions_;
};

class Resolver {
public:
    // Borrows all for its life. One resolver serves all conditions of a run.
    Resolver(const RuleBook& book, const MacroTable& macros, Diagnostics& diagnostics)
        : book_(book), macros_(macros), diagnostics_(diagnostics) {}

    // The expanded tree. All unknown names are reported in one go.
    Checked<ast::Expression> resolve(const ast::Expression& expression, const Scope& scope);
    // A single field, as keys name it.
    Checked<FieldRef> resolve_field_name(const ast::FieldName& name, const Scope& scope);

    // What was probably meant by a field that is not known: "did you mean ...?", or empty.
    static std::string field_hint(std::string_view written, const Scope& scope);

    // Whether the last resolve() met an unknown field that its scope tolerates.
    bool found_unknown_field() const { return found_unknown_field_; }

private:
    ast::Expression expand(const ast::Expression& expression, const Expansion* expansion,
                           std::size_t depth);
    ast::Expression expand_macro(const ast::Expression& use, const Expansion* expansion,
                                 std::size_t depth);
    ast::Check expand_check(const ast::Check& check, const Expansion* expansion);
    // The items of a list, those of lists in it included.
    void splice_list(const ListObject& list, std::vector<ast::Operand>& out);
    void resolve_operand(ast::Operand& operand, const Expansion* expansion);
    void expand_right(ast::Check& check, const Expansion* expansion);
    void resolve_name(ast::FieldName& name, const Expansion* expansion);
    bool check_stream(const FieldRef& ref, const ast::FieldName& name, EventStream stream,
                      const Expansion* expansion);
    void report_unknown_field(const ast::FieldName& name, std::string_view field,
                              const std::string& fault, const Expansion* expansion);
    void fail(Code code, const Range& range, std::string message, std::string hint,
              const Expansion* expansion);
    static ast::Operand item_operand(const LocatedText& item);
    void spend(std::size_t size, const Range& range, const Expansion* expansion);

    Range part(const ast::FieldName& name, std::size_t begin, std::size_t length) const;

    const RuleBook& book_;
    const MacroTable& macros_;
    Diagnostics& diagnostics_;
    Scope scope_;
    std::deque<Expansion> expansions_;
    std::vector<const ListObject*> open_lists_;  // being spliced, outermost first
    std::size_t condition_size_ = 0;
    std::size_t total_size_ = 0;
    bool is_exhausted_ = false;
    bool found_unknown_field_ = false;
    bool has_failed_ = false;
};

// "in macro 'x', used here" for each expansion that led to a fault, innermost first.
std::vector<Note> expansion_notes(const Expansion* expansion);

}  // namespace sequitur::dsl
