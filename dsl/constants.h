// Values as rules write them, to typed constants.
#pragma once

#include "core/condition.h"
#include "core/value.h"

#include <optional>
#include <string>
#include <string_view>

namespace sequitur::dsl {

// "a number", "text", "an address": for messages.
std::string_view type_name(ValueType type);
bool is_number(ValueType type);

// Whole numbers: decimal with a sign, or hexadecimal with 0x. An int64 where that holds it, else a
// uint64. For kDouble also fractions and exponents.
std::optional<Constant> parse_number(std::string_view text, ValueType type);

// IPv4 or IPv6; the result covers all bits.
std::optional<IpNet> parse_ip(std::string_view text);
// ADDRESS/BITS.
std::optional<IpNet> parse_net(std::string_view text);

// Pairs of hexadecimal digits to bytes.
std::optional<std::string> parse_hex(std::string_view text);

}  // namespace sequitur::dsl
