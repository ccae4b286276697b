#include "daemon/push_down.h"

#include "core/truth.h"

#include <algorithm>
#include <optional>
#include <span>
#include <string_view>

// A kind of call is described by what is the same for all its calls: types, result, whether an open
// writes, flags, and that the path lies below none of the prefixes that conditions name. Every
// check that this decides is decided; where a condition comes out open or true, the kind is wanted.
//
// A path is decided only for fields whose text is the kernel's own path (fd.name, file.path): what
// a program wrote may lead elsewhere over symbolic links.
namespace sequitur {
namespace {

constexpr std::string_view kOpens[] = {"open", "openat", "openat2", "open_by_handle_at"};
constexpr std::string_view kModes[] = {"chmod", "fchmod", "fchmodat"};
constexpr std::string_view kReads[] = {"read", "pread", "readv", "preadv"};
constexpr std::string_view kWrites[] = {"write", "pwrite", "writev", "pwritev"};
constexpr std::string_view kMap[] = {"mmap"}, kClose[] = {"close"}, kFcntl[] = {"fcntl"};
constexpr std::size_t kPrefixesMax = 16;

// What a kind of call has in common.
struct Kind {
    std::span<const std::string_view> types;
    std::optional<bool> has_failed = {};
    std::optional<bool> writes = {};                    // of opens
    const std::vector<std::string>* outside = nullptr;  // below none of these
    std::string_view flags_field = {};                  // this field has none of `absent_flags`
    std::vector<std::string_view> absent_flags = {};
};

Truth truth(bool is_true) { return is_true ? Truth::kTrue : Truth::kFalse; }

const std::string* text_of(const Operand& operand) {
    if (operand.kind != Operand::Kind::kConstant) return nullptr;
    return std::get_if<std::string>(&operand.constant);
}

// The constants of a check as texts; none where one is anything else.
std::vector<std::string_view> texts_of(const Check& check) {
    std::vector<std::string_view> texts;
    for (const Operand& operand : check.right) {
        const std::string* text = text_of(operand);
        if (text == nullptr) return {};
        texts.push_back(*text);
    }
    return texts;
}

bool is_resolved_path(const std::string& field) {
    return field == "fd.name" || field == "file.path";
}

// Whether the check says that a path is, or begins with, one of its constants.
bool names_paths(const Check& check) {
    if (check.left.kind != Operand::Kind::kField || !is_resolved_path(check.left.field.name)) {
        return false;
    }
    const bool is_one = check.op == Operator::kEq || check.op == Operator::kStartswith;
    const bool is_list = check.op == Operator::kIn || check.op == Operator::kPmatch;
    if (!is_one && !is_list) return false;
    if (check.quantifier != Quantifier::kNone && check.quantifier != Quantifier::kAnyof) {
        return false;
    }
    const auto texts = texts_of(check);
    const bool is_pattern = check.op == Operator::kPmatch;
    return !texts.empty() && std::ranges::all_of(texts, [&](std::string_view text) {
        return text.starts_with('/') &&
               (!is_pattern || text.find_first_of("*?[") == std::string_view::npos);
    });
}

Truth type_truth(const Kind& kind, const Check& check) {
    const auto texts = texts_of(check);
    const bool is_equality =
        check.op == Operator::kEq || check.op == Operator::kIn || check.op == Operator::kNe;
    if (texts.empty() || !is_equality || check.quantifier != Quantifier::kNone) return Truth::kOpen;
    std::size_t found = 0;
    for (const std::string_view type : kind.types) {
        found += std::ranges::find(texts, type) != texts.end() ? 1U : 0U;
    }
    if (found != 0 && found != kind.types.size()) return Truth::kOpen;
    return truth((found != 0) != (check.op == Operator::kNe));
}

Truth bool_truth(const Check& check, bool value) {
    if (check.op != Operator::kEq || check.right.size() != 1) return Truth::kOpen;
    const auto* wanted = std::get_if<bool>(&check.right.front().constant);
    if (check.right.front().kind != Operand::Kind::kConstant || wanted == nullptr) {
        return Truth::kOpen;
    }
    return truth(*wanted == value);
}

// Of a call that failed: its result is negative, and so is its descriptor.
Truth failed_number_truth(const Check& check) {
    if (check.right.size() != 1 || check.right.front().kind != Operand::Kind::kConstant) {
        return Truth::kOpen;
    }
    const Constant& constant = check.right.front().constant;
    std::int64_t number = -1;
    if (const auto* is_signed = std::get_if<std::int64_t>(&constant)) number = *is_signed;
    if (std::holds_alternative<std::uint64_t>(constant)) number = 0;
    const bool wants_more =
        check.op == Operator::kGe || check.op == Operator::kEq || check.op == Operator::kGt;
    return number >= 0 && wants_more ? Truth::kFalse : Truth::kOpen;
}

Truth flags_truth(const Kind& kind, const Check& check) {
    const auto texts = texts_of(check);
    const bool is_any =
        check.op == Operator::kIntersects || check.op == Operator::kIn || check.op == Operator::kEq;
    if (texts.empty() || !is_any) return Truth::kOpen;
    const bool are_absent = std::ranges::all_of(texts, [&](std::string_view text) {
        return std::ranges::find(kind.absent_flags, text) != kind.absent_flags.end();
    });
    return are_absent ? Truth::kFalse : Truth::kOpen;
}

Truth path_truth(const Kind& kind, const Check& check) {
    const bool are_named = std::ranges::all_of(texts_of(check), [&](std::string_view text) {
        return std::ranges::any_of(
            *kind.outside, [&](const std::string& prefix) { return text.starts_with(prefix); });
    });
    return are_named ? Truth::kFalse : Truth::kOpen;
}

Truth truth_of(const Kind& kind, const Check& check) {
    if (check.left.kind != Operand::Kind::kField || check.left.field.step >= 0) return Truth::kOpen;
    const std::string& field = check.left.field.name;
    if (field == "evt.type") return type_truth(kind, check);
    if (field == "evt.is_open_write" && kind.writes) return bool_truth(check, *kind.writes);
    if (field == "evt.failed" && kind.has_failed) return bool_truth(check, *kind.has_failed);
    if (kind.has_failed == true) {
        if (field == "fd.num" || field == "evt.rawres") return failed_number_truth(check);
        const auto texts = texts_of(check);
        if (field == "evt.res" && check.op == Operator::kEq && texts.size() == 1 &&
            texts.front() == "SUCCESS") {
            return Truth::kFalse;
        }
    }
    if (!kind.flags_field.empty() && field == kind.flags_field) return flags_truth(kind, check);
    if (kind.outside != nullptr && names_paths(check)) return path_truth(kind, check);
    return Truth::kOpen;
}

bool is_of_opening(const Operand& operand) {
    if (operand.kind == Operand::Kind::kField) {
        const std::string& name = operand.field.name;
        return name == "fd.nameraw" || name == "fd.is_upper_layer" || name == "fd.is_lower_layer";
    }
    return std::ranges::any_of(operand.arguments,
                               [](const Operand& one) { return is_of_opening(one); });
}

// Values of a descriptor that its FILE and PATH do not tell.
bool is_of_opening(const Check& check) {
    return is_of_opening(check.left) ||
           std::ranges::any_of(check.right, [](const Operand& one) { return is_of_opening(one); });
}

class Wants {
public:
    explicit Wants(const ConditionSet& conditions) : conditions_(conditions) {}

