// What every condition of a run is compiled with, and one condition's way through all its stages:
// text -> tree -> names -> types -> core's condition.
#pragma once

#include "core/condition.h"
#include "dsl/checker.h"
#include "dsl/diagnostic.h"
#include "dsl/resolver.h"
#include "dsl/rule_book.h"

#include <optional>

namespace sequitur::dsl {

// Borrows the book and the diagnostics for its life.
class Workshop {
public:
    Workshop(const RuleBook& book, Diagnostics& diagnostics);

    const RuleBook& book() const { return book_; }
    Diagnostics& diagnostics() { return diagnostics_; }
    const MacroTable& macros() const { return macros_; }
    Resolver& resolver() { return resolver_; }
    Checker& checker() { return checker_; }

    // Expanded, checked and built. All faults are reported; where the scope tolerates unknown
    // fields, resolver().found_unknown_field() tells why it failed.
    Checked<Condition> compile(const ast::Expression& expression, const Scope& scope);
    Checked<Condition> compile(const LocatedText& text, const Scope& scope);
    // A field by its name alone: keys, `distinct`, `suppress`.
    Checked<FieldRef> compile_field(const LocatedText& text, const Scope& scope);

private:
    const RuleBook& book_;
    Diagnostics& diagnostics_;
    MacroTable macros_;
    Resolver resolver_;
    Checker checker_;
};

// The stream of events that a `source` names; nullopt for a source that is not here.
std::optional<EventStream> stream_of(std::string_view source);

}  // namespace sequitur::dsl
