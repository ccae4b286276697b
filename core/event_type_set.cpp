// On which event types a condition can be true.
//
// For each condition two sets: the types on which it may be true, and those on which it may be
// false. A comparison of something that the type alone decides is simply tried on every type; any
// other comparison may be either, but where its field has no value it is false. Then `not` swaps
// the sets, `and` intersects the first and unites the second, `or` the other way round. Both sets
// stay supersets, which is what makes `not` sound.
#include "core/event_type_set.h"

#include "core/compare.h"
#include "core/field.h"

#include <algorithm>
#include <optional>
#include <unordered_map>
#include <utility>

namespace sequitur {
namespace {

// Number of system calls that the sets below have room for.
constexpr std::size_t kCallMax = 1024;
using CallSet = std::bitset<kCallMax>;

template <typename Set>
struct Truth {
    Set may_hold, may_fail;
};

template <typename Set>
Truth<Set> unknown() {
    return {Set().set(), Set().set()};
}

template <typename Set, typename JudgeCheck>
Truth<Set> judge(const Condition& condition, const JudgeCheck& judge_check) {
    const bool is_and = condition.kind == Condition::Kind::kAnd;
    switch (condition.kind) {
        case Condition::Kind::kCheck: return judge_check(condition.check);
        case Condition::Kind::kTrue: return {Set().set(), Set()};
        case Condition::Kind::kFalse: return {Set(), Set().set()};
        case Condition::Kind::kNot: {
            if (condition.children.empty()) return {Set(), Set().set()};
            const Truth<Set> inner = judge<Set>(condition.children.front(), judge_check);
            return {inner.may_fail, inner.may_hold};
        }
        case Condition::Kind::kAnd:
        case Condition::Kind::kOr: break;
    }
    Truth<Set> all = is_and ? Truth<Set>{Set().set(), Set()} : Truth<Set>{Set(), Set().set()};
    for (const Condition& child : condition.children) {
        const Truth<Set> one = judge<Set>(child, judge_check);
        if (is_and) {
            all.may_hold &= one.may_hold;
            all.may_fail |= one.may_fail;
        } else {
            all.may_hold |= one.may_hold;
            all.may_fail &= one.may_fail;
        }
    }
    return all;
}

bool is_field(const Check& check, std::string_view name) {
    return check.left.kind == Operand::Kind::kField && check.left.field.step < 0 &&
           field_info(check.left.field.id).name == name;
}

bool has_constants_only(const Check& check) {
    return std::ranges::all_of(check.right, [](const Operand& operand) {
        return operand.kind == Operand::Kind::kConstant;
    });
}

// A check whose right sides are constants, to be tried on many values.
class ConstantCheck {
public:
    explicit ConstantCheck(const Check& check) : check_(check) {
        static const Event kNoEvent;
        ValueScratch scratch;
        for (const Operand& operand : check.right) {
            right_.push_back(evaluate(operand, kNoEvent, {}, scratch));
        }
    }

    bool holds_for(const Value& left) const {
        if (!left) return false;
        return check_.op == Operator::kExists ||
               compare(left, check_.op, check_.quantifier, right_);
    }