    // Whether some condition can be true for a call of this kind.
    bool operator()(const Kind& kind) const {
        for (std::size_t i = 0; i < conditions_.size(); ++i) {
            if (can_be(static_cast<ConditionIndex>(i), kind)) return true;
        }
        return false;
    }

    // Whether some condition, on a call that is no open, looks at what only the open told.
    bool needs_openings() const {
        for (std::size_t i = 0; i < conditions_.size(); ++i) {
            const auto index = static_cast<ConditionIndex>(i);
            for (const EventTypeInfo& info : event_types()) {
                const bool is_open = std::ranges::find(kOpens, info.name) != std::end(kOpens);
                if (is_open || !conditions_.event_types(index).test(info.id)) continue;
                if ((info.flags & event_flag::kUsesFd) == 0) continue;
                const std::string_view type[] = {info.name};
                if (looks_at_opening(conditions_.condition(index), {.types = type})) return true;
            }
        }
        return false;
    }

    // The paths that conditions name which can be true for such calls.
    std::vector<std::string> prefixes(const Kind& kind) const {
        std::vector<std::string> prefixes;
        for (std::size_t i = 0; i < conditions_.size(); ++i) {
            const auto index = static_cast<ConditionIndex>(i);
            if (can_be(index, kind)) collect(conditions_.condition(index), prefixes);
        }
        std::ranges::sort(prefixes);
        prefixes.erase(std::unique(prefixes.begin(), prefixes.end()), prefixes.end());
        return prefixes;
    }

private:
    bool can_be(ConditionIndex index, const Kind& kind) const {
        const EventTypeSet& types = conditions_.event_types(index);
        const bool has_type = std::ranges::any_of(kind.types, [&](std::string_view name) {
            const auto ids = event_types_named(name);
            return std::ranges::any_of(
                ids, [&](EventType id) { return types.test(static_cast<std::size_t>(id)); });
        });
        if (!has_type) return false;
        const auto check = [&](const Check& one) { return truth_of(kind, one); };
        return judge(conditions_.condition(index), check) != Truth::kFalse;
    }

    static bool looks_at_opening(const Condition& condition, const Kind& kind) {
        const auto check = [&](const Check& one) { return truth_of(kind, one); };
        if (judge(condition, check) != Truth::kOpen) return false;
        if (condition.kind == Condition::Kind::kCheck) return is_of_opening(condition.check);
        return std::ranges::any_of(condition.children, [&](const Condition& child) {
            return looks_at_opening(child, kind);
        });
    }

