// Every bound of the rule-language front end: what an input may make it do, at most.
//
// Reaching one is a located error, never a crash, a hang or a silent cut.
#pragma once

#include <cstddef>
#include <cstdint>

namespace sequitur::dsl {

// Files.
inline constexpr std::size_t kFileBytesMax = std::size_t{64} << 20;
inline constexpr std::size_t kYamlNodesMax = 8'000'000;  // of one file, aliases expanded
inline constexpr std::size_t kYamlDepthMax = 64;
inline constexpr std::size_t kAliasNodesMax = 100'000;  // nodes that aliases of one file stand for
inline constexpr std::size_t kAliasBytesMax = std::size_t{4} << 20;

// Conditions.
inline constexpr std::size_t kConditionBytesMax = std::size_t{1} << 20;  // text of one condition
inline constexpr std::size_t kConditionDepthMax = 1000;    // parentheses and nots, macros expanded
inline constexpr std::size_t kSyntaxErrorsMax = 10;        // reported for one condition
inline constexpr std::size_t kConditionSizeMax = 200'000;  // comparisons and values, expanded
inline constexpr std::size_t kRuleSetSizeMax = 4'000'000;  // the same, of all conditions together

// Sequences.
inline constexpr std::size_t kStepsMax = 64;  // of one sequence, parts counted
inline constexpr std::size_t kKeyFieldsMax = 16;
inline constexpr std::uint32_t kCountMax = 100'000;

// Diagnostics kept; further ones are only counted.
inline constexpr std::size_t kDiagnosticsMax = 1000;
inline constexpr std::size_t kExpansionNotesMax = 8;  // of one diagnostic
inline constexpr std::size_t kExcerptColumnsMax = 120;

}  // namespace sequitur::dsl
