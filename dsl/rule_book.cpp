#include "dsl/rule_book.h"

#include "core/near_name.h"
#include "dsl/keys.h"
#include "dsl/overrides.h"

#include <algorithm>
#include <array>

namespace sequitur::dsl {

namespace {

// "override of macro 'x', which is not defined before".
template <typename Object>
void report_nothing_there(const NamedObjects<Object>& objects, const LocatedText& name,
                          std::string_view kind, Diagnostics& diagnostics) {
    diagnostics.error(Code::kBadOverride, name.range(),
                      "there is no " + std::string(kind) + " '" + name.text +
                          "' before this to append to or override",
                      did_you_mean(name.text, objects.names()));
}

bool is_override(const Overrides& overrides, bool is_append) {
    return is_append || !overrides.entries.empty();
}

void report_missing(const DetectionObject& object, ObjectKind kind, Diagnostics& diagnostics) {
    for (const KeyInfo& key : keys_of(kind)) {
        if (!key.is_required ||
            std::find(object.given.begin(), object.given.end(), key.name) != object.given.end()) {
            continue;
        }
        diagnostics.error(
            Code::kMissingKey, object.name.range(),
            "this " + std::string(name_of(kind)) + " lacks '" + std::string(key.name) + "'");
    }
}

// The old way to switch a rule: its name and `enabled`, nothing else. `has_body`: what it judges.
bool is_old_switch(const DetectionObject& object, bool has_body) {
    return object.enabled && !has_body && !object.output && !object.desc && !object.priority &&
           !object.exceptions && !object.tags && !object.source;
}

void apply_old_switch(DetectionObject& existing, const DetectionObject& change,
                      Diagnostics& diagnostics) {
    diagnostics.warning(Code::kDeprecated, change.name.range(), "'enabled' alone is the old form",
                        "write 'override: {enabled: replace}'");
    existing.enabled = change.enabled;
}

}  // namespace

void RuleBook::add(RuleFileObject object, Diagnostics& diagnostics) {
    ++order_;
    if (auto* list = std::get_if<ListObject>(&object)) {
        add_list(std::move(*list), diagnostics);
    } else if (auto* macro = std::get_if<MacroObject>(&object)) {
        add_macro(std::move(*macro), diagnostics);
    } else if (auto* rule = std::get_if<RuleObject>(&object)) {
        add_rule(std::move(*rule), diagnostics);
    } else {
        add_sequence(std::move(std::get<SequenceObject>(object)), diagnostics);
    }
}

void RuleBook::add_list(ListObject list, Diagnostics& diagnostics) {
    if (list.overrides.is_refused) return;
    static constexpr std::array<std::string_view, 1> kKeys{"items"};
    ListObject* existing = lists_.find(list.name.text);
    list.order = existing ? existing->order : order_;
    list.visibility = order_;
    if (!list.items) list.items.emplace();
    if (!is_override(list.overrides, list.is_append)) {
        if (existing) {
            *existing = std::move(list);
        } else {
            lists_.add(std::move(list));
        }
        return;
    }
    if (!list.is_append && !check_overrides(list.overrides, "list", kKeys, kKeys, diagnostics)) {
        return;
    }
    if (existing == nullptr) {
        report_nothing_there(lists_, list.name, "list", diagnostics);
        return;
    }
    if (list.is_append || list.overrides.entries.front().is_append) {
        for (LocatedText& item : *list.items) existing->items->push_back(std::move(item));
    } else {
        existing->items = std::move(list.items);
    }
    existing->visibility = order_;
}

void RuleBook::add_macro(MacroObject macro, Diagnostics& diagnostics) {
    if (macro.overrides.is_refused) return;
    static constexpr std::array<std::string_view, 1> kKeys{"condition"};
    MacroObject* existing = macros_.find(macro.name.text);
    macro.order = existing ? existing->order : order_;
    macro.visibility = order_;
    if (!is_override(macro.overrides, macro.is_append)) {
        if (existing) {
            *existing = std::move(macro);
        } else {
            macros_.add(std::move(macro));
        }
        return;
    }
    if (!macro.is_append && !check_overrides(macro.overrides, "macro", kKeys, kKeys, diagnostics)) {
        return;
    }
    if (existing == nullptr) {
        report_nothing_there(macros_, macro.name, "macro", diagnostics);
        return;
    }
    if (!macro.condition) return;
    if (existing->condition && (macro.is_append || macro.overrides.entries.front().is_append)) {
        existing->condition->append(*macro.condition);
    } else {
        existing->condition = std::move(macro.condition);
    }
    existing->visibility = order_;
}

void RuleBook::add_rule(RuleObject rule, Diagnostics& diagnostics) {
    if (rule.overrides.is_refused) return;
    if (const SequenceObject* other = sequences_.find(rule.name.text)) {
        diagnostics.error(Code::kDuplicateName, rule.name.range(),
                          "'" + rule.name.text + "' is the name of a sequence", {},
                          {{"defined here", other->name.range()}});
        return;
    }
    RuleObject* existing = rules_.find(rule.name.text);
    if (is_override(rule.overrides, rule.is_append)) {
        if (!rule.is_append && !check_overrides(rule.overrides, "rule", appendable_rule_keys(),
                                                replaceable_rule_keys(), diagnostics)) {
            return;
        }
        if (existing == nullptr) {
            report_nothing_there(rules_, rule.name, "rule", diagnostics);
        } else if (rule.is_append) {
            apply_old_append(*existing, std::move(rule), diagnostics);
        } else {
            apply_overrides(*existing, std::move(rule), diagnostics);
        }
        return;
    }
    if (existing && is_old_switch(rule, rule.condition.has_value())) {
        return apply_old_switch(*existing, rule, diagnostics);
    }
    report_missing(rule, ObjectKind::kRule, diagnostics);
    if (existing) {
        *existing = std::move(rule);
    } else {
        rules_.add(std::move(rule));
    }
}

void RuleBook::add_sequence(SequenceObject sequence, Diagnostics& diagnostics) {
    if (sequence.overrides.is_refused) return;
    if (const RuleObject* other = rules_.find(sequence.name.text)) {
        diagnostics.error(Code::kDuplicateName, sequence.name.range(),
                          "'" + sequence.name.text + "' is the name of a rule", {},
                          {{"defined here", other->name.range()}});
        return;
    }
    SequenceObject* existing = sequences_.find(sequence.name.text);
    if (is_override(sequence.overrides, false)) {
        if (!check_overrides(sequence.overrides, "sequence", appendable_sequence_keys(),
                             replaceable_sequence_keys(), diagnostics)) {
            return;
        }
        if (existing == nullptr) {
            report_nothing_there(sequences_, sequence.name, "sequence", diagnostics);
        } else {
            apply_overrides(*existing, std::move(sequence), diagnostics);
        }
        return;
    }
    if (existing && is_old_switch(sequence, sequence.steps.has_value())) {
        return apply_old_switch(*existing, sequence, diagnostics);
    }
    report_missing(sequence, ObjectKind::kSequence, diagnostics);
    if (existing) {
        *existing = std::move(sequence);
    } else {
        sequences_.add(std::move(sequence));
    }
}

}  // namespace sequitur::dsl
