#include "dsl/workshop.h"

#include "dsl/condition_builder.h"
#include "dsl/parser.h"

namespace sequitur::dsl {

Workshop::Workshop(const RuleBook& book, Diagnostics& diagnostics)
    : book_(book),
      diagnostics_(diagnostics),
      macros_(book, diagnostics),
      resolver_(book, macros_, diagnostics),
      checker_(diagnostics) {}

Checked<Condition> Workshop::compile(const ast::Expression& expression, const Scope& scope) {
    auto resolved = resolver_.resolve(expression, scope);
    if (!resolved) return failure(resolved.error());
    if (!checker_.check(*resolved)) return failure(diagnostics_.already_reported());
    return build_condition(*resolved);
}

Checked<Condition> Workshop::compile(const LocatedText& text, const Scope& scope) {
    auto parsed = parse_condition(text, diagnostics_);
    if (!parsed) return failure(parsed.error());
    return compile(*parsed, scope);
}

Checked<FieldRef> Workshop::compile_field(const LocatedText& text, const Scope& scope) {
    auto name = parse_field_name(text, diagnostics_);
    if (!name) return failure(name.error());
    return resolver_.resolve_field_name(*name, scope);
}

std::optional<EventStream> stream_of(std::string_view source) {
    if (source == "syscall") return EventStream::kSyscall;
    if (source == "json") return EventStream::kJson;
    return std::nullopt;
}

}  // namespace sequitur::dsl
