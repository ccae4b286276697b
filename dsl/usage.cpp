#include "dsl/usage.h"

#include "core/near_name.h"
#include "dsl/parser.h"

#include <set>
#include <string>

namespace sequitur::dsl {

namespace {

class Usage {
public:
    Usage(const RuleBook& book, const MacroTable& macros, Diagnostics& diagnostics)
        : book_(book), macros_(macros), diagnostics_(diagnostics) {}

    void collect() {
        for (const MacroObject& macro : book_.macros().all()) {
            const ast::Expression* condition = macros_.condition_of(macro.name.text);
            if (condition == nullptr) continue;
            in_macro_ = true;
            visit(*condition);
            in_macro_ = false;
        }
        for (const RuleObject& rule : book_.rules().all()) {
            visit(rule.condition);
            visit_exceptions(rule);
        }
        for (const SequenceObject& sequence : book_.sequences().all()) {
            visit(sequence.until);
            if (sequence.steps) visit_steps(*sequence.steps);
            visit_exceptions(sequence);
        }
        for (const ListObject& list : book_.lists().all()) {
            for (const LocatedText& item : *list.items) lists_.insert(item.text);
        }
    }

    void warn() const {
        for (const MacroObject& macro : book_.macros().all()) {
            if (macros_used_.contains(macro.name.text)) continue;
            diagnostics_.warning(Code::kUnusedMacro, macro.name.range(),
                                 "nothing uses macro '" + macro.name.text + "'");
        }
        for (const ListObject& list : book_.lists().all()) {
            if (lists_.contains(list.name.text)) continue;
            diagnostics_.warning(Code::kUnusedList, list.name.range(),
                                 "nothing uses list '" + list.name.text + "'");
        }
    }

private:
    void visit(const std::optional<LocatedText>& condition) {
        if (!condition) return;
        Diagnostics unheard;  // Faults of this condition are reported where it is compiled.
        if (auto parsed = parse_condition(*condition, unheard)) visit(*parsed);
    }

    void visit_steps(const std::vector<StepObject>& steps) {
        for (const StepObject& step : steps) {
            if (!step.condition.empty()) visit(std::optional(step.condition));
            visit_steps(step.parts);
        }
    }

    void visit_exceptions(const DetectionObject& object) {
        if (!object.exceptions) return;
        for (const ExceptionObject& exception : *object.exceptions) {
            for (const ExceptionValue& value : exception.values) visit_value(value);
        }
    }
    void visit_value(const ExceptionValue& value) {
        if (!value.is_list) lists_.insert(value.text.text);
        for (const ExceptionValue& item : value.items) visit_value(item);
    }

    void visit(const ast::Expression& expression) {
        if (const auto* use = std::get_if<ast::MacroUse>(&expression.node)) {
            macros_used_.insert(use->name);
            if (in_macro_ && book_.macros().find(use->name) == nullptr) {
                diagnostics_.error(Code::kUnknownMacro, expression.range,
                                   "there is no macro '" + use->name + "'",
                                   did_you_mean(use->name, book_.macros().names()));
            }
        } else if (const auto* check = std::get_if<ast::Check>(&expression.node)) {
            for (const ast::Operand& right : check->right) {
                const auto* literal = std::get_if<ast::Literal>(&right.value);
                if (literal && !literal->is_quoted) lists_.insert(literal->text);
            }
        } else if (const auto* junction = std::get_if<ast::Junction>(&expression.node)) {
            for (const ast::Expression& part : junction->parts) visit(part);
        } else {
            visit(std::get<ast::Negation>(expression.node).part.front());
        }
    }

    const RuleBook& book_;
    const MacroTable& macros_;
    Diagnostics& diagnostics_;
    std::set<std::string> macros_used_, lists_;
    bool in_macro_ = false;
};

}  // namespace

void check_usage(const RuleBook& book, const MacroTable& macros, Diagnostics& diagnostics) {
    Usage usage(book, macros, diagnostics);
    usage.collect();
    usage.warn();
}

}  // namespace sequitur::dsl
