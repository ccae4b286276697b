// One value of a settings file into its place: for daemon/config/reader.cpp.
#pragma once

#include "daemon/config/settings.h"
#include "dsl/diagnostic.h"
#include "dsl/yaml_reader.h"

#include <optional>
#include <string>
#include <string_view>

namespace sequitur {

// How a value is taken.
struct ValueContext {
    std::string folder;      // that relative paths start at
    bool is_adding = false;  // lists: to what is there, instead of replacing it
    std::string_view owner;  // "outputs.siem." before the name in messages
    dsl::Diagnostics& faults;
};

// False, and the fault is reported at the value's place, when it does not fit the row.
bool read_value(const Setting& row, const dsl::YamlNode& value, const ValueContext& context,
                Configuration& target);
bool read_value(const OutputSetting& row, const dsl::YamlNode& value, const ValueContext& context,
                OutputSettings& target);

// Puts the row's default into its place.
void read_fallback(const Setting& row, Configuration& target);
void read_fallback(const OutputSetting& row, OutputSettings& target);

// "64mb", "1g", "4096": bytes; nullopt for anything else.
std::optional<std::uint64_t> parse_bytes(std::string_view text);

// The words of `text`, which a blank separates.
std::vector<std::string_view> words_of(std::string_view text);

}  // namespace sequitur
