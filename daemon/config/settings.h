// The one table of settings: name, kind, default, bounds and meaning of each.
//
// The reader (daemon/config/reader.h) checks files against it; the shipped sequitur.yaml, the table
// of docs/operations.md and `sequitur config show` are printed from it (daemon/config/listing.h).
#pragma once

#include "daemon/config/configuration.h"

#include <cstdint>
#include <span>
#include <string_view>
#include <variant>

namespace sequitur {

enum class SettingKind : std::uint8_t {
    kFlag,      // true, false
    kText,      // any scalar
    kChoice,    // one of `choices`
    kCount,     // a whole number from min to max
    kBytes,     // the same with k, m or g behind it
    kTime,      // a duration; bounds in ns
    kPriority,  // a priority's name
    kTexts,     // a list of texts, or one text
    kPaths,     // a list of paths; relative ones start at the folder of the file that names them
    kPath,
};

template <typename Target>
struct SettingRow {
    std::string_view name;  // dotted
    SettingKind kind = SettingKind::kText;
    std::variant<bool Target::*, std::string Target::*, std::vector<std::string> Target::*,
                 std::uint64_t Target::*, Duration Target::*, Priority Target::*,
                 std::size_t Limits::*>
        place;
    std::string_view fallback;  // as it would be written; "" for an empty text or list
    std::string_view meaning;
    std::uint64_t min = 0, max = 0;
    std::string_view choices = {};  // separated by a blank
    std::string_view types = {};    // outputs: the types that have it, separated by blanks; "": all
};

using Setting = SettingRow<Configuration>;
using OutputSetting = SettingRow<OutputSettings>;

// In the order of the shipped file.
std::span<const Setting> settings();
std::span<const OutputSetting> output_settings();

// The structured settings: read by code of their own, documented here.
struct ListSetting {
    std::string_view name, meaning, example;
};
std::span<const ListSetting> list_settings();

// The value of `row` in `target`, as it would be written.
std::string setting_text(const Setting& row, const Configuration& target);
std::string setting_text(const OutputSetting& row, const OutputSettings& target);

}  // namespace sequitur
