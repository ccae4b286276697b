#include "core/truth.h"

#include <algorithm>

namespace sequitur {
namespace {

Truth opposite(Truth truth) {
    if (truth == Truth::kOpen) return truth;
    return truth == Truth::kTrue ? Truth::kFalse : Truth::kTrue;
}

}  // namespace

Truth judge(const Condition& condition, FunctionRef<Truth(const Check&)> truth_of) {
    switch (condition.kind) {
        case Condition::Kind::kTrue: return Truth::kTrue;
        case Condition::Kind::kFalse: return Truth::kFalse;
        case Condition::Kind::kCheck: return truth_of(condition.check);
        case Condition::Kind::kNot: return opposite(judge(condition.children.front(), truth_of));
        case Condition::Kind::kAnd: {
            Truth all = Truth::kTrue;
            for (const Condition& child : condition.children) {
                all = std::min(all, judge(child, truth_of));
            }
            return all;
        }
        case Condition::Kind::kOr: break;
    }
    Truth any = Truth::kFalse;
    for (const Condition& child : condition.children) any = std::max(any, judge(child, truth_of));
    return any;
}

}  // namespace sequitur
