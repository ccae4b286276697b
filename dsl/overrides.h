// The rules of `override` and of the old `append`: which keys may be appended to or replaced, and
// what that does. Used by the rule book alone.
#pragma once

#include "dsl/diagnostic.h"
#include "dsl/objects.h"

#include <span>
#include <string_view>

namespace sequitur::dsl {

// Whether the override's entries fit the object's keys: each names a key that is there and can be
// changed in that way, and each key has one. Reports what does not.
bool check_overrides(const Overrides& overrides, std::string_view name_key,
                     std::span<const std::string_view> appendable,
                     std::span<const std::string_view> replaceable, Diagnostics& diagnostics);

// Precondition: check_overrides() held for it.
void apply_overrides(RuleObject& existing, RuleObject change, Diagnostics& diagnostics);
void apply_overrides(SequenceObject& existing, SequenceObject change, Diagnostics& diagnostics);
// `append: true`: condition and exceptions are appended.
void apply_old_append(RuleObject& existing, RuleObject change, Diagnostics& diagnostics);

std::span<const std::string_view> appendable_rule_keys();
std::span<const std::string_view> replaceable_rule_keys();
std::span<const std::string_view> appendable_sequence_keys();
std::span<const std::string_view> replaceable_sequence_keys();

}  // namespace sequitur::dsl
