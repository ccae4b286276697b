// YAML text to a tree whose every scalar knows its place. The only door to the YAML library.
//
// Aliases are expanded here, within limits; duplicate keys, keys that are no scalars, NUL and other
// control characters, and bytes that are not UTF-8 are errors. What the keys mean is not known
// here.
#pragma once

#include "dsl/diagnostic.h"
#include "dsl/source.h"

#include <cstdint>
#include <vector>

namespace sequitur::dsl {

struct YamlEntry;

struct YamlNode {
    enum class Kind : std::uint8_t { kNull, kScalar, kSequence, kMap };

    Kind kind = Kind::kNull;
    bool is_plain = false;           // kScalar: written without quotes, no block
    Range range;                     // from the first to the last part that has a place
    LocatedText text;                // kScalar; for a null, empty text at its place
    std::vector<YamlNode> items;     // kSequence
    std::vector<YamlEntry> entries;  // kMap, in the order of the file

    // The entry with that key, or nullptr.
    const YamlEntry* find(std::string_view key) const;
};

struct YamlEntry {
    LocatedText key;
    YamlNode value;
};

// "a list", "a map", "text", "nothing": for messages.
std::string_view kind_name(const YamlNode& node);

// The documents of a file that is among diagnostics.sources(). Failed: the text as a whole could
// not be read, an error says why. Bounded by the limits of dsl/limits.h. No exceptions.
Checked<std::vector<YamlNode>> read_yaml(FileIndex file, Diagnostics& diagnostics);

}  // namespace sequitur::dsl