    // Whether it asks for one of some texts, or for none of them: by far the most common.
    bool asks_for_texts() const {
        const bool is_equality = check_.op == Operator::kEq || check_.op == Operator::kNe ||
                                 check_.op == Operator::kIn || check_.op == Operator::kIntersects;
        return is_equality && check_.quantifier == Quantifier::kNone &&
               std::ranges::all_of(
                   right_, [](const Value& value) { return value.type == ValueType::kText; });
    }
    bool is_negated() const { return check_.op == Operator::kNe; }
    std::span<const Value> right() const { return right_; }

private:
    const Check& check_;
    std::vector<Value> right_;
};

void set(Truth<EventTypeSet>& truth, std::size_t type, bool holds) {
    truth.may_hold[type] = truth.may_hold[type] || holds;
    truth.may_fail[type] = truth.may_fail[type] || !holds;
}

// The types that show under a name, and whether a generic event can.
const EventTypeSet& types_named(std::string_view name) {
    static const auto kByName = [] {
        std::unordered_map<std::string_view, EventTypeSet> types;
        for (const EventTypeInfo& type : event_types()) {
            if (static_cast<EventType>(type.id) != EventType::kGeneric)
                types[type.name].set(type.id);
        }
        for (std::uint16_t call = 0; call < syscall_count(); ++call) {
            types[syscall_name(call)].set(static_cast<std::size_t>(EventType::kGeneric));
        }
        return types;
    }();
    static const EventTypeSet kNone;
    const auto found = kByName.find(name);
    return found == kByName.end() ? kNone : found->second;
}

// Of evt.type: the name decides, but for the types that show the name of something in the record.
Truth<EventTypeSet> judge_type_name(const ConstantCheck& check) {
    Truth<EventTypeSet> truth;
    if (check.asks_for_texts()) {
        for (const Value& name : check.right()) truth.may_hold |= types_named(name.text);
        truth.may_fail = ~truth.may_hold;
        truth.may_fail.set(static_cast<std::size_t>(EventType::kGeneric));
        if (check.is_negated()) std::swap(truth.may_hold, truth.may_fail);
    } else {
        for (const EventTypeInfo& type : event_types()) {
            if (static_cast<EventType>(type.id) == EventType::kGeneric) continue;
            set(truth, type.id, check.holds_for(Value::of_text(type.name)));
        }
        const auto generic = static_cast<std::size_t>(EventType::kGeneric);
        for (std::uint16_t call = 0; call < syscall_count(); ++call) {
            set(truth, generic, check.holds_for(Value::of_text(syscall_name(call))));
        }
    }
    truth.may_hold.set(static_cast<std::size_t>(EventType::kAsyncevent));
    truth.may_fail.set(static_cast<std::size_t>(EventType::kAsyncevent));
    return truth;
}

// What a field is on every event of a type, where the type alone decides.
using ValueOfType = std::optional<Value> (*)(const EventTypeInfo& type);

bool opens_file(const EventTypeInfo& type) {
    const auto id = static_cast<EventType>(type.id);
    return id == EventType::kOpen || id == EventType::kOpenat || id == EventType::kOpenat2 ||
           id == EventType::kOpenByHandleAt;
}

std::optional<Value> not_an_open(const EventTypeInfo& type) {
    if (opens_file(type)) return std::nullopt;
    return Value::of(false);
}
std::optional<Value> neither_open_nor_creat(const EventTypeInfo& type) {
    if (static_cast<EventType>(type.id) == EventType::kCreat) return std::nullopt;
    return not_an_open(type);
}
std::optional<Value> direction(const EventTypeInfo& type) {
    return Value::of_text(type.is_exit ? "<" : ">");
}
template <std::uint16_t flags>
std::optional<Value> has_flag(const EventTypeInfo& type) {
    return Value::of((type.flags & flags) != 0);
}

struct TypeField {
    std::string_view name;
    ValueOfType value;
};
constexpr TypeField kTypeFields[] = {
    {"evt.dir", direction},
    {"evt.is_io", has_flag<event_flag::kReadsFromFd | event_flag::kWritesToFd>},
    {"evt.is_io_read", has_flag<event_flag::kReadsFromFd>},
    {"evt.is_io_write", has_flag<event_flag::kWritesToFd>},
    {"evt.is_wait", has_flag<event_flag::kWaits>},
    {"evt.is_open_read", not_an_open},
    {"evt.is_open_write", not_an_open},
    {"evt.is_open_create", not_an_open},
    {"evt.is_open_exec", neither_open_nor_creat},
};

Truth<EventTypeSet> judge_by_type(const ConstantCheck& check, ValueOfType value_of) {
    Truth<EventTypeSet> truth = unknown<EventTypeSet>();
    for (const EventTypeInfo& type : event_types()) {
        const std::optional<Value> value = value_of(type);
        if (!value) continue;
        const bool holds = check.holds_for(*value);
        truth.may_hold[type.id] = holds;
        truth.may_fail[type.id] = !holds;
    }
    return truth;
}

// A check with the fields of this event that it needs: false where one has no value.
void restrict_to_types_of(const Operand& operand, EventTypeSet& types) {
    for (const Operand& argument : operand.arguments) restrict_to_types_of(argument, types);
    if (operand.kind != Operand::Kind::kField || operand.field.step >= 0) return;
    const auto known = event_types_of(operand.field);
    if (!known) return;
    EventTypeSet having;
    for (const EventType type : *known) having.set(static_cast<std::size_t>(type));
    types &= having;
}

Truth<EventTypeSet> judge_check(const Check& check) {
    if (has_constants_only(check)) {
        if (is_field(check, "evt.type")) return judge_type_name(ConstantCheck(check));
        for (const TypeField& field : kTypeFields) {
            if (is_field(check, field.name))
                return judge_by_type(ConstantCheck(check), field.value);
        }
    }
    Truth<EventTypeSet> truth = unknown<EventTypeSet>();
    restrict_to_types_of(check.left, truth.may_hold);
    // One right side has to be there; of several, any may do.
    if (check.right.size() == 1) restrict_to_types_of(check.right.front(), truth.may_hold);
    return truth;
}

Truth<EventTypeSet> judge_named(const Check& check) {
    if (!is_field(check, "evt.type") || !has_constants_only(check)) return unknown<EventTypeSet>();
    return judge_type_name(ConstantCheck(check));
}

bool has_own_type(std::string_view call) { return !event_types_named(call).empty(); }

Truth<CallSet> judge_call(const Check& check) {
    Truth<CallSet> truth = unknown<CallSet>();
    if (!has_constants_only(check)) return truth;
    const bool is_name = is_field(check, "evt.type") || is_field(check, "syscall.type");
    const bool is_flag = is_field(check, "evt.type.is.");
    if (!is_name && !is_flag) return truth;
    const ConstantCheck constant(check);
    if (is_name && constant.asks_for_texts()) {
        truth.may_hold.reset();
        for (const Value& name : constant.right()) {
            const int call = syscall_id(name.text);
            if (call >= 0) truth.may_hold.set(static_cast<std::size_t>(call));
        }
        truth.may_fail = ~truth.may_hold;
        if (constant.is_negated()) std::swap(truth.may_hold, truth.may_fail);
        return truth;
    }
    for (std::uint16_t call = 0; call < syscall_count(); ++call) {
        const Value left = is_name ? Value::of_text(syscall_name(call))
                                   : Value::of_uint(check.left.field.index == call);
        const bool holds = constant.holds_for(left);
        truth.may_hold[call] = holds;
        truth.may_fail[call] = !holds;
    }
    return truth;
}

// Adds the calls that some comparison asks for by name, in whatever place.
void collect_named(const Condition& condition, CallSet& named) {
    for (const Condition& child : condition.children) collect_named(child, named);
    if (condition.kind != Condition::Kind::kCheck || condition.check.op == Operator::kNe ||
        condition.check.op == Operator::kExists) {
        return;
    }
    const Truth<CallSet> truth = judge_call(condition.check);
    if (!truth.may_hold.all()) named |= truth.may_hold;
}

}  // namespace

EventTypeSet event_types_of(const Condition& condition) {
    return judge<EventTypeSet>(condition, judge_check).may_hold;
}

EventTypeSet named_event_types_of(const Condition& condition) {
    return judge<EventTypeSet>(condition, judge_named).may_hold;
}

std::vector<std::uint16_t> generic_syscalls_of(const Condition& condition) {
    CallSet calls;
    collect_named(condition, calls);
    calls &= judge<CallSet>(condition, judge_call).may_hold;
    std::vector<std::uint16_t> found;
    for (std::uint16_t call = 0; call < syscall_count(); ++call) {
        const std::string_view name = syscall_name(call);
        if (calls[call] && !name.empty() && !has_own_type(name)) found.push_back(call);
    }
    return found;
}

}  // namespace sequitur
