// The keys of every object of a rule file, as one table: the readers, their suggestions and the
// JSON Schema for editors all come from it.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace sequitur::dsl {

enum class ObjectKind : std::uint8_t {
    kEngineVersion,
    kPluginVersions,
    kList,
    kMacro,
    kRule,
    kSequence,
    kTest,
    // Objects inside objects.
    kPlugin,
    kPluginAlternative,
    kException,
    kStep,
    kCount,
    kSuppress,
};

// What a key's value looks like; more is checked where the key is read.
enum class Shape : std::uint8_t {
    kText,
    kCondition,
    kOutput,
    kBool,
    kPriority,
    kDuration,
    kNumber,
    kMatch,
    kTextList,
    kTextOrList,
    kOverride,
    kExceptions,
    kSteps,
    kCount,
    kSuppress,
    kPlugins,
    kAlternatives,
    kAny,
};

struct KeyInfo {
    std::string_view name;
    Shape shape = Shape::kText;
    bool is_required = false;  // for a new object; an override may leave it out
    std::string_view meaning;
};

std::span<const KeyInfo> keys_of(ObjectKind kind);
std::string_view name_of(ObjectKind kind);  // "rule", "step": for messages
const KeyInfo* find_key(ObjectKind kind, std::string_view name);

// The kinds that stand in a file's list, in the order in which their first key decides the kind.
std::span<const ObjectKind> top_level_kinds();

// Names that a step cannot have, the first parts of field names aside.
std::span<const std::string_view> reserved_step_names();

}  // namespace sequitur::dsl
