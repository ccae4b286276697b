// JSON written by hand: one string, escaped. The front end's outputs are small and flat.
#pragma once

#include <string>
#include <string_view>

namespace sequitur::dsl {

// Appends `text` in double quotes. Bytes that are not UTF-8 become U+FFFD, so that the result is
// always valid JSON.
void append_json(std::string& out, std::string_view text);
std::string to_json(std::string_view text);

}  // namespace sequitur::dsl
