#include "core/condition_failure.h"

#include <algorithm>

namespace sequitur {
namespace {

constexpr std::size_t kTextMax = 160;  // of one comparison or value, in a sentence for a person

std::string shortened(std::string text) {
    if (text.size() > kTextMax) text.replace(kTextMax, std::string::npos, "...");
    return text;
}

struct Judge {
    const Event& event;
    std::span<const Event* const> steps;
    ValueScratch& scratch;

    bool holds(const Condition& condition) const {
        return evaluate(condition, event, steps, scratch);
    }

    // "proc.name is bash", for each side that is not a constant.
    std::string values_of(const Check& check) const {
        std::string out;
        const auto add = [&](const Operand& operand) {
            if (operand.kind == Operand::Kind::kConstant) return;
            const Value value = evaluate(operand, event, steps, scratch);
            if (!out.empty()) out += ", ";
            out += shortened(to_string(operand));
            if (!value) {
                out += " has no value";
                return;
            }
            std::string text;
            append_text(value, text);
            out += " is " + (text.empty() ? "empty" : shortened(std::move(text)));
        };
        add(check.left);
        for (const Operand& operand : check.right) add(operand);
        return out;
    }

    ConditionFailure of_check(const Condition& condition) const {
        return {0, shortened(to_string(condition)) + ", but " + values_of(condition.check)};
    }

    ConditionFailure of_and(const Condition& condition) const {
        ConditionFailure first;
        double held = 0;
        bool has_failed = false;
        for (const Condition& child : condition.children) {
            if (holds(child)) {
                ++held;
                continue;
            }
            ConditionFailure failure = of(child);
            held += failure.held;
            if (!has_failed) first = std::move(failure);
            has_failed = true;
        }
        first.held = held / static_cast<double>(condition.children.size());
        return first;
    }

    ConditionFailure of_or(const Condition& condition) const {
        ConditionFailure best{-1, {}};
        for (const Condition& child : condition.children) {
            ConditionFailure failure = of(child);
            if (failure.held > best.held) best = std::move(failure);
        }
        if (best.held < 0) return {0, "an empty choice holds nowhere"};
        return best;
    }

    // What stands behind `not` is true: its comparison, or as much of it as one sentence takes.
    ConditionFailure of_not(const Condition& condition) const {
        const Condition& child = condition.children.front();
        if (child.kind == Condition::Kind::kOr) {
            const auto culprit = std::find_if(child.children.begin(), child.children.end(),
                                              [&](const Condition& part) { return holds(part); });
            if (culprit != child.children.end()) return forbidden(*culprit);
        }
        return forbidden(child);
    }

    ConditionFailure forbidden(const Condition& culprit) const {
        std::string reason = "not " + shortened(to_string(culprit));
        if (culprit.kind == Condition::Kind::kCheck) {
            reason += ", but " + values_of(culprit.check);
        } else {
            reason += ", but that holds";
        }
        return {0, std::move(reason)};
    }

    ConditionFailure of(const Condition& condition) const {
        switch (condition.kind) {
            case Condition::Kind::kCheck: return of_check(condition);
            case Condition::Kind::kAnd: return of_and(condition);
            case Condition::Kind::kOr: return of_or(condition);
            case Condition::Kind::kNot: return of_not(condition);
            case Condition::Kind::kTrue:
            case Condition::Kind::kFalse: break;
        }
        return {0, "it holds for no event"};
    }
};

}  // namespace

ConditionFailure failure_of(const Condition& condition, const Event& event,
                            std::span<const Event* const> steps, ValueScratch& scratch) {
    return Judge{event, steps, scratch}.of(condition);
}

}  // namespace sequitur