    static void collect(const Condition& condition, std::vector<std::string>& prefixes) {
        if (condition.kind == Condition::Kind::kCheck && names_paths(condition.check)) {
            for (const std::string_view text : texts_of(condition.check)) {
                prefixes.emplace_back(text);
            }
        }
        for (const Condition& child : condition.children) collect(child, prefixes);
    }

    const ConditionSet& conditions_;
};

void add_opens(const Wants& wants, PushDown& push) {
    Kind read{.types = kOpens, .has_failed = false, .writes = false};
    Kind failed{.types = kOpens, .has_failed = true, .writes = false};
    push.opens_failed = wants(failed);
    push.opens_inside = wants(read);
    push.prefixes = wants.prefixes(read);
    push.opens_outside = push.opens_inside;
    if (wants.needs_openings()) {
        push.opens_inside = push.opens_outside = true;
        push.prefixes.clear();
        return;
    }
    if (push.prefixes.empty() || push.prefixes.size() > kPrefixesMax) {
        push.prefixes.clear();
        return;
    }
    read.outside = &push.prefixes;
    push.opens_outside = wants(read);
}

void add_modes(const Wants& wants, PushDown& push) {
    Kind kind{.types = kModes, .has_failed = false};
    push.modes_run = wants(kind);
    kind.flags_field = "evt.arg.mode";
    kind.absent_flags = {"S_IXUSR", "S_IXGRP", "S_IXOTH"};
    push.modes_plain = wants(kind);
    push.modes_failed = wants({.types = kModes, .has_failed = true});
}

void add_maps(const Wants& wants, PushDown& push) {
    Kind kind{.types = kMap};
    push.maps_of_code = wants(kind);
    kind.flags_field = "evt.arg.prot";
    kind.absent_flags = {"PROT_EXEC"};
    push.maps_of_files = wants(kind);
    // Of nothing: a descriptor's file is what ties it to anything, but a condition may do without.
    push.maps_of_nothing = push.maps_of_files;
}

bool names_source(const FieldRef& field) {
    return field.name == "file.origin.id" || field.name == "file.origin.path";
}

bool names_source(const Operand& operand) {
    if (operand.kind == Operand::Kind::kField) return names_source(operand.field);
    return std::ranges::any_of(operand.arguments,
                               [](const Operand& one) { return names_source(one); });
}

bool names_source(const Condition& condition) {
    if (condition.kind == Condition::Kind::kCheck) {
        const Check& check = condition.check;
        return names_source(check.left) || std::ranges::any_of(check.right, [](const Operand& one) {
                   return names_source(one);
               });
    }
    return std::ranges::any_of(condition.children,
                               [](const Condition& child) { return names_source(child); });
}

bool has_source_key(const StepPlan& step) {
    return std::ranges::any_of(step.by,
                               [](const KeyField& key) { return names_source(key.field); }) ||
           std::ranges::any_of(step.links,
                               [](const KeyLink& link) { return names_source(link.own); }) ||
           std::ranges::any_of(step.parts, has_source_key);
}

bool has_source_condition(const RuleSet& rules) {
    for (std::size_t i = 0; i < rules.conditions->size(); ++i) {
        if (names_source(rules.conditions->condition(static_cast<ConditionIndex>(i)))) return true;
    }
    return std::ranges::any_of(rules.sequences, [](const SequencePlan& plan) {
        return std::ranges::any_of(plan.steps, [](const StepPlan& step) {
            return step.residual && names_source(*step.residual);
        });
    });
}

// How long ago a file can have been written whose copy some sequence still waits for; nullopt:
// however long.
std::optional<Duration> longest_wait(const RuleSet& rules) {
    if (has_source_condition(rules)) return std::nullopt;
    Duration longest{0};
    for (const SequencePlan& plan : rules.sequences) {
        if (!std::ranges::any_of(plan.steps, has_source_key)) continue;
        if (plan.within == kUnbounded) return std::nullopt;
        longest = std::max(longest, plan.within);
    }
    return longest;
}

void add_moves(const Wants& wants, const RuleSet& rules, PushDown& push) {
    push.other_reads = wants({.types = kReads});
    push.other_writes = wants({.types = kWrites});
    push.read_starts = push.write_starts = true;
    if (push.other_reads) return;
    if (const auto wait = longest_wait(rules)) {
        push.fresh_ns = static_cast<std::uint64_t>(wait->count());
    }
}

}  // namespace

PushDown push_down_of(const RuleSet& rules) {
    const Wants wants(*rules.conditions);
    PushDown push;
    push.is_on = true;
    add_opens(wants, push);
    add_modes(wants, push);
    add_maps(wants, push);
    add_moves(wants, rules, push);
    push.closes_unknown = wants({.types = kClose});
    push.fcntl_other = wants({.types = kFcntl,
                              .flags_field = "evt.arg.cmd",
                              .absent_flags = {"F_DUPFD", "F_DUPFD_CLOEXEC", "F_SETFD"}});
    return push;
}

bool follows_copies(const RuleSet& rules) {
    return has_source_condition(rules) ||
           std::ranges::any_of(rules.sequences, [](const SequencePlan& plan) {
               return std::ranges::any_of(plan.steps, has_source_key);
           });
}

}  // namespace sequitur
