#include "dsl/resolver.h"

#include "core/field.h"
#include "core/near_name.h"
#include "dsl/limits.h"
#include "dsl/parser.h"

#include <algorithm>

namespace sequitur::dsl {

namespace {

constexpr std::size_t kListDepthMax = 100;
// A parenthesis is up to three levels of the tree.
constexpr std::size_t kTreeDepthMax = 3 * kConditionDepthMax + 3;

std::string with_plain_quotes(std::string text) {
    std::replace(text.begin(), text.end(), '`', '\'');
    return text;
}

}  // namespace

std::vector<Note> expansion_notes(const Expansion* expansion) {
    std::vector<Note> notes;
    for (; expansion && notes.size() < kExpansionNotesMax; expansion = expansion->parent) {
        notes.push_back({"expanded from macro '" + expansion->macro + "'", expansion->use});
    }
    return notes;
}

MacroTable::MacroTable(const RuleBook& book, Diagnostics& diagnostics) {
    for (const MacroObject& macro : book.macros().all()) {
        if (!macro.condition) continue;
        auto parsed = parse_condition(*macro.condition, diagnostics);
        if (parsed) conditions_.emplace(macro.name.text, std::move(*parsed));
    }
}

const ast::Expression* MacroTable::condition_of(const std::string& name) const {
    const auto found = conditions_.find(name);
    return found == conditions_.end() ? nullptr : &found->second;
}

Checked<ast::Expression> Resolver::resolve(const ast::Expression& expression, const Scope& scope) {
    scope_ = scope;
    condition_size_ = 0;
    is_exhausted_ = false;
    found_unknown_field_ = false;
    const std::size_t errors_before = diagnostics_.mark();
    has_failed_ = false;
    ast::Expression result = expand(expression, nullptr, 0);
    if (diagnostics_.mark() != errors_before || has_failed_) {
        return failure(diagnostics_.already_reported());
    }
    return result;
}

// Charges the condition and the whole rule set for `size` comparisons or values.
void Resolver::spend(std::size_t size, const Range& range, const Expansion* expansion) {
    condition_size_ += size;
    total_size_ += size;
    if (is_exhausted_) return;
    if (condition_size_ > kConditionSizeMax || total_size_ > kRuleSetSizeMax) {
        is_exhausted_ = true;
        const bool is_total = condition_size_ <= kConditionSizeMax;
        fail(Code::kTooLarge, range,
             is_total ? "all conditions together, macros and lists expanded, are too large"
                      : "this condition, macros and lists expanded, is too large",
             "at most " + std::to_string(is_total ? kRuleSetSizeMax : kConditionSizeMax) +
                 " comparisons and values",
             expansion);
    }
}

void Resolver::fail(Code code, const Range& range, std::string message, std::string hint,
                    const Expansion* expansion) {
    has_failed_ = true;
    diagnostics_.error(code, range, std::move(message), std::move(hint),
                       expansion_notes(expansion));
}

ast::Expression Resolver::expand(const ast::Expression& expression, const Expansion* expansion,
                                 std::size_t depth) {
    ast::Expression result;
    result.range = expression.range;
    result.expansion = expansion;
    if (is_exhausted_) return result;
    if (depth > kTreeDepthMax) {
        is_exhausted_ = true;
        fail(Code::kDepth, expression.range,
             "this condition, macros expanded, is nested too deeply", {}, expansion);
        return result;
    }
    if (std::holds_alternative<ast::MacroUse>(expression.node)) {
        return expand_macro(expression, expansion, depth);
    }
    if (const auto* check = std::get_if<ast::Check>(&expression.node)) {
        spend(1, expression.range, expansion);
        result.node = expand_check(*check, expansion);
    } else if (const auto* negation = std::get_if<ast::Negation>(&expression.node)) {
        ast::Negation copy;
        copy.part.push_back(expand(negation->part.front(), expansion, depth + 1));
        result.node = std::move(copy);
    } else if (const auto* junction = std::get_if<ast::Junction>(&expression.node)) {
        ast::Junction copy;
        copy.is_or = junction->is_or;
        for (const ast::Expression& part : junction->parts) {
            copy.parts.push_back(expand(part, expansion, depth + 1));
            if (is_exhausted_) break;
        }
        result.node = std::move(copy);
    }
    return result;
}

ast::Expression Resolver::expand_macro(const ast::Expression& use, const Expansion* expansion,
                                       std::size_t depth) {
    const std::string& name = std::get<ast::MacroUse>(use.node).name;
    const MacroObject* macro = book_.macros().find(name);
    if (macro == nullptr) {
        std::string hint = did_you_mean(name, book_.macros().names());
        if (book_.lists().find(name) != nullptr) hint = "a list stands behind 'in' and its like";
        fail(Code::kUnknownMacro, use.range, "there is no macro '" + name + "'", std::move(hint),
             expansion);
        return {};
    }
    for (const Expansion* outer = expansion; outer != nullptr; outer = outer->parent) {
        if (outer->macro != name) continue;
        fail(Code::kRecursion, use.range, "macro '" + name + "' needs itself", {}, expansion);
        return {};
    }
    std::uint32_t visibility = scope_.visibility;
    if (expansion != nullptr) visibility = book_.macros().find(expansion->macro)->visibility;
    if (macro->order >= visibility) {
        const bool is_itself = expansion != nullptr && expansion->macro == name;
        fail(is_itself ? Code::kRecursion : Code::kUnknownMacro, use.range,
             "macro '" + name + "' is defined later", "a macro sees only macros above it",
             expansion);
        return {};
    }
    const ast::Expression* condition = macros_.condition_of(name);
    if (condition == nullptr) {
        has_failed_ = true;  // Its own faults have been reported.
        return {};
    }
    spend(1, use.range, expansion);
    expansions_.push_back({name, use.range, expansion});
    return expand(*condition, &expansions_.back(), depth + 1);
}

ast::Check Resolver::expand_check(const ast::Check& check, const Expansion* expansion) {
    ast::Check result = check;
    resolve_operand(result.left, expansion);
    expand_right(result, expansion);
    return result;
}

void Resolver::resolve_operand(ast::Operand& operand, const Expansion* expansion) {
    if (auto* field = std::get_if<ast::FieldName>(&operand.value)) {
        resolve_name(*field, expansion);
    } else if (auto* transform = std::get_if<ast::Transform>(&operand.value)) {
        for (ast::Operand& argument : transform->arguments) {
            spend(1, argument.range, expansion);
            resolve_operand(argument, expansion);
        }
    }
}

// Names of lists, alone or between other items, become the lists' items.
void Resolver::expand_right(ast::Check& check, const Expansion* expansion) {
    if (check.form == ast::RightForm::kListName) {
        const auto& name = std::get<ast::Literal>(check.right.front().value);
        const ListObject* list = name.is_quoted ? nullptr : book_.lists().find(name.text);
        if (list == nullptr) {
            fail(Code::kUnknownList, name.range, "there is no list '" + name.text + "'",
                 did_you_mean(name.text, book_.lists().names()), expansion);
            return;
        }
        std::vector<ast::Operand> items;
        splice_list(*list, items);
        check.right = std::move(items);
        check.form = ast::RightForm::kList;
        return;
    }
    if (check.form != ast::RightForm::kList) {
        for (ast::Operand& operand : check.right) resolve_operand(operand, expansion);
        return;
    }
    std::vector<ast::Operand> items;
    for (ast::Operand& operand : check.right) {
        const auto* literal = std::get_if<ast::Literal>(&operand.value);
        const ListObject* list =
            literal && !literal->is_quoted ? book_.lists().find(literal->text) : nullptr;
        if (list != nullptr) {
            splice_list(*list, items);
        } else {
            spend(1, check.op_range, expansion);
            items.push_back(std::move(operand));
        }
        if (is_exhausted_) break;
    }
    check.right = std::move(items);
}

void Resolver::splice_list(const ListObject& list, std::vector<ast::Operand>& out) {
    open_lists_.push_back(&list);
    for (const LocatedText& item : *list.items) {
        if (is_exhausted_) break;
        spend(1, item.range(), nullptr);
        const ListObject* inner = book_.lists().find(item.text);
        const bool is_open =
            std::find(open_lists_.begin(), open_lists_.end(), inner) != open_lists_.end();
        if (inner != nullptr && (is_open || open_lists_.size() > kListDepthMax)) {
            fail(is_open ? Code::kRecursion : Code::kDepth, item.range(),
                 is_open ? "list '" + item.text + "' needs itself" : "lists are nested too deeply",
                 {}, nullptr);
            continue;
        }
        if (inner != nullptr && inner->order < list.visibility) {
            splice_list(*inner, out);
            continue;
        }
        if (inner != nullptr) {
            diagnostics_.warning(
                Code::kListOrder, item.range(),
                "'" + item.text + "' is also the name of a list defined later; here it is text",
                "a list sees only lists above it");
        }
        out.push_back(item_operand(item));
    }
    open_lists_.pop_back();
}

// An item may bring its own quotes, for a value that would be taken apart without them.
ast::Operand Resolver::item_operand(const LocatedText& item) {
    ast::Operand operand;
    operand.range = item.range();
    std::string text = item.text;
    if (text.size() >= 2 && (text.front() == '"' || text.front() == '\'') &&
        text.back() == text.front()) {
        text = text.substr(1, text.size() - 2);
    }
    operand.value = ast::Literal{std::move(text), true, operand.range, std::nullopt};
    return operand;
}

// The range of some bytes of a name. Names have no line ends, so its bytes follow one another.
Range Resolver::part(const ast::FieldName& name, std::size_t begin, std::size_t length) const {
    if (name.range.end - name.range.begin < begin + length) return name.range;
    const auto at = name.range.begin + static_cast<std::uint32_t>(begin);
    return {name.range.file, at, at + static_cast<std::uint32_t>(length)};
}

void Resolver::resolve_name(ast::FieldName& name, const Expansion* expansion) {
    std::string_view field = name.text;
    EventStream stream = scope_.stream;
    std::int32_t step_index = -1;
    const std::string_view first = field.substr(0, field.find('.'));
    for (const StepName& step : scope_.steps) {
        if (step.name != first || first.size() + 1 >= field.size()) continue;
        if (!step.is_visible) {
            fail(Code::kUnknownStep, part(name, 0, first.size()),
                 "step '" + step.name + "' cannot be referred to here: " + step.why_invisible, {},
                 expansion);
            return;
        }
        field.remove_prefix(first.size() + 1);
        stream = step.stream;
        step_index = step.index;
        break;
    }
    auto resolved = sequitur::resolve_field(field);
    if (!resolved) {
        report_unknown_field(name, field, resolved.error().message, expansion);
        return;
    }
    if (!check_stream(*resolved, name, stream, expansion)) return;
    resolved->step = step_index;
    name.ref = std::move(*resolved);
}

bool Resolver::check_stream(const FieldRef& ref, const ast::FieldName& name, EventStream stream,
                            const Expansion* expansion) {
    const FieldInfo& info = field_info(ref.id);
    if (info.stream == stream || info.any_stream) return true;
    if (scope_.tolerates_unknown_fields) {
        found_unknown_field_ = has_failed_ = true;
        return false;
    }
    const bool is_json = stream == EventStream::kJson;
    fail(Code::kUnknownField, name.range,
         "'" + name.text + "' is a field of " + (is_json ? "system calls" : "json events") +
             ", this is for " + (is_json ? "json events" : "system calls"),
         {}, expansion);
    return false;
}

std::string Resolver::field_hint(std::string_view written, const Scope& scope) {
    const std::size_t dot = written.find('.');
    const std::string_view first = written.substr(0, dot);
    std::vector<std::string_view> names;
    for (const StepName& step : scope.steps) {
        if (step.is_visible) names.push_back(step.name);
    }
    // NAME.field with a slip in NAME: known by what stands behind the dot.
    if (dot != std::string_view::npos && sequitur::resolve_field(written.substr(dot + 1))) {
        const std::string_view step = nearest_name(first, names);
        if (!step.empty()) {
            return "did you mean '" + std::string(step) + std::string(written.substr(dot)) + "'?";
        }
    }
    const std::string near = closest_field(written);
    const bool is_same = near == written.substr(0, written.find('['));
    return near.empty() || is_same ? std::string() : "did you mean '" + near + "'?";
}

void Resolver::report_unknown_field(const ast::FieldName& name, std::string_view field,
                                    const std::string& fault, const Expansion* expansion) {
    if (scope_.tolerates_unknown_fields) {
        found_unknown_field_ = has_failed_ = true;
        return;
    }
    const std::size_t skipped = name.text.size() - field.size();
    fail(Code::kUnknownField, part(name, skipped, field.size()), with_plain_quotes(fault),
         field_hint(field, scope_), expansion);
}

Checked<FieldRef> Resolver::resolve_field_name(const ast::FieldName& name, const Scope& scope) {
    scope_ = scope;
    has_failed_ = false;
    found_unknown_field_ = false;
    ast::FieldName copy = name;
    resolve_name(copy, nullptr);
    if (!copy.ref) return failure(diagnostics_.already_reported());
    return *copy.ref;
}

}  // namespace sequitur::dsl
