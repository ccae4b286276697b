// UTF-8, byte by byte: enough to say where a text stops being it.
#pragma once

#include <cstddef>
#include <string_view>

namespace sequitur {

// Length of the well-formed sequence at text[at] (shortest form, no surrogates, at most U+10FFFF);
// 0 where there is none. Precondition: at < text.size().
std::size_t utf8_length(std::string_view text, std::size_t at);

// Whether all of `text` is well-formed.
bool is_utf8(std::string_view text);

}  // namespace sequitur
